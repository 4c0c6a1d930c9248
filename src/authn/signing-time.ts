/** The moment of signing: as the string to sign has it (`YYYYMMDDTHHMMSSZ`) and in milliseconds since the epoch. */
export interface SigningTime {
  readonly text: string;
  readonly ms: number;
}

const BASIC_FORMAT = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;
type Seven = [number, number, number, number, number, number, number];
const HTTP_DATE = /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/;

/** A time in ISO 8601 basic format, as messages and strings to sign have it. */
export function basicFormat(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
}

/** Reads ISO 8601 basic format, or the format of HTTP's Date header; undefined for anything else. */
export function parseSigningTime(text: string): SigningTime | undefined {
  const parts = BASIC_FORMAT.exec(text);
  if (parts) {
    const [, year, month, day, hour, minute, second] = parts.map(Number) as Seven;
    const ms = Date.UTC(year, month - 1, day, hour, minute, second);
    // Date.UTC lets the 31st of February and the 25th hour run over into the next day, the 61st minute into the next hour.
    const real = new Date(ms).getUTCDate() === day && month >= 1 && month <= 12 && minute < 60 && second < 60;
    return real ? { text, ms } : undefined;
  }
  const ms = HTTP_DATE.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(ms) ? undefined : { text: basicFormat(ms), ms };
}
