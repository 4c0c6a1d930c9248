/**
 * The values before and after, for whoever asks for them: in full for each resource, and for each detail its own. What
 * is known only once a resource is there stands as AWS's placeholder; what NoEcho hides stays hidden.
 */
import type { ResourceChange, ResourceChangeDetail } from '../../../shapes/generated/cloudformation.ts';
import { findResourceType } from '../resource-type/resource-types.ts';
import { type StackResourceRecord, stateOf } from '../stack/stack-resource.ts';
import type { Vault } from '../stack/vault.ts';
import { evaluate, NO_VALUE, type Resolver } from '../template/functions.ts';
import type { TemplateInstance } from '../template/instance.ts';
import { isObject, isScalar, type Json, type JsonObject } from '../template/json.ts';
import { isHidden } from '../template/parameters.ts';
import type { Known } from './changes.ts';

const LATER = '{{changeSet:KNOWN_AFTER_APPLY}}';
const HIDDEN = '****';

export function withValues(vault: Vault, known: Known, changes: readonly ResourceChange[]): ResourceChange[] {
  const isChanged = ({ Replacement }: ResourceChange) => Replacement !== 'False' || undefined;
  const unsettled = new Set(
    changes.filter((change) => isChanged(change)).map(({ LogicalResourceId: id }) => id as string),
  );
  const contextOf = (instance: TemplateInstance | undefined, logicalId: string, later: ReadonlySet<string>) =>
    instance && contextIn(vault, known.rows, instance, logicalId, later);
  return changes.map((change) => {
    const logicalId = change.LogicalResourceId as string;
    const before = contextOf(change.Action === 'Add' ? undefined : known.before, logicalId, new Set());
    const after = contextOf(change.Action === 'Remove' ? undefined : known.after, logicalId, unsettled);
    return {
      ...change,
      BeforeContext: before && JSON.stringify(before),
      AfterContext: after && JSON.stringify(after),
      Details: change.Details?.map((detail) => detailWithValues(detail, before, after)),
    };
  });
}

/** As those who did not ask for values see them. */
export const withoutValues = (changes: readonly ResourceChange[]): ResourceChange[] =>
  changes.map(({ BeforeContext: _before, AfterContext: _after, ...change }) => ({
    ...change,
    Details: change.Details?.map(({ Target, ...detail }) => ({
      ...detail,
      Target: Target && {
        Attribute: Target.Attribute,
        Name: Target.Name,
        RequiresRecreation: Target.RequiresRecreation,
      },
    })),
  }));

function contextIn(
  vault: Vault,
  rows: readonly StackResourceRecord[],
  instance: TemplateInstance,
  logicalId: string,
  later: ReadonlySet<string>,
): JsonObject | undefined {
  const definition = instance.resources[logicalId];
  if (!definition) return undefined;
  const rowOf = (name: string) =>
    later.has(name) ? undefined : rows.find((row) => row.logicalId === name && row.physicalId !== undefined);
  const resolver: Resolver = {
    mappings: instance.template.mappings,
    references: instance.references,
    condition: (name) => instance.conditions[name] === true,
    ref(name) {
      const declaration = instance.template.parameters[name];
      if (declaration && isHidden(declaration)) return HIDDEN;
      return instance.refersTo(name) ?? rowOf(name)?.physicalId ?? LATER;
    },
    attribute(name, attribute) {
      const row = rowOf(name);
      if (!row) return LATER;
      if (findResourceType(row.type)?.secretAttributes?.includes(attribute)) return HIDDEN;
      return stateOf(vault, row).attributes[attribute] ?? LATER;
    },
    zones: () => Array.from({ length: 16 }, () => LATER),
    imported: () => LATER,
  };
  const { Properties, Metadata } = definition;
  const parts = { Properties, ...(Metadata !== undefined && { Metadata }) };
  const evaluated = Object.entries(parts).map(
    ([name, value]) => [name, evaluatedIn(value, resolver)] as const,
  );
  return Object.fromEntries(evaluated);
}

function evaluatedIn(value: Json, resolver: Resolver): Json {
  try {
    const evaluated = evaluate(value, resolver);
    return evaluated === NO_VALUE ? {} : evaluated;
  } catch {
    // A function of what is not known yet.
    return LATER;
  }
}

function detailWithValues(
  detail: ResourceChangeDetail,
  before: JsonObject | undefined,
  after: JsonObject | undefined,
): ResourceChangeDetail {
  const { Target } = detail;
  const part = Target?.Attribute === 'Metadata' ? 'Metadata' : 'Properties';
  const name = Target?.Attribute === 'Tags' ? 'Tags' : Target?.Name;
  const inPart = (context: JsonObject | undefined) => {
    const whole = context?.[part];
    return name === undefined ? whole : isObject(whole) ? whole[name] : undefined;
  };
  const [from, to] = [inPart(before), inPart(after)];
  const text = (value: Json | undefined) =>
    value === undefined ? undefined : isScalar(value) ? String(value) : JSON.stringify(value);
  return {
    ...detail,
    Target: {
      ...Target,
      Path: name === undefined ? `/${part}` : `/${part}/${name}`,
      BeforeValue: text(from),
      AfterValue: text(to),
      AttributeChangeType: from === undefined ? 'Add' : to === undefined ? 'Remove' : 'Modify',
    },
  };
}
