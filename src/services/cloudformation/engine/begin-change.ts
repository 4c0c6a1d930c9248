/** What follows from what a resource is to be: nothing, or its creation, change in place, or replacement begins. */
import { asText } from '../../../aws/as-text.ts';
import type { EffectContext } from '../../../invoke/context.ts';
import { notUpdatable, statusReason } from '../resource-type/failure.ts';
import { changedProperties, effectOfChange } from '../resource-type/properties.ts';
import type { ResourceType } from '../resource-type/resource-type.ts';
import type { StackRecord } from '../stack/stack.ts';
import { changeResource } from '../stack/stack-event.ts';
import { policyDenial } from '../stack/stack-policy.ts';
import {
  type KeptDefinition,
  type ResourceAction,
  type StackResourceRecord,
  stackResources,
  stateOf,
} from '../stack/stack-resource.ts';
import { sealValue } from '../stack/vault.ts';
import { type JsonObject, sameValue } from '../template/json.ts';
import { filledIn, unknownIn, whyUnknown } from '../template/unknown-values.ts';
import { instanceOf } from './goal.ts';
import { failed, nextStage, type StageEffect } from './stage.ts';

export interface Desired {
  readonly goal: JsonObject;
  /** The properties as events show them. */
  readonly shown: string;
  readonly definition: KeptDefinition;
  readonly importedNames: readonly string[];
}

export function beginChange(type: ResourceType, desired: Desired): StageEffect {
  return (context, stack, found) => {
    const isThere = found.physicalId !== undefined && found.status !== 'CREATE_FAILED';
    const row = isThere ? filled(context, found, desired.goal) : found;
    const { properties } = isThere ? stateOf(context, row) : { properties: {} };
    const changed = changedProperties(properties, desired.goal);
    const unknown = refusalOfUnknown(desired.goal, changed);
    if (unknown) return refused(unknown, desired.shown)(context, stack, row);
    if (row.physicalId === undefined) return create(context, stack, row, desired);
    if (row.status === 'CREATE_FAILED') return createAnew(context, stack, row, desired);
    const isLeft = changed.length === 0 && row.status !== 'UPDATE_FAILED';
    if (isLeft && !type.isAlwaysUpdated) return keep(context, stack, row, desired);
    const { UpdatePolicy: policy = {} } = instanceOf(context, stack).resources[row.logicalId] ?? {};
    const isReplaced = !type.update || type.isReplacedBy?.(policy, properties, desired.goal);
    const effect = isReplaced ? 'replacement' : effectOfChange(type.properties, properties, desired.goal);
    const denied = policyDenial(stack, row, effect === 'replacement' ? 'Update:Replace' : 'Update:Modify');
    if (denied && !isLeft) return refused(denied, desired.shown)(context, stack, row);
    if (effect === 'replacement') {
      const name = customName(type, properties, desired.goal);
      if (name === undefined) return replace(context, stack, row, desired);
      return refused(
        'CloudFormation cannot update a stack when a custom-named resource requires replacing. ' +
          `Rename ${name} and update the stack again.`,
        desired.shown,
      )(context, stack, row);
    }
    if (effect === 'in-place') return modify(context, stack, row, desired);
    const failure = notUpdatable(type.name, row.physicalId);
    return refused(statusReason(failure, row.action?.id ?? '') ?? '', desired.shown)(context, stack, row);
  };
}

/** A real account's resource, of which something was left out: it is what it is to be. */
function filled(context: EffectContext, row: StackResourceRecord, goal: JsonObject): StackResourceRecord {
  const { properties, attributes } = stateOf(context, row);
  if (unknownIn(properties) === undefined) return row;
  return {
    ...row,
    sealedState: sealValue(context, { properties: filledIn(properties, goal), attributes }),
  };
}

/** What would have to be done with a value that nobody has read. */
function refusalOfUnknown(goal: JsonObject, changed: readonly string[]): string | undefined {
  for (const name of changed) {
    const unknown = unknownIn(goal[name]);
    if (unknown) return `Property ${name} takes ${whyUnknown(unknown)}. Give the value itself.`;
  }
  return undefined;
}

