/** What a stack is to be, worked out: conditions decided, values evaluated against the resources that are there. */
import { asText } from '../../../aws/as-text.ts';
import type { Call, WorkflowContext } from '../../../invoke/context.ts';
import { validationError } from '../cloudformation.ts';
import { type ExportRecord, exportedValue, exports } from '../export/export.ts';
import { StackFailure } from '../resource-type/failure.ts';
import type { Attributes } from '../resource-type/resource-type.ts';
import { findResourceType } from '../resource-type/resource-types.ts';
import {
  parametersOf,
  type StackGoal,
  type StackRecord,
  stackArn,
  storedOf,
  templateOf,
} from '../stack/stack.ts';
import { currentRows, rowsOf, type StackResourceRecord, stateOf } from '../stack/stack-resource.ts';
import type { Vault } from '../stack/vault.ts';
import { referencesOf } from '../template/contents.ts';
import type { Resolver } from '../template/functions.ts';
import { instantiate, type TemplateInstance } from '../template/instance.ts';
import { functionOf, type Json, valuesOf } from '../template/json.ts';
import { isHidden } from '../template/parameters.ts';
import { unknownValue } from '../template/unknown-values.ts';

/** Each step of an operation asks for it again. */
const instances = new WeakMap<StackGoal, TemplateInstance>();

export function instanceOf(
  vault: Vault,
  stack: StackRecord,
  goal: StackGoal | undefined = stack.goal,
): TemplateInstance {
  if (!goal) throw new Error(`stack ${stack.name} has no template`);
  const known = instances.get(goal);
  if (known) return known;
  const { account, region, name } = stack;
  const identity = { account, region, stackName: name, stackId: stackArn(stack) };
  const stored = storedOf(vault, goal);
  const values = { ...parametersOf(vault, goal), ...stored.parameters };
  const instance = instantiate(templateOf(goal), values, identity, stored.references);
  instances.set(goal, instance);
  return instance;
}

export interface EvaluationInputs {
  readonly instance: TemplateInstance;
  readonly rows: readonly StackResourceRecord[];
  readonly zones: ReadonlyMap<string, readonly string[]>;
  /** Attributes read anew, by resource. */
  readonly late: ReadonlyMap<string, Attributes>;
  /** What imported names stand for. */
  /** Opened once they are asked for: of thousands a resource imports few. */
  readonly exported: ReadonlyMap<string, ExportRecord>;
}

/** Gathers what this part of the template is evaluated against, asking EC2 for zones where it needs them. */
export async function gatherInputs(
  ctx: WorkflowContext,
  call: Call,
  stack: StackRecord,
  partOf: (instance: TemplateInstance) => Json,
): Promise<EvaluationInputs> {
  const instance = instanceOf(ctx, stack);
  const { rows, exported } = await ctx.read(async (tx) => ({
    rows: await rowsOf(tx, stack),
    exported: await tx.list(exports, { prefix: [stack.account, stack.region] }),
  }));
  const current = currentRows(rows);
  const part = partOf(instance);
  return {
    instance,
    rows: current,
    zones: await zonesFor(call, stack.region, part, instance),
    late: await lateAttributes(call, current, part),
    exported: new Map(exported.map((each) => [each.name, each])),
  };
}

/** By resource: the attributes that others have changed since it was made, where this part asks for any. */
export async function lateAttributes(
  call: Call,
  rows: readonly StackResourceRecord[],
  part: Json,
): Promise<Map<string, Attributes>> {
  const found = new Map<string, Attributes>();
  for (const reference of referencesOf(part)) {
    const { to, name } = reference;
    const row = to === 'attribute' && !found.has(name) && rows.find(({ logicalId }) => logicalId === name);
    if (!row || row.physicalId === undefined) continue;
    const late = findResourceType(row.type)?.late;
    if (!late?.attributes.some((attribute) => attribute === reference.attribute)) continue;
    found.set(name, await late.read(call, row.physicalId));
  }
  return found;
}

/** Fn::GetAZs needs ec2:DescribeAvailabilityZones; its region may be a Ref, and is nearly always the stack's own. */
export async function zonesFor(
  call: Call,
  region: string,
  part: Json,
  { refersTo }: Pick<TemplateInstance, 'refersTo'>,
): Promise<Map<string, readonly string[]>> {
  const zones = new Map<string, readonly string[]>();
  for (const value of valuesOf(part)) {
    const used = functionOf(value);
    if (used?.name !== 'Fn::GetAZs') continue;
    const reference = functionOf(used.argument);
    const given = reference?.name === 'Ref' ? refersTo(asText(reference.argument)) : used.argument;
    const named = typeof given === 'string' && given !== '' ? given : region;
    if (zones.has(named)) continue;
    const { AvailabilityZones: found = [] } = await call(
      'ec2',
      'DescribeAvailabilityZones',
      {},
      { region: named },
    );
    zones.set(
      named,
      found.map(({ ZoneName }) => ZoneName as string),
    );
  }
  return zones;
}

const HIDDEN = '****';

export interface ResolverOptions {
  /** As events show values: not what NoEcho hides, nor attributes that are secrets. */
  readonly hidesSecrets?: boolean;
  /** Hears the name of each export that is imported. */
  readonly onImport?: (name: string) => void;
}

export function resolverOf(
  vault: Vault,
  known: EvaluationInputs,
  { hidesSecrets = false, onImport }: ResolverOptions = {},
): Resolver {
  const { instance, zones, exported, late } = known;
  const { template, conditions } = instance;
  const rows = new Map(known.rows.map((row) => [row.logicalId, row]));
  const rowOf = (logicalId: string) => {
    const row = rows.get(logicalId);
    if (row?.physicalId !== undefined) return { row, physicalId: row.physicalId };
    throw validationError(`Resource ${logicalId} does not exist.`);
  };
  return {
    mappings: template.mappings,
    references: instance.references,
    condition: (name) => conditions[name] === true,
    ref(name) {
      const declaration = Object.hasOwn(template.parameters, name) ? template.parameters[name] : undefined;
      if (declaration && hidesSecrets && isHidden(declaration)) return HIDDEN;
      const value = instance.refersTo(name);
      if (value !== undefined) return value;
      return rowOf(name).physicalId;
    },
    attribute(logicalId, name) {
      const { row, physicalId } = rowOf(logicalId);
      const type = findResourceType(row.type);
      if (hidesSecrets && type?.secretAttributes?.includes(name)) return HIDDEN;
      const value = late.get(logicalId)?.[name] ?? stateOf(vault, row).attributes[name];
      if (value !== undefined) return value;
      if (Object.hasOwn(template.kept, logicalId)) return unknownValue(`${logicalId}.${name}`);
      throw validationError(
        type?.missingAttribute?.(physicalId, name) ??
          `Attribute '${name}' does not exist for resource ${logicalId}`,
      );
    },
    zones(region) {
      const found = zones.get(region);
      if (found) return found;
      throw validationError(`The Availability Zones of ${region} are not known here.`);
    },
    imported(name) {
      onImport?.(name);
      const record = exported.get(name);
      if (!record) throw new StackFailure(`No export named ${name} found`);
      return exportedValue(vault, record);
    },
  };
}
