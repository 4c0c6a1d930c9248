/**
 * Finds events of a group by time, stream and what they say, in the order of their time. A page may be empty though
 * more follow.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
 */
import type { FilterLogEventsRequest } from '../../../shapes/generated/logs.ts';
import { type OpenKeys, openGroupKeys, wipe } from '../encryption/group-key.ts';
import { invalidParameter, invalidToken, noStream, notServed } from '../errors.ts';
import { parseFilterPattern } from '../filter-pattern/filter-pattern.ts';
import { namedGroup, requireStandardClass } from '../group/group.ts';
import { groupCheck } from '../group/group-check.ts';
import { logs } from '../logs.ts';
import { keptSinceMs } from '../retention/retention.ts';
import { logStreams } from '../stream/stream.ts';
import { idBefore, LAST_ID, type LogEventRecord, logEvents } from './event.ts';
import { messageOf } from './message.ts';
import { withinPage } from './page-size.ts';

const MAX_EVENTS = 10_000;
/** So many are looked at for one page, whether they match or not. */
const MAX_SEARCHED = 10_000;

export default logs.operation('FilterLogEvents', {
  readOnly: true,
  async checks(context, input) {
    return { group: await groupCheck(context, 'FilterLogEvents', namedGroup(context, input)) };
  },
  preconditions: (_context, _input, { group }) => requireStandardClass(group.record),
  calls: (ctx, _input, { group }) => openGroupKeys(ctx, group.record),
  wipe,
  async execute({ tx, nowMs }, input, { group: { record: group } }, keys) {
    if (input.unmask) throw notServed('unmask');
    if (input.startFromHead === false) throw notServed('startFromHead false');
    const { startTime = 0, endTime, limit = MAX_EVENTS, nextToken } = input;
    if (endTime !== undefined && startTime > endTime) {
      throw invalidParameter('End time should not be less than start time.');
    }
    const matches = matcher(input, keys);
    // One that is not there fails the whole request (aws-facts D7.9).
    for (const name of input.logStreamNames ?? []) {
      if (!(await tx.get(logStreams, [group.groupId, name]))) throw noStream();
    }
    const query = queryOf(input);
    const from = idBefore(Math.max(startTime, keptSinceMs(group, nowMs)));
    const to = endTime === undefined ? LAST_ID : idBefore(endTime + 1);
    const after = nextToken === undefined ? from : readToken(nextToken, query);
    const searched = await tx.list(logEvents, {
      prefix: [group.groupId],
      after: [group.groupId, after > from ? after : from],
      limit: MAX_SEARCHED,
    });
    const within = searched.filter(({ eventId }) => eventId < to);
    const { items, isWhole } = withinPage(within.filter(matches), limit);
    const isEnd = isWhole && (within.length < searched.length || searched.length < MAX_SEARCHED);
    const last = isWhole ? within.at(-1) : items.at(-1);
    const events = items.map((event) => ({
      logStreamName: event.streamName,
      timestamp: event.timestampMs,
      message: messageOf(event, keys),
      ingestionTime: event.ingestedAtMs,
      eventId: event.eventId,
    }));
    return {
      events,
      // Since 2019 AWS tells no streams.
      searchedLogStreams: [],
      nextToken: isEnd || !last ? undefined : writeToken(last.eventId, query),
    };
  },
});

function matcher(input: FilterLogEventsRequest, keys: OpenKeys): (event: LogEventRecord) => boolean {
  const { logStreamNames, logStreamNamePrefix, filterPattern = '' } = input;
  if (logStreamNames && logStreamNamePrefix !== undefined) {
    throw invalidParameter('logStreamNames and logStreamNamePrefix are mutually exclusive.');
  }
  const says = parseFilterPattern(filterPattern);
  const streams = logStreamNames && new Set(logStreamNames);
  return (event) =>
    (streams?.has(event.streamName) ?? true) &&
    event.streamName.startsWith(logStreamNamePrefix ?? '') &&
    says(messageOf(event, keys));
}

/** A token continues the query that gave it, and no other. */
const queryOf = (input: FilterLogEventsRequest) =>
  JSON.stringify([input.logStreamNames, input.logStreamNamePrefix, input.filterPattern]);

const writeToken = (eventId: string, query: string) =>
  Buffer.from(JSON.stringify([eventId, query])).toString('base64url');

function readToken(token: string, query: string): string {
  try {
    const [eventId, of] = JSON.parse(Buffer.from(token, 'base64url').toString());
    if (typeof eventId === 'string' && of === query) return eventId;
  } catch {
    // Not a token of ours: refused below, as a token of another query is.
  }
  throw invalidToken();
}
