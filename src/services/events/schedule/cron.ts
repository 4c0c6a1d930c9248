/**
 * Cron expressions of rules: minutes, hours, day of month, month, day of week, year; in UTC
 * (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html).
 */
import { DAY_MS, MINUTE_MS } from '../../../platform/durations.ts';

export interface Cron {
  /** The next time after `ms`; undefined where there is none. */
  next(ms: number): number | undefined;
}

interface Field {
  readonly from: number;
  readonly to: number;
  readonly names?: readonly string[];
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

const MINUTE: Field = { from: 0, to: 59 };
const HOUR: Field = { from: 0, to: 23 };
const DAY: Field = { from: 1, to: 31 };
const MONTH: Field = { from: 1, to: 12, names: MONTHS };
const WEEKDAY: Field = { from: 1, to: 7, names: WEEKDAYS };
const YEAR: Field = { from: 1970, to: 2199 };

type DayTest = (day: Date) => boolean;

/** Undefined where the text between the brackets is no cron expression. */
export function parseCron(text: string): Cron | undefined {
  const fields = text.trim().split(/\s+/);
  if (fields.length !== 6) return undefined;
  const [minuteText, hourText, dayText, monthText, weekdayText, yearText] = fields as Six;
  // One of the two kinds of day is left open, and only one.
  if ((dayText === '?') === (weekdayText === '?')) return undefined;
  const minutes = numbers(minuteText, MINUTE);
  const hours = numbers(hourText, HOUR);
  const months = numbers(monthText, MONTH);
  const years = numbers(yearText, YEAR);
  const isDay = weekdayText === '?' ? dayOfMonth(dayText) : dayOfWeek(weekdayText);
  if (!minutes || !hours || !months || !years || !isDay) return undefined;

  const times = hours.flatMap((hour) => minutes.map((minute) => (hour * 60 + minute) * MINUTE_MS));
  const [inMonths, inYears] = [new Set(months), new Set(years)];
  const lastYear = years.at(-1) as number;
  return {
    next(ms) {
      for (let dayMs = Math.floor(ms / DAY_MS) * DAY_MS; ; dayMs += DAY_MS) {
        const day = new Date(dayMs);
        const year = day.getUTCFullYear();
        if (year > lastYear) return undefined;
        if (!inYears.has(year) || !inMonths.has(day.getUTCMonth() + 1) || !isDay(day)) continue;
        const time = times.find((each) => dayMs + each > ms);
        if (time !== undefined) return dayMs + time;
      }
    },
  };
}

type Six = [string, string, string, string, string, string];

/** The numbers that a field stands for, in order: `*`, `5`, `1-5`, `0/15`, `MON-FRI`, and lists of them. */
function numbers(text: string, field: Field): number[] | undefined {
  const found = new Set<number>();
  for (const part of text.split(',')) {
    const [range = '', step, ...more] = part.split('/');
    const [first = '', last, ...rest] =
      range === '*' ? [String(field.from), String(field.to)] : range.split('-');
    const from = number(first, field);
    const to = last === undefined ? (step === undefined ? from : field.to) : number(last, field);
    const by = step === undefined ? 1 : /^[1-9]\d*$/.test(step) ? Number(step) : undefined;
    if (from === undefined || to === undefined || by === undefined || more.length + rest.length > 0) {
      return undefined;
    }
    if (from > to) return undefined;
    for (let value = from; value <= to; value += by) found.add(value);
  }
  return [...found].sort((one, other) => one - other);
}

function number(text: string, { from, to, names }: Field): number | undefined {
  const named = names?.indexOf(text.toUpperCase()) ?? -1;
  if (named >= 0) return named + from;
  const value = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  return value >= from && value <= to ? value : undefined;
}

const lastOfMonth = (day: Date) =>
  new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 0)).getUTCDate();

/** Besides numbers: `L` the last day, `LW` the last weekday, `15W` the weekday nearest to the 15th. */
function dayOfMonth(text: string): DayTest | undefined {
  if (text === 'L') return (day) => day.getUTCDate() === lastOfMonth(day);
  if (text === 'LW') return (day) => day.getUTCDate() === nearestWeekday(day, lastOfMonth(day));
  const nearest = /^(\d+)W$/.exec(text)?.[1];
  if (nearest !== undefined) {
    const wanted = number(nearest, DAY);
    if (wanted === undefined) return undefined;
    return (day) => wanted <= lastOfMonth(day) && day.getUTCDate() === nearestWeekday(day, wanted);
  }
  const days = numbers(text, DAY);
  return days && ((day) => days.includes(day.getUTCDate()));
}

/** The weekday of the same month that is nearest to a date of it. */
function nearestWeekday(day: Date, date: number): number {
  const weekday = new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), date)).getUTCDay();
  if (weekday === 6) return date === 1 ? 3 : date - 1;
  if (weekday === 0) return date === lastOfMonth(day) ? date - 2 : date + 1;
  return date;
}

/** Besides numbers and names: `6L` the last Friday of the month, `3#2` its second Tuesday. */
function dayOfWeek(text: string): DayTest | undefined {
  const special = /^(\w+?)(?:(L)|#([1-5]))$/.exec(text);
  if (text === 'L') return (day) => day.getUTCDay() === 6;
  if (special) {
    const wanted = number(special[1] as string, WEEKDAY);
    const isNth: DayTest = special[2]
      ? (day) => day.getUTCDate() > lastOfMonth(day) - 7
      : (day) => Math.ceil(day.getUTCDate() / 7) === Number(special[3]);
    return wanted === undefined ? undefined : (day) => day.getUTCDay() + 1 === wanted && isNth(day);
  }
  const days = numbers(text, WEEKDAY);
  return days && ((day) => days.includes(day.getUTCDay() + 1));
}
