/** A scheduled action: a change of a group's sizes at a time, or again and again. */
import { formatArn } from '../../../aws/arn.ts';
import type { Scope } from '../../../aws/scope.ts';
import type { EffectContext, ExecuteContext } from '../../../invoke/context.ts';
import { workflowRef } from '../../../invoke/workflow-ref.ts';
import { uuid } from '../../../platform/identifiers.ts';
import type {
  ScheduledUpdateGroupAction,
  ScheduledUpdateGroupActionRequest,
} from '../../../shapes/generated/autoscaling.ts';
import { type ReadTransaction, table } from '../../../store/store.ts';
import { MAX_SCHEDULED_ACTIONS } from '../account/limits.ts';
import { limitExceeded, validationError } from '../errors.ts';
import type { GroupRecord } from '../group/group.ts';
import { parseRecurrence } from './recurrence.ts';

export interface ScheduledActionRecord extends Scope {
  readonly groupName: string;
  readonly name: string;
  /** Anew with each time that it is put: what was scheduled for it before is void. */
  readonly id: string;
  readonly nextAtMs: number;
  readonly endMs?: number;
  readonly recurrence?: string;
  readonly timeZone?: string;
  readonly sizes: Pick<ScheduledUpdateGroupActionRequest, 'MinSize' | 'MaxSize' | 'DesiredCapacity'>;
}

export const scheduledActions = table<ScheduledActionRecord>()({
  name: 'autoscaling.scheduled-actions',
  key: ({ account, region, groupName, name }) => [account, region, groupName, name],
});

export const scheduledActionKey = ({ account, region, groupName, name }: ScheduledActionRecord) => [
  account,
  region,
  groupName,
  name,
];

export const runScheduledActionStep = workflowRef<ScheduledActionRecord>('autoscaling.scheduled-action.run');

export const scheduledActionsOf = (tx: ReadTransaction, { account, region, name }: GroupRecord) =>
  tx.list(scheduledActions, { prefix: [account, region, name] });

/** Puts a new action, or another in place of the one of its name. Throws where the group may have no more. */
export async function putScheduledAction(
  context: EffectContext,
  action: ScheduledActionRecord,
): Promise<void> {
  const { account, region, groupName } = action;
  const all = await context.tx.list(scheduledActions, { prefix: [account, region, groupName] });
  if (all.length >= MAX_SCHEDULED_ACTIONS && !all.some(({ name }) => name === action.name)) {
    throw limitExceeded(
      `You have reached the limit of ${MAX_SCHEDULED_ACTIONS} scheduled actions for an Auto Scaling group.`,
    );
  }
  scheduleAction(context, action);
}

export function scheduleAction(context: EffectContext, action: ScheduledActionRecord): void {
  context.tx.put(scheduledActions, action);
  // The time is the user's own, not that of simulated work.
  context.schedule(runScheduledActionStep, { ...action }, { delayMs: action.nextAtMs - context.nowMs });
}

/** The time after `ms` at which the action is due again; undefined where it was the last. */
export function nextTime(
  { recurrence, timeZone, endMs = Number.POSITIVE_INFINITY }: Omit<ScheduledActionRecord, 'nextAtMs'>,
  ms: number,
): number | undefined {
  const next = recurrence === undefined ? undefined : parseRecurrence(recurrence, timeZone)?.next(ms);
  return next === undefined || next > endMs ? undefined : next;
}

/** The action that a request describes. Throws AWS's error. */
export function requestedAction(
  { nowMs, entropy }: Pick<ExecuteContext, 'nowMs' | 'entropy'>,
  group: GroupRecord,
  request: ScheduledUpdateGroupActionRequest,
): ScheduledActionRecord {
  const { MinSize, MaxSize, DesiredCapacity, Recurrence, TimeZone, StartTime, EndTime } = request;
  if ([MinSize, MaxSize, DesiredCapacity].every((size) => size === undefined)) {
    throw validationError('At least one of MinSize, MaxSize or DesiredCapacity must be specified.');
  }
  requireSizesTogether(request);
  if (Recurrence !== undefined && !parseRecurrence(Recurrence, TimeZone)) {
    throw validationError(`Given recurrence string: ${Recurrence} is invalid`);
  }
  if (StartTime !== undefined && StartTime < nowMs) throw validationError('Given start time is in the past');
  if (EndTime !== undefined && EndTime <= (StartTime ?? nowMs)) {
    throw validationError('Given end time must be after the start time');
  }
  const action = {
    account: group.account,
    region: group.region,
    groupName: group.name,
    name: request.ScheduledActionName,
    id: uuid(entropy),
    endMs: EndTime,
    recurrence: Recurrence,
    timeZone: TimeZone,
    sizes: { MinSize, MaxSize, DesiredCapacity },
  };
  const nextAtMs = StartTime ?? nextTime(action, nowMs);
  if (nextAtMs === undefined)
    throw validationError('Either StartTime or a Recurrence that comes to pass must be specified.');
  return { ...action, nextAtMs };
}

/** Of the sizes that one request names; the group's own may have changed by then (aws-facts E5.7). */
function requireSizesTogether({
  MinSize: min = Number.NEGATIVE_INFINITY,
  MaxSize: max = Number.POSITIVE_INFINITY,
  DesiredCapacity: desired,
}: ScheduledUpdateGroupActionRequest): void {
  if (desired !== undefined && desired < min)
    throw validationError('Desired capacity must be greater than or equal to min size');
  if (desired !== undefined && desired > max)
    throw validationError('Desired capacity must be less than or equal to max size');
  if (min > max) throw validationError('Min size must be less than or equal to max size');
}

export const showScheduledAction = (action: ScheduledActionRecord): ScheduledUpdateGroupAction => ({
  AutoScalingGroupName: action.groupName,
  ScheduledActionName: action.name,
  ScheduledActionARN: formatArn({
    service: 'autoscaling',
    region: action.region,
    account: action.account,
    resource: `scheduledUpdateGroupAction:${action.id}:autoScalingGroupName/${action.groupName}:scheduledActionName/${action.name}`,
  }),
  Time: action.nextAtMs,
  StartTime: action.nextAtMs,
  EndTime: action.endMs,
  Recurrence: action.recurrence,
  TimeZone: action.timeZone,
  ...action.sizes,
});
