/** Schedule expressions of rules, `rate(5 minutes)` and `cron(0 12 * * ? *)`, and when they are due. */
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../platform/durations.ts';
import { validation } from '../errors.ts';
import { parseCron } from './cron.ts';

interface Schedule {
  /** The next time after `ms`; undefined where there is none. */
  next(ms: number): number | undefined;
}

const UNIT_MS = { minute: MINUTE_MS, hour: HOUR_MS, day: DAY_MS };

const RATE = /^rate\((\d+) (minute|hour|day)(s?)\)$/;
const CRON = /^cron\((.*)\)$/;

function parseSchedule(expression: string): Schedule | undefined {
  const [, value, unit, plural] = RATE.exec(expression) ?? [];
  if (value !== undefined) {
    const count = Number(value);
    if (count < 1 || (count === 1) === (plural === 's')) return undefined;
    const periodMs = count * UNIT_MS[unit as keyof typeof UNIT_MS];
    return Number.isSafeInteger(periodMs) ? { next: (ms) => ms + periodMs } : undefined;
  }
  const cron = CRON.exec(expression)?.[1];
  return cron === undefined ? undefined : parseCron(cron);
}

/** Throws EventBridge's error where the text is not a schedule. */
export function requireSchedule(expression: string): void {
  if (!parseSchedule(expression)) throw validation('Parameter ScheduleExpression is not valid.');
}

export const nextTime = (expression: string, afterMs: number): number | undefined =>
  parseSchedule(expression)?.next(afterMs);
