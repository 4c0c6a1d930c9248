/** The text of a template as a value. That of long YAML takes too long to be read while everybody waits. */
import type { Ports } from '../../../invoke/port.ts';
import { validationError } from '../cloudformation.ts';
import type { Json } from './json.ts';
import { isJson, readTemplateText } from './template-text.ts';

/** What a thread makes of a text. */
export type ReadAhead = { readonly value: Json } | { readonly refusal: string };

/** The library reads about a megabyte a second, and twice that where each line is one item. */
const LONG = 16_384;
const MAX_KEPT = 8;

/** The build puts the worker beside the bundle. */
const workerFile = import.meta.url.endsWith('.ts') ? './yaml-worker.ts' : './yaml-worker.js';
const workerUrl = new URL(workerFile, import.meta.url);

const readAhead = new Map<string, ReadAhead>();

let lastInLine: Promise<void> = Promise.resolve();

/** Outside any transaction, before `readText`: reads what is long in a thread of its own, one text after the other. */
export function readLongText(ports: Pick<Ports, 'runApart'>, body: string): Promise<void> {
  if (body.length < LONG || isJson(body)) return Promise.resolve();
  const read = lastInLine.then(() => readApart(ports, body));
  lastInLine = read.catch(() => {});
  return read;
}

async function readApart({ runApart }: Pick<Ports, 'runApart'>, body: string): Promise<void> {
  if (readAhead.has(body)) return;
  readAhead.set(body, (await runApart(workerUrl, body)) as ReadAhead);
  for (const oldest of readAhead.keys()) if (readAhead.size > MAX_KEPT) readAhead.delete(oldest);
}

export function readText(body: string): Json {
  const known = readAhead.get(body);
  if (known === undefined) return readTemplateText(body);
  if ('refusal' in known) throw validationError(known.refusal);
  return known.value;
}
