/** Typed values in conditions: numbers, dates, IP addresses and networks, binary, as IAM reads them. */
import { compareText } from '../platform/compare-text.ts';

/** A decimal without float rounding: sign, digits before and after the point without padding. */
export interface Decimal {
  readonly negative: boolean;
  readonly whole: string;
  readonly fraction: string;
}

/** `007`, `+1.50`, `-.5`; undefined for anything else (exponents too). */
export function parseDecimal(text: string): Decimal | undefined {
  const signed = text[0] === '-' || text[0] === '+';
  const digits = signed ? text.slice(1) : text;
  const point = digits.indexOf('.');
  let whole = point < 0 ? digits : digits.slice(0, point);
  let fraction = point < 0 ? '' : digits.slice(point + 1);
  if ((whole === '' && fraction === '') || !allDigits(whole) || !allDigits(fraction)) return undefined;
  while (whole.startsWith('0')) whole = whole.slice(1);
  while (fraction.endsWith('0')) fraction = fraction.slice(0, -1);
  return { negative: text[0] === '-' && (whole !== '' || fraction !== ''), whole, fraction };
}

/** Negative, zero or positive, as `a` is less than, equal to or greater than `b`. */
export function compareDecimals(a: Decimal, b: Decimal): number {
  if (a.negative !== b.negative) return a.negative ? -1 : 1;
  const order =
    a.whole.length - b.whole.length || compareText(a.whole, b.whole) || compareText(a.fraction, b.fraction);
  return a.negative ? -order : order;
}

export function allDigits(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 48 || code > 57) return false;
  }
  return true;
}

/**
 * Milliseconds since the epoch of a date in one of the W3C forms of ISO 8601 (UTC where no zone is given), or of
 * whole epoch seconds. Dates compare at millisecond precision. Four digits are a year, as ISO 8601 has it.
 */
export function parseDate(text: string): number | undefined {
  if (text.length > 4 && text.length <= 15 && allDigits(text)) return Number(text) * 1000;
  if (text.length > 40) return undefined;
  const upper = text.toUpperCase();
  const t = upper.indexOf('T');
  const dayMs = parseDay(t < 0 ? upper : upper.slice(0, t), t >= 0);
  if (dayMs === undefined || t < 0) return dayMs;
  const time = upper.slice(t + 1);
  const zoneAt = Math.max(time.indexOf('Z'), time.indexOf('+'), time.indexOf('-'));
  const timeMs = parseTime(zoneAt < 0 ? time : time.slice(0, zoneAt));
  const offsetMs = parseZone(zoneAt < 0 ? 'Z' : time.slice(zoneAt));
  return timeMs === undefined || offsetMs === undefined ? undefined : dayMs + timeMs - offsetMs;
}

/** Exactly `length` digits between `min` and `max`. */
function digits(text: string | undefined, length: number, min: number, max: number): number | undefined {
  if (text?.length !== length || !allDigits(text)) return undefined;
  const value = Number(text);
  return value < min || value > max ? undefined : value;
}

function parseDay(text: string, mustBeFull: boolean): number | undefined {
  const parts = text.split('-');
  if (parts.length > 3 || (mustBeFull && parts.length !== 3)) return undefined;
  const year = digits(parts[0], 4, 0, 9999);
  const month = parts.length > 1 ? digits(parts[1], 2, 1, 12) : 1;
  const day = parts.length > 2 ? digits(parts[2], 2, 1, 31) : 1;
  if (year === undefined || month === undefined || day === undefined) return undefined;
  const midnight = new Date(0);
  midnight.setUTCFullYear(year, month - 1, day);
  return midnight.getUTCMonth() === month - 1 ? midnight.getTime() : undefined;
}

function parseTime(text: string): number | undefined {
  const parts = text.split(':');
  if (parts.length < 2 || parts.length > 3) return undefined;
  const [wholeSeconds, fraction, ...rest] = (parts[2] ?? '00').split('.');
  const hour = digits(parts[0], 2, 0, 23);
  const minute = digits(parts[1], 2, 0, 59);
  const second = digits(wholeSeconds, 2, 0, 59);
  if (hour === undefined || minute === undefined || second === undefined || rest.length > 0) return undefined;
  if (fraction !== undefined && (fraction === '' || fraction.length > 9 || !allDigits(fraction)))
    return undefined;
  return ((hour * 60 + minute) * 60 + second) * 1000 + Number((fraction ?? '').slice(0, 3).padEnd(3, '0'));
}

function parseZone(text: string): number | undefined {
  if (text === 'Z') return 0;
  const hour = digits(text.slice(1, 3), 2, 0, 23);
  const minute = digits(text[3] === ':' ? text.slice(4) : text.slice(3), 2, 0, 59);
  if (hour === undefined || minute === undefined) return undefined;
  const offsetMs = (hour * 60 + minute) * 60_000;
  return text.startsWith('-') ? -offsetMs : offsetMs;
}

/** Padded base-64, canonical; undefined for anything else. */
export function parseBinary(text: string): string | undefined {
  const canonical = Buffer.from(text, 'base64').toString('base64');
  return canonical === text ? canonical : undefined;
}
