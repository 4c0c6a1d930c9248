/**
 * Puts a batch of events into a stream. What is too old, too new or past the group's retention is left out, and reported
 * of. To CloudTrail it is a data event, which its event history does not show.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html
 */
import type { RejectedLogEventsInfo } from '../../../shapes/generated/logs.ts';
import { openCurrentKey, wipe } from '../encryption/group-key.ts';
import { logGroups } from '../group/group.ts';
import { existingStreamCheck } from '../group/group-check.ts';
import { logs } from '../logs.ts';
import { expiring, keptSinceMs } from '../retention/retention.ts';
import { logStreams, sequenceToken } from '../stream/stream.ts';
import { accepted, requireBatch } from './batch.ts';
import { eventBytes, eventIdOf, logEvents } from './event.ts';
import { keptMessage } from './message.ts';

export default logs.operation('PutLogEvents', {
  async checks(context, { logGroupName, logStreamName }) {
    return { stream: await existingStreamCheck(context, 'PutLogEvents', logGroupName, logStreamName) };
  },
  preconditions: (_context, { logEvents: batch }) => requireBatch(batch),
  calls: (ctx, _input, { stream }) => openCurrentKey(ctx, stream.record.group),
  wipe,
  async execute(context, input, { stream: { record } }, keys) {
    const { tx, nowMs, entropy } = context;
    const { group, stream } = record;
    const { events, rejected } = accepted(input.logEvents, nowMs, keptSinceMs(group, nowMs));
    let { eventCount } = stream;
    for (const { timestamp: timestampMs, message } of events) {
      const place = { timestampMs, ingestedAtMs: nowMs, sequence: eventCount++, nonce: entropy.bytes(6) };
      const eventId = eventIdOf(place);
      tx.put(logEvents, {
        groupId: group.groupId,
        streamId: stream.streamId,
        streamName: stream.name,
        eventId,
        timestampMs,
        ingestedAtMs: nowMs,
        bytes: eventBytes(message),
        ...keptMessage(group, keys, eventId, message, entropy),
      });
    }
    // In order, so the ends suffice.
    const times = [events[0], events.at(-1)].flatMap((event) => event?.timestamp ?? []);
    const changed = {
      ...stream,
      eventCount,
      firstEventAtMs: least([...times, ...present(stream.firstEventAtMs)]),
      lastEventAtMs: greatest([...times, ...present(stream.lastEventAtMs)]),
      lastIngestedAtMs: nowMs,
    };
    tx.put(logStreams, changed);
    const storedBytes = events.reduce((sum, { message }) => sum + eventBytes(message), group.storedBytes);
    tx.put(logGroups, await expiring(context, { ...group, storedBytes }));
    return { nextSequenceToken: sequenceToken(changed), rejectedLogEventsInfo: shownRejections(rejected) };
  },
  audit: { dataEvent: true, omit: ['logEvents'] },
});

const present = (time: number | undefined) => (time === undefined ? [] : [time]);
const least = (times: number[]) => (times.length > 0 ? Math.min(...times) : undefined);
const greatest = (times: number[]) => (times.length > 0 ? Math.max(...times) : undefined);

const shownRejections = (rejected: RejectedLogEventsInfo): RejectedLogEventsInfo | undefined =>
  Object.keys(rejected).length > 0 ? rejected : undefined;
