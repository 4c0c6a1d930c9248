/** Takes what a deleted group or stream leaves behind out of the store, a batch a step. */
import type { EffectContext } from '../../../invoke/context.ts';
import { workflow } from '../../../invoke/workflow.ts';
import { workflowRef } from '../../../invoke/workflow-ref.ts';
import { type LogGroupRecord, logGroups } from '../group/group.ts';
import { logs } from '../logs.ts';
import { type LogStreamRecord, logStreams } from '../stream/stream.ts';
import { type LogEventRecord, logEvents } from './event.ts';

const BATCH = 500;

type GroupKey = Pick<LogGroupRecord, 'account' | 'region' | 'name' | 'groupId'>;

interface Erasure {
  readonly group: GroupKey;
  /** Absent for a whole group. */
  readonly streamId?: string;
}

export const groupKey = ({ account, region, name, groupId }: LogGroupRecord): GroupKey => ({
  account,
  region,
  name,
  groupId,
});

export const eraseStream = (context: EffectContext, group: LogGroupRecord, stream: LogStreamRecord) =>
  eraseBatch(context, { group: groupKey(group), streamId: stream.streamId });

export const eraseGroup = (context: EffectContext, group: LogGroupRecord) =>
  eraseBatch(context, { group: groupKey(group) });

async function eraseBatch(context: EffectContext, erasure: Erasure): Promise<void> {
  const { tx, schedule } = context;
  const { group, streamId } = erasure;
  const limit = BATCH;
  const events = streamId
    ? await tx.find(logEvents, 'stream', { prefix: [streamId], limit })
    : await tx.list(logEvents, { prefix: [group.groupId], limit });
  await removeEvents(context, group, events);
  const streams = streamId ? [] : await tx.list(logStreams, { prefix: [group.groupId], limit });
  for (const stream of streams) tx.delete(logStreams, logStreams.key(stream));
  if (events.length === limit || streams.length === limit) schedule(eraseEventsStep, erasure);
}

/** Removes events, and what they weigh from their group where it still is. */
export async function removeEvents(
  { tx }: EffectContext,
  { account, region, name, groupId }: GroupKey,
  events: readonly LogEventRecord[],
): Promise<void> {
  for (const event of events) tx.delete(logEvents, logEvents.key(event));
  const group = await tx.get(logGroups, [account, region, name]);
  if (group?.groupId !== groupId || events.length === 0) return;
  const gone = events.reduce((sum, { bytes }) => sum + bytes, 0);
  tx.put(logGroups, { ...group, storedBytes: group.storedBytes - gone });
}

const eraseEventsStep = workflowRef<Erasure>('logs.event.erase');

export const eraseEventsWorkflow = workflow(
  eraseEventsStep,
  logs,
  async (_ctx, erasure) => (context) => eraseBatch(context, erasure),
);
