/** Log entries and their labels, and how scans select them. */
import type { Appended, KeptEntry } from './engine.ts';
import type { LogEntry, LogRange, Sequenced } from './store.ts';

/**
 * Labels as text that a substring search can select by: a line `["name","value"]` for each value, whose end `,1]`
 * says that it stands in a list. A label with an empty list is `["name"]`. JSON has no line breaks of its own.
 */
type LabelLine = [name: string, value?: string, listed?: 1];

function encodeLabels(labels: LogEntry['labels']): string {
  let text = '';
  for (const name in labels) {
    const value = labels[name];
    if (value === undefined) continue;
    if (typeof value === 'string') text += `${labelStart(name, value)}]`;
    else if (value.length === 0) text += `\n${JSON.stringify([name])}`;
    else for (const one of value) text += `${labelStart(name, one)},1]`;
  }
  return text;
}

/** What is found in the encoded labels of an entry exactly if it has this value under this label. */
export function labelStart(name: string, value: string): string {
  return `\n[${quote(name)},${quote(value)}`;
}

/** As JSON.stringify, at a third of its cost for the names and ids that labels mostly are. */
function quote(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}

const PLAIN = /^[ !#-[\]-~]*$/;

/** Where the label that begins at `start` of the encoded labels ends, and the next one begins. */
export function labelEnd(encoded: string, start: number): number {
  const next = encoded.indexOf('\n', start + 1);
  return next < 0 ? encoded.length : next;
}

/** Of a label that ends at `end`: where what `labelStart` writes ends. */
export const valueEnd = (encoded: string, end: number): number =>
  end - (encoded.endsWith(',1]', end) ? 3 : 1);

function decodeLabels(encoded: string): LogEntry['labels'] {
  const labels = new Map<string, string | string[]>();
  for (const [name, value, listed] of JSON.parse(
    `[${encoded.slice(1).replaceAll('\n', ',')}]`,
  ) as LabelLine[]) {
    const before = labels.get(name);
    if (value === undefined) labels.set(name, []);
    else if (listed === undefined) labels.set(name, value);
    else if (Array.isArray(before)) before.push(value);
    else labels.set(name, [value]);
  }
  return Object.fromEntries(labels);
}

/** An entry as it is kept: taken down at once, so that nothing done to its parts later reaches the log. */
export function keptEntry(log: string, { stream, atMs, labels, body, besideBytes }: LogEntry): KeptEntry {
  return { log, stream, atMs, labels: encodeLabels(labels), body: JSON.stringify(body ?? null), besideBytes };
}

export function numbered(
  { log, stream, atMs, labels, body, besideBytes }: KeptEntry,
  sequence: number,
): Appended {
  return { log, sequence, stream, atMs, labels, body, besideBytes };
}

/** What was appended to a log and is selected, newest first, and then those that are `older`. */
export function newestFirst(
  appended: readonly Appended[],
  range: LogRange,
  older: (range: LogRange) => Appended[],
): Appended[] {
  const selected = appended.filter(selector(range)).reverse().slice(0, range.limit);
  return [...selected, ...older({ ...range, limit: range.limit - selected.length })];
}

export function readEntry({ sequence, stream, atMs, labels, body }: Appended): Sequenced<LogEntry> {
  return { sequence, stream, atMs, labels: decodeLabels(labels), body: JSON.parse(body) };
}

/** Tells whether an entry lies within a range, the limit apart. */
export function selector({ label, ...range }: LogRange): (entry: Omit<Appended, 'body'>) => boolean {
  const isWithin = placeSelector(range);
  if (!label) return isWithin;
  const wanted = labelStart(label.name, label.value);
  return (entry) => isWithin(entry) && entry.labels.includes(wanted);
}

/** The same, but for the label. */
export function placeSelector({
  stream,
  fromMs,
  toMs,
  before,
}: Omit<LogRange, 'label'>): (entry: Pick<Appended, 'sequence' | 'stream' | 'atMs'>) => boolean {
  return (entry) =>
    (before === undefined || entry.sequence < before) &&
    (stream === undefined || entry.stream === stream) &&
    (fromMs === undefined || entry.atMs >= fromMs) &&
    (toMs === undefined || entry.atMs <= toMs);
}
