/** What the properties of a resource come to, and what that means: create, change in place, replace, or nothing. */
import { isReservedTag } from '../../../service-kit/reserved-tags.ts';
import { HandlerFailure, ResourceFailure, StackFailure, statusReason } from '../resource-type/failure.ts';
import { conform } from '../resource-type/properties.ts';
import type { ResourceType } from '../resource-type/resource-type.ts';
import { requireResourceType } from '../resource-type/resource-types.ts';
import { listedTags } from '../resource-type/tags.ts';
import { type StackRecord, stackArn } from '../stack/stack.ts';
import type { KeptDefinition, ResourceAction, StackResourceRecord } from '../stack/stack-resource.ts';
import { readReferences } from '../stack/stored-values.ts';
import type { Vault } from '../stack/vault.ts';
import type { ResourceDefinition } from '../template/definition.ts';
import { dynamicReferences } from '../template/dynamic-references.ts';
import { evaluate, NO_VALUE } from '../template/functions.ts';
import type { TemplateInstance } from '../template/instance.ts';
import { isObject, type Json, type JsonObject } from '../template/json.ts';
import { dependenciesOf } from '../template/references.ts';
import { INVALID_PROPERTIES } from './action.ts';
import { beginChange, refused } from './begin-change.ts';
import { type EvaluationInputs, gatherInputs, resolverOf } from './goal.ts';
import { beginImport } from './import.ts';
import { type StageEffect, type StageWork, stopped } from './stage.ts';

export async function decide(work: StageWork): Promise<StageEffect> {
  const { ctx, call, stack, row } = work;
  const { logicalId } = row;
  const type = requireResourceType(row.type);
  const gathered = await gatherInputs(
    ctx,
    call,
    stack,
    ({ resources }) => resources[logicalId]?.Properties ?? {},
  );
  const definition = gathered.instance.resources[logicalId] as ResourceDefinition;
  const inputs = await withLateReferences(work, gathered, definition);
  const evaluated = evaluateProperties(work, inputs, definition);
  if ('stopReason' in evaluated) return stopped(evaluated.stopReason);
  if ('reason' in evaluated) return refused(evaluated.reason, evaluated.shown);
  const kept = keptDefinition(definition, inputs.instance.resources);
  const goal = withStackTags(stack, type, logicalId, evaluated.values);
  const desired = { ...evaluated, goal, definition: kept };
  return work.action.verb === 'IMPORT' ? beginImport(desired, evaluated.values) : beginChange(type, desired);
}

export const keptDefinition = (
  definition: ResourceDefinition,
  resources: TemplateInstance['resources'],
): KeptDefinition => ({
  dependsOn: [...dependenciesOf(definition, resources)],
  deletionPolicy: definition.DeletionPolicy,
  updateReplacePolicy: definition.UpdateReplacePolicy,
  metadata: definition.Metadata,
});

/** References to Parameter Store whose text other resources decide, known only now that those are there. */
async function withLateReferences(
  { ctx, call }: StageWork,
  inputs: EvaluationInputs,
  { Properties }: ResourceDefinition,
): Promise<EvaluationInputs> {
  const { instance } = inputs;
  const late = [
    ...dynamicReferences(valueOrNothing(() => evaluateObject(Properties, resolverOf(ctx, inputs)))),
  ];
  if (late.length === 0) return inputs;
  const references = { ...instance.references, ...(await readReferences(call, late)) };
  return { ...inputs, instance: { ...instance, references } };
}

/** What cannot be evaluated is reported where the properties are. */
function valueOrNothing(value: () => Json): Json {
  try {
    return value();
  } catch {
    return {};
  }
}

interface Evaluated {
  readonly values: JsonObject;
  readonly shown: string;
  readonly importedNames: readonly string[];
}

interface Evaluating {
  readonly ctx: Vault;
  readonly row: Pick<StackResourceRecord, 'logicalId'>;
  readonly action: Pick<ResourceAction, 'id'>;
}

export function evaluateProperties(
  { ctx, row, action }: Evaluating,
  inputs: EvaluationInputs,
  { Properties: given, Type: typeName }: ResourceDefinition,
): Evaluated | { readonly reason: string; readonly shown: string } | { readonly stopReason: string } {
  const importedNames: string[] = [];
  let shown = '{}';
  try {
    const resolver = resolverOf(ctx, inputs, { onImport: (name) => importedNames.push(name) });
    const properties = evaluateObject(given, resolver);
    shown = JSON.stringify(evaluateObject(given, resolverOf(ctx, inputs, { hidesSecrets: true })));
    const type = requireResourceType(typeName);
    const { values, problems } = conform(type.properties, servedProperties(type, properties));
    const conflict = problems.length === 0 ? type.conflict?.(values) : undefined;
    if (conflict) throw new HandlerFailure(conflict, 'InvalidRequest');
    if (problems.length > 0) throw new InvalidProperties(row.logicalId, problems);
    return { values, shown, importedNames: [...new Set(importedNames)] };
  } catch (failure) {
    if (failure instanceof StackFailure) return { stopReason: failure.message };
    if (failure instanceof InvalidProperties) return { reason: failure.message, shown };
    const reason = statusReason(failure, action.id);
    if (reason === undefined) throw failure;
    return { reason, shown };
  }
}

/** Without those that are not served: they ask for nothing, or the template was refused. */
const servedProperties = ({ unserved = [] }: ResourceType, properties: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(properties).filter(([name]) => !unserved.includes(name)));

class InvalidProperties extends Error {
  constructor(logicalId: string, problems: readonly string[]) {
    super(`${INVALID_PROPERTIES} ${logicalId} with message:\n[${problems.join(', ')}]`);
  }
}

function evaluateObject(given: JsonObject, resolver: ReturnType<typeof resolverOf>): JsonObject {
  const value = evaluate(given, resolver);
  return value !== NO_VALUE && isObject(value) ? value : {};
}

/** The properties with the tags of the stack under the resource's own, and those that say whose resource it is. */
export function withStackTags(
  stack: StackRecord,
  { properties, stackTagMembers = {}, isUnmarked, tagsAreObject }: ResourceType,
  logicalId: string,
  values: JsonObject,
): JsonObject {
  if (!Object.hasOwn(properties, 'Tags')) return values;
  const own = listedTags(values.Tags ?? []);
  const reserved = own.find(({ Key }) => isReservedTag(Key));
  if (reserved)
    throw new ResourceFailure(`Tag key ${reserved.Key} begins with aws:, which is reserved for AWS.`);
  const given = (stack.goal?.tags ?? []).map(({ Key, Value }) => ({ Key, Value, ...stackTagMembers }));
  const marks = Object.entries({
    'aws:cloudformation:stack-name': stack.name,
    'aws:cloudformation:stack-id': stackArn(stack),
    'aws:cloudformation:logical-id': logicalId,
  }).map(([Key, Value]) => ({ Key, Value, ...stackTagMembers }));
  const byKey = new Map([...(isUnmarked ? [] : marks), ...given, ...own].map((tag) => [tag.Key, tag]));
  const tags = [...byKey.values()];
  const Tags = tagsAreObject ? Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])) : tags;
  return { ...values, Tags: Tags as unknown as Json };
}