/** The name that both the resource and its replacement would bear, where the template gives one. */
function customName({ nameProperty }: ResourceType, from: JsonObject, to: JsonObject): string | undefined {
  const name = nameProperty === undefined ? undefined : to[nameProperty];
  return name !== undefined && sameValue(name, from[nameProperty as string]) ? asText(name) : undefined;
}

/** The events say that the work began, and that it failed. */
export function refused(reason: string, shownProperties: string): StageEffect {
  return (context, stack, row) => {
    const { verb } = row.action as ResourceAction;
    const change = { status: `${verb}_IN_PROGRESS`, shownProperties, before: beforeOf(row) } as const;
    failed(reason)(context, stack, changeResource(context, stack, row, change));
  };
}

/** What a rollback goes back to; nothing for a resource that is not there yet. */
const beforeOf = ({ before, physicalId, sealedState, definition }: StackResourceRecord) =>
  before ?? (physicalId === undefined ? undefined : { sealedState, definition });

type Begin = (context: EffectContext, stack: StackRecord, row: StackResourceRecord, desired: Desired) => void;

const shownFields = ({ shown, importedNames, definition }: Desired) => ({
  shownProperties: shown,
  importedNames,
  definition,
});

/** A CREATE_FAILED that is created again has that status until then. */
const create: Begin = (context, stack, row, desired) => {
  const begun = changeResource(
    context,
    stack,
    { ...row, ...shownFields(desired) },
    { status: 'CREATE_IN_PROGRESS' },
  );
  nextStage(context, begun, { stage: 'call', verb: 'CREATE', sealedGoal: sealValue(context, desired.goal) });
};

/** What an earlier operation did not finish is made anew; what there is of it goes in the cleanup. */
const createAnew: Begin = (context, stack, row, desired) => {
  create(context, stack, supersede(context, row), desired);
};

const keep: Begin = ({ tx }, stack, row, { definition, importedNames }) => {
  const isSame = JSON.stringify(definition) === JSON.stringify(row.definition);
  tx.put(stackResources, {
    ...row,
    definition,
    importedNames,
    before: isSame ? row.before : beforeOf(row),
    action: undefined,
    doneIn: stack.operation?.id,
  });
};

const modify: Begin = (context, stack, row, desired) => {
  const change = { status: 'UPDATE_IN_PROGRESS', before: beforeOf(row) } as const;
  const begun = changeResource(context, stack, { ...row, ...shownFields(desired) }, change);
  nextStage(context, begun, { stage: 'call', sealedGoal: sealValue(context, desired.goal) });
};

const REPLACES = 'Requested update requires the creation of a new physical resource; hence creating one.';

const replace: Begin = (context, stack, row, desired) => {
  const shownProperties = desired.shown;
  const begun = changeResource(context, stack, row, {
    status: 'UPDATE_IN_PROGRESS',
    statusReason: REPLACES,
    shownProperties,
  });
  // Where the replacement fails, what stood before is as it was.
  const { status, statusReason: reason, changedAtMs } = row;
  const replacement = supersede(context, { ...begun, status, statusReason: reason, changedAtMs });
  const next = { ...replacement, ...shownFields(desired), status: 'UPDATE_IN_PROGRESS' } as const;
  nextStage(context, next, { stage: 'call', sealedGoal: sealValue(context, desired.goal) });
};

/** Another row takes the logical id; it has the action that this one had. */
function supersede({ tx, nowMs }: EffectContext, row: StackResourceRecord): StackResourceRecord {
  tx.put(stackResources, { ...row, role: 'previous', action: undefined });
  return {
    ...row,
    generation: row.generation + 1,
    role: 'current',
    physicalId: undefined,
    sealedState: undefined,
    before: undefined,
    changedAtMs: nowMs,
  };
}
