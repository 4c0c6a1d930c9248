import type { Appended } from './engine.ts';
import { encodeKey } from './key.ts';
import type { LogEntry, LogRange, Sequenced } from './store.ts';

/** Starts every label and appears nowhere else: within an encoded key, U+0001 is followed by `n`, `s` or the end. */
const LABEL = '\x01p';

/** A label as it appears, and as only it can appear, in the text that `keptEntry` makes of an entry's labels. */
export function encodeLabel(name: string, value: string): string {
  return LABEL + encodeKey([name, value]);
}

/** The labels of a kept entry one by one, each as `encodeLabel` writes it. */
export function splitLabels(labels: string): string[] {
  return labels
    .split(LABEL)
    .slice(1)
    .map((label) => LABEL + label);
}

export function keptEntry(log: string, sequence: number, { stream, atMs, labels, body }: LogEntry): Appended {
  const encoded = Object.entries(labels).flatMap(([name, value]) =>
    typeof value === 'string' ? encodeLabel(name, value) : value.map((one) => encodeLabel(name, one)),
  );
  return { log, sequence, stream, atMs, labels: encoded.join(''), text: JSON.stringify([labels, body]) };
}

export function readEntry({ sequence, stream, atMs, text }: Appended): Sequenced<LogEntry> {
  const [labels, body] = JSON.parse(text) as [LogEntry['labels'], unknown];
  return { sequence, stream, atMs, labels, body };
}

/** Tells whether an entry lies within a range, the limit apart. */
export function selector({ stream, fromMs, toMs, before, label }: LogRange): (entry: Appended) => boolean {
  const wanted = label && encodeLabel(label.name, label.value);
  return (entry) =>
    (before === undefined || entry.sequence < before) &&
    (stream === undefined || entry.stream === stream) &&
    (fromMs === undefined || entry.atMs >= fromMs) &&
    (toMs === undefined || entry.atMs <= toMs) &&
    (wanted === undefined || entry.labels.includes(wanted));
}
