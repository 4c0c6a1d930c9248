/**
 * Recurrences in the syntax of crontab: minute, hour, day of month, month and day of week, in a time zone
 * (https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-scheduled-scaling.html).
 */
import { DAY_MS, MINUTE_MS } from '../../../platform/durations.ts';

export interface Recurrence {
  /** The next time after `ms`; undefined where there is none within some years. */
  next(ms: number): number | undefined;
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/** Leap days are four years apart, and once in a century eight. */
const REACH_DAYS = 9 * 366;

/** Undefined where the text is no recurrence, or there is no such time zone. */
export function parseRecurrence(text: string, timeZone = 'Etc/UTC'): Recurrence | undefined {
  const fields = text.trim().split(/\s+/);
  const offsetAt = zoneOffsets(timeZone);
  if (fields.length !== 5 || !offsetAt) return undefined;
  const [minuteText = '', hourText = '', dayText = '', monthText = '', weekdayText = ''] = fields;
  const minutes = numbers(minuteText, 0, 59);
  const hours = numbers(hourText, 0, 23);
  const days = numbers(dayText, 1, 31);
  const months = numbers(monthText, 1, 12, MONTHS);
  const weekdays = numbers(weekdayText, 0, 7, WEEKDAYS);
  if (!minutes || !hours || !days || !months || !weekdays) return undefined;

  const isWeekday = (day: Date) =>
    weekdays.has(day.getUTCDay()) || (day.getUTCDay() === 0 && weekdays.has(7));
  const isDate = (day: Date) => days.has(day.getUTCDate());
  // Two restricted kinds of day are alternatives; an open one leaves it to the other.
  const isEither = !dayText.startsWith('*') && !weekdayText.startsWith('*');
  const isDay = (day: Date) => (isEither ? isDate(day) || isWeekday(day) : isDate(day) && isWeekday(day));
  const times = [...hours].flatMap((hour) => [...minutes].map((minute) => (hour * 60 + minute) * MINUTE_MS));
  times.sort((one, other) => one - other);

  return {
    next(ms) {
      // Days and times as the zone's clocks show them, reckoned as if they were in UTC.
      const firstDayMs = Math.floor((ms + offsetAt(ms)) / DAY_MS) * DAY_MS;
      for (let count = 0; count < REACH_DAYS; count++) {
        const dayMs = firstDayMs + count * DAY_MS;
        const day = new Date(dayMs);
        if (!months.has(day.getUTCMonth() + 1) || !isDay(day)) continue;
        for (const time of times) {
          const atMs = dayMs + time - offsetAt(dayMs + time - offsetAt(dayMs + time));
          if (atMs > ms) return atMs;
        }
      }
      return undefined;
    },
  };
}

/** The numbers of a field: `*`, `5`, `1-5`, `mon-fri`, and lists of them. */
function numbers(
  text: string,
  from: number,
  to: number,
  names: readonly string[] = [],
): Set<number> | undefined {
  const found = new Set<number>();
  for (const part of text.toLowerCase().split(',')) {
    const match = /^(\*|\w+)(?:-(\w+))?(?:\/(\d+))?$/.exec(part);
    if (!match) return undefined;
    const [, first = '', last, step = '1'] = match;
    const start = first === '*' ? from : numberOf(first, from, names);
    const isOpen = first === '*' || (match[3] !== undefined && last === undefined);
    const end = isOpen ? to : numberOf(last ?? first, from, names);
    if (!(start >= from && start <= end && end <= to) || Number(step) < 1) return undefined;
    for (let value = start; value <= end; value += Number(step)) found.add(value);
  }
  return found;
}

function numberOf(text: string, from: number, names: readonly string[]): number {
  const named = names.indexOf(text);
  if (named >= 0) return named + from;
  return /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
}

/** How far ahead of UTC the zone's clocks are at a time, in milliseconds; undefined where there is no such zone. */
function zoneOffsets(timeZone: string): ((ms: number) => number) | undefined {
  try {
    const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
    return (ms) => {
      const name = format.formatToParts(ms).find(({ type }) => type === 'timeZoneName')?.value ?? '';
      const [, sign, hours = '0', minutes = '0'] = /GMT([+-])(\d+):(\d+)/.exec(name) ?? [];
      const offsetMs = (Number(hours) * 60 + Number(minutes)) * MINUTE_MS;
      return sign === '-' ? -offsetMs : offsetMs;
    };
  } catch {
    return undefined;
  }
}
