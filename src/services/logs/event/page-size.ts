/** How much goes into one answer of GetLogEvents and FilterLogEvents: a megabyte, or as many events as were asked for. */
import type { LogEventRecord } from './event.ts';

const MAX_PAGE_BYTES = 1_048_576;

/** The first events that fit, at least one; `isWhole` where all of them do. */
export function withinPage(
  events: readonly LogEventRecord[],
  limit: number,
): { readonly items: LogEventRecord[]; readonly isWhole: boolean } {
  let bytes = 0;
  let count = 0;
  for (const event of events) {
    bytes += event.bytes;
    if (count === limit || (count > 0 && bytes > MAX_PAGE_BYTES)) break;
    count++;
  }
  return { items: events.slice(0, count), isWhole: count === events.length };
}
