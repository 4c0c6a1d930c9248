/** Names and times as people read them. */
import { compactJson } from '../../../src/explain/words/compact-json.ts';

/** What is distinctive of an ARN: `user/john`, `key/9c1f…`. */
export function shortName(arn: string): string {
  if (!arn.startsWith('arn:')) return arn;
  const name = arn.split(':').slice(5).join(':');
  return name === 'root' ? `root of ${arn.split(':')[4]}` : name.replace(/^assumed-role\//, 'role ');
}

const UNITS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
];

const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

/** `3 minutes ago`, by the server's clock. */
export function ago(at: string | number, nowMs: number): string {
  const seconds = Math.round((new Date(at).getTime() - nowMs) / 1000);
  const [unit, length] = UNITS.find(([, each]) => Math.abs(seconds) >= each) ?? (['second', 1] as const);
  return RELATIVE.format(Math.min(0, Math.trunc(seconds / length)), unit);
}

/** `2026-11-28 12:18:41 UTC` */
export function timeText(at: string | number | undefined): string {
  if (at === undefined || at === '') return '-';
  return new Date(at)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$|Z$/, ' UTC');
}

/** `3 keys`, `1 policy`, `2 policies`, `2 matches` */
export const plural = (count: number, noun: string): string =>
  `${count.toLocaleString('en')} ${count === 1 ? noun : many(noun)}`;

function many(noun: string): string {
  if (/(?:ch|sh|s|x)$/.test(noun)) return `${noun}es`;
  return /[^aeiou]y$/.test(noun) ? `${noun.slice(0, -1)}ies` : `${noun}s`;
}

/** Where the kind stands beside it already: `john` of `user john`. */
export const withoutNoun = (name: string, noun: string): string =>
  name.startsWith(noun) ? name.slice(noun.length).trim() : name;

/** Documents as they are read, short lists on one line; as they are where they are no JSON. */
export function pretty(document: string | object): string {
  if (typeof document !== 'string') return compactJson(document);
  try {
    return compactJson(JSON.parse(document));
  } catch {
    return document;
  }
}
