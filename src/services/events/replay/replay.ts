/** Replays: archived events put on their bus again, marked with the replay's name. */
import { formatArn } from '../../../aws/arn.ts';
import type { Scope } from '../../../aws/scope.ts';
import { workflow } from '../../../invoke/workflow.ts';
import { workflowRef } from '../../../invoke/workflow-ref.ts';
import type { DescribeReplayResponse, ReplayDestination } from '../../../shapes/generated/events.ts';
import { table } from '../../../store/store.ts';
import { archivedEvents } from '../archive/archive.ts';
import { type BusPlace, busOfArn } from '../bus/bus.ts';
import { arrive } from '../event/route.ts';
import { events } from '../events.ts';

export interface ReplayRecord extends Scope {
  readonly name: string;
  readonly description?: string;
  readonly state: 'STARTING' | 'RUNNING' | 'CANCELLING' | 'CANCELLED' | 'COMPLETED';
  readonly archiveArn: string;
  readonly archiveId: string;
  readonly destination: ReplayDestination;
  readonly fromMs: number;
  readonly toMs: number;
  readonly startedAtMs: number;
  readonly endedAtMs?: number;
  /** Where the next batch begins: the last event that was put. */
  readonly last?: { readonly timeMs: number; readonly eventId: string };
}

export const replays = table<ReplayRecord>()({
  name: 'events.replays',
  key: ({ account, region, name }) => [account, region, name],
});

export const replayArn = ({ account, region, name }: Pick<ReplayRecord, 'account' | 'region' | 'name'>) =>
  formatArn({ service: 'events', region, account, resource: `replay/${name}` });

/** As ListReplays shows it; DescribeReplay tells more. */
export const replayEntry = (replay: ReplayRecord) => ({
  ReplayName: replay.name,
  EventSourceArn: replay.archiveArn,
  State: replay.state,
  EventStartTime: replay.fromMs,
  EventEndTime: replay.toMs,
  EventLastReplayedTime: replay.last?.timeMs,
  ReplayStartTime: replay.startedAtMs,
  ReplayEndTime: replay.endedAtMs,
});

export const replayDescription = (replay: ReplayRecord): DescribeReplayResponse => ({
  ...replayEntry(replay),
  ReplayArn: replayArn(replay),
  Description: replay.description,
  Destination: replay.destination,
});

const BATCH = 100;

export const advanceReplayStep = workflowRef<{ name: string }>('events.replay.advance');

export const advanceReplayWorkflow = workflow(
  advanceReplayStep,
  events,
  async (_ctx, { name }) =>
    async (context) => {
      const { tx, account, region, nowMs, schedule } = context;
      const record = await tx.get(replays, [account, region, name]);
      if (!record) return;
      if (record.state === 'CANCELLING') {
        tx.put(replays, { ...record, state: 'CANCELLED', endedAtMs: nowMs });
        return;
      }
      const { archiveId, fromMs, toMs, last, destination } = record;
      const found = await tx.list(archivedEvents, {
        prefix: [archiveId],
        after: last ? [archiveId, last.timeMs, last.eventId] : [archiveId, fromMs],
        limit: BATCH,
      });
      const batch = found.filter(({ timeMs }) => timeMs < toMs);
      const place = busOfArn(destination.Arn) as BusPlace;
      for (const { event } of batch) {
        const replayed = { ...event, 'replay-name': name };
        arrive(context, place, { event: replayed, only: destination.FilterArns });
      }
      const end = batch.at(-1);
      const isDone = batch.length < BATCH;
      tx.put(replays, {
        ...record,
        state: isDone ? 'COMPLETED' : 'RUNNING',
        ...(isDone && { endedAtMs: nowMs }),
        last: end ? { timeMs: end.timeMs, eventId: end.event.id } : last,
      });
      if (!isDone) schedule(advanceReplayStep, { name });
    },
);
