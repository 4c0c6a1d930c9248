/**
 * Puts what an archive holds of a time on its bus again, for all rules or some.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_StartReplay.html
 */
import type { ResolveContext } from '../../../invoke/context.ts';
import { missingFor, optional } from '../../../invoke/verdict.ts';
import type { StartReplayRequest } from '../../../shapes/generated/events.ts';
import { type ArchiveRecord, archiveOfArn } from '../archive/archive.ts';
import { archiveCheck } from '../archive/archive-check.ts';
import { busOfArn } from '../bus/bus.ts';
import { busCheck } from '../bus/bus-check.ts';
import { alreadyExists, limitExceeded, validation } from '../errors.ts';
import { events } from '../events.ts';
import { advanceReplayStep, replayArn, replays } from './replay.ts';
import { replayCheck } from './replay-check.ts';

/** At a time, in a Region. */
const MAX_REPLAYS = 10;
const UNDER_WAY: ReadonlySet<string> = new Set(['STARTING', 'RUNNING', 'CANCELLING']);

export default events.operation('StartReplay', {
  async checks(context, { ReplayName, EventSourceArn, Destination }) {
    const name = archiveOfArn(EventSourceArn);
    const archive = await archiveCheck(context, 'StartReplay', name ?? '*');
    const fault = archive.missing && notValid('EventSourceArn', `Archive ${name} does not exist.`);
    const unnamed = name ? fault : notValid('EventSourceArn', 'Must contain an archive ARN.');
    const bus = busOfArn(Destination.Arn);
    if (!bus) throw notValid('Destination.Arn', 'Must contain an event bus ARN.');
    return {
      archive: missingFor(archive, unnamed),
      bus: await busCheck(context, 'StartReplay', bus),
      replay: optional(await replayCheck(context, 'StartReplay', ReplayName)),
    };
  },
  async preconditions(context, input, { archive, replay }) {
    requireReplayable(context, input, archive.record);
    if (replay.record) throw alreadyExists(`Replay ${input.ReplayName} already exists.`);
    const { tx, account, region } = context;
    const all = await tx.list(replays, { prefix: [account, region] });
    if (all.filter(({ state }) => UNDER_WAY.has(state)).length >= MAX_REPLAYS) throw limitExceeded();
  },
  execute({ tx, account, region, nowMs, schedule }, input, { archive }) {
    const replay = {
      account,
      region,
      name: input.ReplayName,
      description: input.Description,
      state: 'STARTING' as const,
      archiveArn: input.EventSourceArn,
      archiveId: archive.record.archiveId,
      destination: input.Destination,
      fromMs: input.EventStartTime,
      toMs: input.EventEndTime,
      startedAtMs: nowMs,
    };
    tx.put(replays, replay);
    schedule(advanceReplayStep, { name: replay.name });
    return { ReplayArn: replayArn(replay), State: replay.state, ReplayStartTime: nowMs };
  },
});

function requireReplayable(
  { account, region }: ResolveContext,
  { Destination, EventStartTime, EventEndTime }: StartReplayRequest,
  archive: ArchiveRecord,
): void {
  if (EventStartTime >= EventEndTime) {
    throw notValid('EventEndTime', 'EventStartTime must be before EventEndTime.');
  }
  const bus = busOfArn(Destination.Arn);
  if (bus?.account !== account || bus.region !== region || bus.name !== archive.bus) {
    throw notValid('Destination.Arn', 'Cross event bus replay is not permitted.');
  }
}

const notValid = (parameter: string, reason: string) =>
  validation(`Parameter ${parameter} is not valid. Reason: ${reason}`);
