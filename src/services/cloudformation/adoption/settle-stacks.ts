/**
 * Works out what the resources of a real account's stacks are, as CloudFormation keeps it when it makes them: the properties
 * that their templates come to, and the attributes that they give. From then on the stacks are changed like any other.
 */
import { AwsError } from '../../../aws/aws-error.ts';
import type { Call } from '../../../invoke/context.ts';
import type { Runtime } from '../../../invoke/runtime.ts';
import { evaluateProperties, keptDefinition, withStackTags } from '../engine/decide-stage.ts';
import { type EvaluationInputs, instanceOf, lateAttributes, zonesFor } from '../engine/goal.ts';
import { exports } from '../export/export.ts';
import { statusReason } from '../resource-type/failure.ts';
import type { Attributes, ResourceContext, ResourceType } from '../resource-type/resource-type.ts';
import { requireResourceType } from '../resource-type/resource-types.ts';
import { outputsOf, type StackGoal, type StackRecord, stacks } from '../stack/stack.ts';
import {
  type ResourceState,
  rowsOf,
  type StackResourceRecord,
  stackResources,
} from '../stack/stack-resource.ts';
import { sealValue } from '../stack/vault.ts';
import type { ResourceDefinition } from '../template/definition.ts';
import { attributeParts } from '../template/functions.ts';
import type { TemplateInstance } from '../template/instance.ts';
import { functionOf, type Json } from '../template/json.ts';
import { dependencyOrder } from '../template/references.ts';
import { unknownValue } from '../template/unknown-values.ts';
import { knownAttributes } from './known-arns.ts';

type World = Pick<Runtime, 'store' | 'ports' | 'clock'>;

/** `callOf` reads for the stack's account, past whatever its policies say. */
export async function settleStacks(world: World, callOf: (stack: StackRecord) => Call): Promise<void> {
  for (const stack of await world.store.read((tx) => tx.list(stacks))) {
    if (stack.goal && stack.adopted?.lack !== undefined)
      await settle(world, stack, stack.goal, callOf(stack));
  }
}

interface Settling {
  readonly world: World;
  readonly stack: StackRecord;
  readonly call: Call;
  readonly instance: TemplateInstance;
  /** By logical id. Those that are worked out take the place of those that were read. */
  readonly rows: Map<string, StackResourceRecord>;
  /** What is kept by its name alone, and why; of this too the instance. */
  readonly kept: Record<string, string>;
  readonly exported: EvaluationInputs['exported'];
  readonly shown: ReadonlyMap<string, Attributes>;
}

async function settle(world: World, stack: StackRecord, goal: StackGoal, call: Call): Promise<void> {
  const { found, listed } = await world.store.read(async (tx) => ({
    found: await rowsOf(tx, stack),
    listed: await tx.list(exports, { prefix: [stack.account, stack.region] }),
  }));
  const kept = { ...goal.kept };
  const read = instanceOf(world, stack);
  const instance = { ...read, template: { ...read.template, kept } };
  const rows = new Map(found.map((row) => [row.logicalId, row]));
  const exported = new Map(listed.map((each) => [each.name, each]));
  const shown = shownByOutputs(world, stack, instance);
  const settling: Settling = { world, stack, call, instance, rows, kept, exported, shown };
  for (const logicalId of dependencyOrder(instance.resources)) {
    const row = rows.get(logicalId);
    if (row) rows.set(logicalId, await settledRow(settling, row));
  }
  const { lack: _lack, ...adopted } = stack.adopted as NonNullable<StackRecord['adopted']>;
  await world.store.transact(async (tx) => {
    tx.put(stacks, { ...stack, goal: { ...goal, kept }, adopted });
    for (const row of rows.values()) tx.put(stackResources, row);
  });
}

