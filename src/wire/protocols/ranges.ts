/** What values of a type may be, in every protocol: AWS's services are written in Java, whose types end there. */

/** A long's greatest value has no number of its own here: it is rounded to this one. */
const ENDS = { integer: 2 ** 31, long: 2 ** 63 } as const;

/** Of whole numbers. */
export const isInRange = (type: keyof typeof ENDS, value: number): boolean =>
  value >= -ENDS[type] && (type === 'long' ? value <= ENDS.long : value < ENDS.integer);

/** https://tc39.es/ecma262/#sec-time-values-and-time-range */
const MAX_TIME_MS = 8.64e15;

/** Undefined for what no clock will ever show. */
export function timeOfSeconds(seconds: number): number | undefined {
  const ms = Math.round(seconds * 1000);
  return Math.abs(ms) <= MAX_TIME_MS ? ms : undefined;
}
