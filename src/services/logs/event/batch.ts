/** What a batch of events must be like (PutLogEvents), and which of them are taken. */
import { DAY_MS, HOUR_MS } from '../../../platform/durations.ts';
import type { InputLogEvent, RejectedLogEventsInfo } from '../../../shapes/generated/logs.ts';
import { invalidParameter } from '../errors.ts';
import { eventBytes } from './event.ts';

const MAX_BATCH_BYTES = 1_048_576;
const MAX_AHEAD_MS = 2 * HOUR_MS;
const MAX_AGE_MS = 14 * DAY_MS;

export function requireBatch(batch: readonly InputLogEvent[]): void {
  const bytes = batch.reduce((sum, { message }) => sum + eventBytes(message), 0);
  if (bytes > MAX_BATCH_BYTES) {
    throw invalidParameter(`Upload too large: ${bytes} bytes exceeds limit of ${MAX_BATCH_BYTES}`);
  }
  const isOrdered = batch.every(
    ({ timestamp }, index) => index === 0 || timestamp >= (batch[index - 1] as InputLogEvent).timestamp,
  );
  if (!isOrdered) {
    throw invalidParameter('Log events in a single PutLogEvents request must be in chronological order.');
  }
  if (batch.length > 0 && (batch.at(-1)?.timestamp ?? 0) - (batch[0]?.timestamp ?? 0) > DAY_MS) {
    throw invalidParameter(
      'The batch of log events in a single PutLogEvents request cannot span more than 24 hours.',
    );
  }
}

/** The batch is in order, so what is refused stands at its ends. */
export function accepted(
  batch: readonly InputLogEvent[],
  nowMs: number,
  keptSinceMs: number,
): { readonly events: readonly InputLogEvent[]; readonly rejected: RejectedLogEventsInfo } {
  const before = (limitMs: number) => batch.filter(({ timestamp }) => timestamp < limitMs).length;
  const tooOld = before(nowMs - MAX_AGE_MS);
  const expired = before(keptSinceMs);
  const tooNew = before(nowMs + MAX_AHEAD_MS + 1);
  return {
    events: batch.slice(Math.max(tooOld, expired), tooNew),
    rejected: {
      ...(tooNew < batch.length && { tooNewLogEventStartIndex: tooNew }),
      ...(tooOld > 0 && { tooOldLogEventEndIndex: tooOld }),
      ...(expired > tooOld && { expiredLogEventEndIndex: expired }),
    },
  };
}
