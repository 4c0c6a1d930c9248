/**
 * Reads a stream, from its end or its head, and on from there in either direction. The tokens are never missing: the
 * end of the stream is reached where the token comes back that was given.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html
 */
import type { ReadTransaction } from '../../../store/store.ts';
import { openGroupKeys, wipe } from '../encryption/group-key.ts';
import { invalidToken, notServed } from '../errors.ts';
import { namedGroup, requireStandardClass } from '../group/group.ts';
import { existingStreamCheck } from '../group/group-check.ts';
import { logs } from '../logs.ts';
import { keptSinceMs } from '../retention/retention.ts';
import { FIRST_ID, idBefore, LAST_ID, type LogEventRecord, logEvents } from './event.ts';
import { messageOf } from './message.ts';
import { withinPage } from './page-size.ts';

const MAX_EVENTS = 10_000;
const TOKEN = /^([fb])\/(\d{56})\/s$/;

export default logs.operation('GetLogEvents', {
  readOnly: true,
  async checks(context, input) {
    const group = namedGroup(context, input);
    return { stream: await existingStreamCheck(context, 'GetLogEvents', group, input.logStreamName) };
  },
  preconditions: (_context, _input, { stream }) => requireStandardClass(stream.record.group),
  calls: (ctx, _input, { stream }) => openGroupKeys(ctx, stream.record.group),
  wipe,
  async execute({ tx, nowMs }, input, { stream: { record } }, keys) {
    if (input.unmask) throw notServed('unmask');
    const { group, stream } = record;
    const { startTime = 0, endTime, nextToken, limit = MAX_EVENTS } = input;
    const token = nextToken === undefined ? undefined : TOKEN.exec(nextToken);
    if (token === null) throw invalidToken();
    const forward = token ? token[1] === 'f' : input.startFromHead === true;
    const from = idBefore(Math.max(startTime, keptSinceMs(group, nowMs)));
    const to = endTime === undefined ? LAST_ID : idBefore(endTime);
    const at = token?.[2];
    const stretch = forward
      ? { from: at !== undefined && at > from ? at : from, to }
      : { from, to: at !== undefined && at < to ? at : to };
    const found = await readStream(tx, stream.streamId, { ...stretch, forward, limit });
    const events = withinPage(found, limit).items;
    if (!forward) events.reverse();
    const shown = events.map((event) => ({
      timestamp: event.timestampMs,
      message: messageOf(event, keys),
      ingestionTime: event.ingestedAtMs,
    }));
    return {
      events: shown,
      nextForwardToken: `f/${events.at(-1)?.eventId ?? at ?? FIRST_ID}/s`,
      nextBackwardToken: `b/${events[0]?.eventId ?? at ?? LAST_ID}/s`,
    };
  },
});

/** Events between two ids (exclusive), beginning at the end from which is read. */
async function readStream(
  tx: ReadTransaction,
  streamId: string,
  stretch: { from: string; to: string; forward: boolean; limit: number },
): Promise<LogEventRecord[]> {
  const { from, to, forward, limit } = stretch;
  const found = await tx.find(logEvents, 'stream', {
    prefix: [streamId],
    after: { indexKey: [streamId, forward ? from : to], key: [] },
    reverse: !forward,
    // The first may be the one from which is read on.
    limit: limit + 1,
  });
  return found.filter(({ eventId }) => eventId > from && eventId < to);
}
