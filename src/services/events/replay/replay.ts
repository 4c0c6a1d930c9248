/** Replays: archived events put on their bus again, marked with the replay's name. */
import { formatArn } from '../../../aws/arn.ts';
import type { Scope } from '../../../aws/scope.ts';
import type { WorkflowContext } from '../../../invoke/context.ts';
import { workflow } from '../../../invoke/workflow.ts';
import { workflowRef } from '../../../invoke/workflow-ref.ts';
import type { DescribeReplayResponse, ReplayDestination } from '../../../shapes/generated/events.ts';
import { table } from '../../../store/store.ts';
import { archivedEvents } from '../archive/archive.ts';
import { type BusPlace, busOfArn } from '../bus/bus.ts';
import { dataKeyOfBus, unlessRefused } from '../encryption/data-key.ts';
import { type CarriedEvent, openEvent, sealEvent } from '../encryption/sealed-event.ts';
import { arrive } from '../event/route.ts';
import { events } from '../events.ts';

export interface ReplayRecord extends Scope {
  readonly name: string;
  readonly description?: string;
  readonly state: 'STARTING' | 'RUNNING' | 'CANCELLING' | 'CANCELLED' | 'COMPLETED' | 'FAILED';
  readonly stateReason?: string;
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
  StateReason: replay.stateReason,
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

export const advanceReplayWorkflow = workflow(advanceReplayStep, events, async (ctx, { name }) => {
  const key = [ctx.account, ctx.region, name];
  const record = await ctx.read((tx) => tx.get(replays, key));
  if (!record) return undefined;
  const batch = record.state === 'CANCELLING' ? undefined : await unlessRefused(nextBatch(ctx, record));
  return async (context) => {
    const { tx, nowMs, schedule } = context;
    const now = await tx.get(replays, key);
    if (now?.state === 'CANCELLING') {
      tx.put(replays, { ...now, state: 'CANCELLED', endedAtMs: nowMs });
      return;
    }
    if (!batch) {
      tx.put(replays, { ...record, state: 'FAILED', stateReason: 'Internal Failure.', endedAtMs: nowMs });
      return;
    }
    const { destination } = record;
    for (const event of batch.events) {
      arrive(context, busOfArn(destination.Arn) as BusPlace, { event, only: destination.FilterArns });
    }
    tx.put(replays, {
      ...record,
      state: batch.isLast ? 'COMPLETED' : 'RUNNING',
      ...(batch.isLast && { endedAtMs: nowMs }),
      last: batch.last ?? record.last,
    });
    if (!batch.isLast) schedule(advanceReplayStep, { name });
  };
});

interface ReplayBatch {
  readonly events: readonly CarriedEvent[];
  readonly last: ReplayRecord['last'];
  readonly isLast: boolean;
}

/** The next events of the archive, marked and as the bus takes them. Rejects with KMS's error where a key refuses. */
async function nextBatch(ctx: WorkflowContext, replay: ReplayRecord): Promise<ReplayBatch> {
  const { archiveId, fromMs, toMs, last, destination, name } = replay;
  const after = last ? [archiveId, last.timeMs, last.eventId] : [archiveId, fromMs];
  const found = await ctx.read((tx) => tx.list(archivedEvents, { prefix: [archiveId], after, limit: BATCH }));
  const due = found.filter(({ timeMs }) => timeMs < toMs);
  const bus = busOfArn(destination.Arn) as BusPlace;
  const key = due.length > 0 ? await dataKeyOfBus(ctx, bus) : undefined;
  try {
    const events: CarriedEvent[] = [];
    for (const { event } of due) {
      const replayed = { ...(await openEvent(ctx, event)), 'replay-name': name };
      events.push(key ? sealEvent(replayed, key, bus, ctx.entropy) : replayed);
    }
    const end = due.at(-1);
    return {
      events,
      last: end && { timeMs: end.timeMs, eventId: end.event.id },
      isLast: due.length < BATCH,
    };
  } finally {
    key?.plaintext.fill(0);
  }
}
