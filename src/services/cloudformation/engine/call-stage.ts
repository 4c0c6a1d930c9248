/** The type's handler is asked to create, change or delete. */
import type { Call } from '../../../invoke/context.ts';
import { isInUse, isNotFound, StillBusy, statusReason } from '../resource-type/failure.ts';
import { changedProperties } from '../resource-type/properties.ts';
import type {
  ExistingResource,
  MadeBare,
  ResourceContext,
  ResourceType,
} from '../resource-type/resource-type.ts';
import { requireResourceType } from '../resource-type/resource-types.ts';
import { changeResource } from '../stack/stack-event.ts';
import { rowsOf, type StackResourceRecord, stateOf } from '../stack/stack-resource.ts';
import type { ResourceStatus } from '../stack/stack-status.ts';
import { openValue, sealValue } from '../stack/vault.ts';
import type { JsonObject } from '../template/json.ts';
import { waitPathOf } from '../wait-address.ts';
import { CANCELLED, isFailing, isWaiting } from './action.ts';
import { policyFor, settleDeletion } from './clean-up.ts';
import { complete } from './complete.ts';
import { existing, handlerContext } from './handler-context.ts';
import { failed, nextStage, pollDelayMs, type StageEffect, type StageWork } from './stage.ts';

export async function call(work: StageWork): Promise<StageEffect> {
  const { ctx, row, action } = work;
  const type = requireResourceType(row.type);
  let { hasChanged = false } = action;
  const handled = watched(handlerContext(work), () => {
    hasChanged = true;
  });
  try {
    if (action.verb === 'DELETE') return await remove(work, handled, type);
    if (await isCancelled(work)) return await cancelWaiting(work, handled, type);
    const goal = openValue<JsonObject>(ctx, action.sealedGoal) ?? {};
    if (row.physicalId === undefined) return created(await type.create(handled, goal));
    return await change(handled, type, existing(work), goal);
  } catch (failure) {
    if (failure instanceof StillBusy) return again(work, failure, hasChanged);
    const reason = hasChanged && changesInPlace(work) ? statusReason(failure, action.id) : undefined;
    if (reason === undefined) throw failure;
    const { sealedGoal: sealedAttempt } = action;
    return (context, stack, current) => failed(reason)(context, stack, { ...current, sealedAttempt });
  }
}

/** Whether it waits, in an operation that has failed or been cancelled: nothing more is asked for. */
async function isCancelled({ ctx, stack, action }: StageWork): Promise<boolean> {
  return isWaiting(action) && isFailing(stack, await ctx.read((tx) => rowsOf(tx, stack)));
}

async function cancelWaiting(
  work: StageWork,
  handled: ResourceContext,
  type: ResourceType,
): Promise<StageEffect> {
  const { row, action } = work;
  if (row.physicalId !== undefined) await type.cancel?.(handled, existing(work));
  const sealedAttempt = action.hasChanged && changesInPlace(work) ? action.sealedGoal : row.sealedAttempt;
  return (context, stack, current) =>
    failed(CANCELLED[action.verb])(context, stack, { ...current, sealedAttempt });
}

/** What the names of operations begin with that change nothing. */
const LOOKS = /^(?:Describe|Get|List)/;

function watched(handled: ResourceContext, onChange: () => void): ResourceContext {
  const call: Call = async (service, operation, input, options) => {
    const output = await handled.call(service, operation, input, options);
    if (!LOOKS.test(operation)) onChange();
    return output;
  };
  return { ...handled, call };
}

const changesInPlace = ({ row, action: { kind, verb, creates } }: StageWork): boolean =>
  kind === 'provision' && verb === 'UPDATE' && !creates && row.physicalId !== undefined;

function again({ action }: StageWork, busy: StillBusy, hasChanged: boolean): StageEffect {
  const { progress = action.progress, events, delayMs } = busy;
  return (context, stack, current) => {
    const shown = events.reduce(
      (each, statusReason) =>
        changeResource(context, stack, each, { status: each.status as ResourceStatus, statusReason }),
      current,
    );
    const waitMs = Math.max(delayMs, pollDelayMs(context, action.polls));
    nextStage(context, shown, { polls: action.polls + 1, progress, hasChanged }, waitMs);
  };
}

function created(answer: string | MadeBare): StageEffect {
  return (context, stack, row) => {
    const verb = row.action?.verb === 'UPDATE' ? 'UPDATE' : 'CREATE';
    const goal = openValue<JsonObject>(context, row.action?.sealedGoal) ?? {};
    const bare: MadeBare = typeof answer === 'string' ? { physicalId: answer, made: goal } : answer;
    const { physicalId, made, attributes = {} } = bare;
    const initiated = changeResource(context, stack, row, {
      physicalId,
      waitPath: waitPathOf({ type: row.type, physicalId }),
      status: `${verb}_IN_PROGRESS`,
      statusReason: 'Resource creation Initiated',
      sealedState: sealValue(context, { properties: made, attributes }),
    });
    const isWhole = changedProperties(made, goal).length === 0;
    nextStage(context, initiated, { stage: isWhole ? 'stabilize' : 'call', polls: 0, creates: true });
  };
}

async function change(
  handled: ResourceContext,
  type: ResourceType,
  resource: ExistingResource,
  goal: JsonObject,
): Promise<StageEffect> {
  const isChanged = type.isAlwaysUpdated || changedProperties(resource.properties, goal).length > 0;
  if (isChanged) await type.update?.(handled, resource, goal);
  return (context, stack, row) => {
    const sealedState = sealValue(context, { ...stateOf(context, row), properties: goal });
    const changed = { ...row, sealedState, sealedAttempt: undefined };
    if (isChanged) nextStage(context, changed, { stage: 'stabilize', polls: 0 });
    else complete(context, stack, changed, resource.attributes);
  };
}

async function remove(work: StageWork, handled: ResourceContext, type: ResourceType): Promise<StageEffect> {
  const { row, action } = work;
  const resource = existing(work);
  try {
    if (policyFor(row) === 'Snapshot' && !action.progress?.isSnapshotTaken) {
      await type.snapshot?.(handled, resource);
      // A step of its own: there is one snapshot, however often the deletion is tried.
      return (context, _stack, current) =>
        nextStage(context, current, { progress: { isSnapshotTaken: true } });
    }
    await type.delete(handled, resource);
  } catch (failure) {
    if (isInUse(failure)) await requireOthersGoing(work, failure);
    if (!isNotFound(failure)) throw failure;
  }
  return (context, stack, current) => {
    if (type.isGone) nextStage(context, current, { stage: 'stabilize', polls: 0 });
    else settleDeletion(context, stack, current, 'DELETE_COMPLETE');
  };
}

/**
 * What uses a resource may be on its way out too: it is tried again as long as others of the stack are, and once more
 * when they are gone (aws-facts H28). Throws the failure where nothing more will change.
 */
async function requireOthersGoing({ ctx, stack, row, action }: StageWork, failure: unknown): Promise<never> {
  const rows = await ctx.read((tx) => rowsOf(tx, stack));
  const isGoing = ({ logicalId, action: theirs }: StackResourceRecord) =>
    logicalId !== row.logicalId && theirs?.verb === 'DELETE' && theirs.progress?.waits === undefined;
  const waits = rows.some(isGoing) ? 'for others' : 'for the last';
  if (waits === 'for the last' && action.progress?.waits === waits) throw failure;
  throw new StillBusy({ ...action.progress, waits });
}