async function settledRow(settling: Settling, row: StackResourceRecord): Promise<StackResourceRecord> {
  const { world, instance, kept, shown } = settling;
  const { logicalId } = row;
  const definition = instance.resources[logicalId] as ResourceDefinition;
  const given = { ...knownAttributes(row.type, row.physicalId, row), ...shown.get(logicalId) };
  const settled = (state: ResourceState, importedNames: readonly string[] = []): StackResourceRecord => ({
    ...row,
    definition: keptDefinition(definition, instance.resources),
    sealedState: sealValue(world, state),
    importedNames,
  });
  if (Object.hasOwn(kept, logicalId)) return settled({ properties: {}, attributes: given });
  const worked = await propertiesOf(settling, row, definition);
  if ('reason' in worked) {
    kept[logicalId] = `What its template makes of it cannot be worked out here: ${worked.reason}`;
    return settled({ properties: {}, attributes: given });
  }
  const attributes = await attributesOf(settling, row, worked.properties);
  return settled({ properties: worked.properties, attributes: { ...attributes, ...given } }, worked.imported);
}

async function propertiesOf(
  { world, stack, call, instance, rows, exported }: Settling,
  row: StackResourceRecord,
  definition: ResourceDefinition,
): Promise<{ properties: ResourceState['properties']; imported: readonly string[] } | { reason: string }> {
  const { logicalId } = row;
  const there = [...rows.values()];
  const part = definition.Properties;
  try {
    const inputs = {
      instance,
      exported,
      rows: there,
      zones: await zonesFor(call, stack.region, part, instance),
      late: await lateAttributes(call, there, part),
    };
    const evaluated = evaluateProperties({ ctx: world, row, action: { id: '' } }, inputs, definition);
    if ('stopReason' in evaluated) return { reason: evaluated.stopReason };
    if ('reason' in evaluated) return { reason: evaluated.reason };
    const type = requireResourceType(row.type);
    const properties = withStackTags(stack, type, logicalId, evaluated.values);
    return { properties, imported: evaluated.importedNames };
  } catch (failure) {
    return { reason: reasonOf(failure) };
  }
}

/** Those that cannot be read (of an instance that is stopped, of an access key its secret) are unknown. */
async function attributesOf(
  settling: Settling,
  { type: name, logicalId, physicalId }: StackResourceRecord,
  properties: ResourceState['properties'],
): Promise<Attributes> {
  const type = requireResourceType(name);
  const unknown = type.attributes.map((each) => [each, unknownValue(`${logicalId}.${each}`)] as const);
  const read =
    physicalId === undefined
      ? {}
      : await readAttributes(settling, type, logicalId, { physicalId, properties });
  return { ...Object.fromEntries(unknown), ...read };
}

async function readAttributes(
  { world, stack, call }: Settling,
  type: ResourceType,
  logicalId: string,
  resource: { readonly physicalId: string; readonly properties: ResourceState['properties'] },
): Promise<Attributes> {
  const { account, region, name: stackName } = stack;
  const ctx: ResourceContext = {
    call,
    account,
    region,
    stackName,
    logicalId,
    nowMs: world.clock.nowMs(),
    isRollback: false,
    signals: [],
    signalsOf: () => Promise.resolve([]),
    nestedStack: () => Promise.resolve(undefined),
    inTurn: (_thing, work) => work(),
    serverUrl: '',
    token: '',
    physicalName: () => resource.physicalId,
  };
  try {
    return (await type.read?.(ctx, { ...resource, attributes: {} }, 0)) ?? {};
  } catch (failure) {
    reasonOf(failure);
    return {};
  }
}

function reasonOf(failure: unknown): string {
  const reason = failure instanceof AwsError ? failure.message : statusReason(failure, '');
  if (reason === undefined) throw failure;
  return reason;
}

/** An output that is the attribute of a resource tells what it is. */
function shownByOutputs(
  world: World,
  stack: StackRecord,
  instance: TemplateInstance,
): Map<string, Attributes> {
  const shown = new Map<string, Record<string, Json>>();
  for (const { key, value } of outputsOf(world, stack)) {
    const used = functionOf(instance.outputs[key]?.Value ?? '');
    if (used?.name !== 'Fn::GetAtt') continue;
    const [logicalId, attribute] = attributeParts(used.argument).map(String) as [string, string];
    const known = shown.get(logicalId) ?? {};
    shown.set(logicalId, known);
    known[attribute] = value;
  }
  return shown;
}
