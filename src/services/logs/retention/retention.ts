/**
 * How long a group keeps its events. What is past its time is shown no more at once, and erased by a step that is due
 * when the oldest event is.
 */
import type { EffectContext } from '../../../invoke/context.ts';
import { workflow } from '../../../invoke/workflow.ts';
import { workflowRef } from '../../../invoke/workflow-ref.ts';
import { DAY_MS } from '../../../platform/durations.ts';
import { invalidParameter } from '../errors.ts';
import { groupKey, removeEvents } from '../event/erasure.ts';
import { logEvents } from '../event/event.ts';
import { classOf, type LogGroupRecord, logGroups } from '../group/group.ts';
import { logs } from '../logs.ts';

const DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

export function requireRetentionDays(days: number): void {
  if (DAYS.includes(days)) return;
  throw invalidParameter(
    `1 validation error detected: Value '${days}' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [${DAYS.join(', ')}]`,
  );
}

/** What is delivered on is kept for two days, whatever anybody wishes (aws-facts D7.2). */
export function requireOwnRetention(group: LogGroupRecord): void {
  if (classOf(group) !== 'DELIVERY') return;
  throw invalidParameter('The retention of a log group of the Delivery class cannot be changed.');
}

/** Events from before this time are gone. */
export const keptSinceMs = ({ retentionDays }: LogGroupRecord, nowMs: number): number =>
  retentionDays === undefined ? 0 : nowMs - retentionDays * DAY_MS;

/** The group with the expiry of its oldest event under way, where there is anything to expire. */
export async function expiring(context: EffectContext, group: LogGroupRecord): Promise<LogGroupRecord> {
  const { tx, nowMs, schedule } = context;
  if (group.expires || group.retentionDays === undefined) return group;
  const [oldest] = await tx.list(logEvents, { prefix: [group.groupId], limit: 1 });
  if (!oldest) return group;
  const dueInMs = oldest.timestampMs - keptSinceMs(group, nowMs) + 1;
  schedule(expireEventsStep, groupKey(group), { delayMs: Math.max(0, dueInMs) });
  return { ...group, expires: true };
}

const BATCH = 500;

const expireEventsStep = workflowRef<ReturnType<typeof groupKey>>('logs.event.expire');

export const expireEventsWorkflow = workflow(expireEventsStep, logs, async (_ctx, key) => async (context) => {
  const { tx, nowMs } = context;
  const find = () => tx.get(logGroups, [key.account, key.region, key.name]);
  const group = await find();
  if (group?.groupId !== key.groupId) return;
  const sinceMs = keptSinceMs(group, nowMs);
  const oldest = await tx.list(logEvents, { prefix: [key.groupId], limit: BATCH });
  await removeEvents(
    context,
    key,
    oldest.filter(({ timestampMs }) => timestampMs < sinceMs),
  );
  const left = { ...((await find()) as LogGroupRecord), expires: false };
  tx.put(logGroups, await expiring(context, left));
});
