/**
 * The text of a template as a value. Long text is read before it is needed: YAML, which takes too long to be read while
 * everybody waits, in a thread of its own, and JSON in a turn of its own.
 */
import type { WorkContext } from '../../../invoke/context.ts';
import { nextTurn } from '../../../platform/next-turn.ts';
import { validationError } from '../cloudformation.ts';
import type { Json } from './json.ts';
import { isJson, type TextRead, textRead } from './template-text.ts';

export type Reading = Pick<WorkContext, 'ports' | 'turns'>;

/** The library reads about a megabyte of YAML a second, and twice that where each line is one item. */
const LONG = 16_384;
const MAX_KEPT = 8;

/** The build puts the worker beside the bundle. */
const workerFile = import.meta.url.endsWith('.ts') ? './yaml-worker.ts' : './yaml-worker.js';
const workerUrl = new URL(workerFile, import.meta.url);

const readAhead = new Map<string, TextRead>();

let lastInLine: Promise<void> = Promise.resolve();

/** What is short is read where it is needed. */
export const isLong = (body: string) => body.length >= LONG;

/** Outside any transaction, before `readText`; of YAML one text after the other. */
export function readLongText(reading: Reading, body: string): Promise<void> {
  if (!isLong(body) || readAhead.has(body)) return Promise.resolve();
  if (isJson(body)) {
    keep(body, textRead(body));
    return nextTurn(reading.turns);
  }
  const read = lastInLine.then(() => readApart(reading, body));
  lastInLine = read.catch(() => {});
  return read;
}

async function readApart({ ports: { runApart } }: Reading, body: string): Promise<void> {
  if (!readAhead.has(body)) keep(body, (await runApart(workerUrl, body)) as TextRead);
}

function keep(body: string, read: TextRead): void {
  readAhead.set(body, read);
  for (const oldest of readAhead.keys()) if (readAhead.size > MAX_KEPT) readAhead.delete(oldest);
}

export function readText(body: string): Json {
  const read = readAhead.get(body) ?? textRead(body);
  if ('refusal' in read) throw validationError(read.refusal);
  return read.value;
}
