/**
 * A snapshot's reads as files and back: one file an account, Region and operation, pretty-printed and sorted, so that two
 * snapshots are compared with `git diff`. Text of several lines (a policy as somebody wrote it) is a list of its lines.
 */
import { parseBoundedJson } from '../../aws/bounded-json.ts';
import { MAX_VALUES, requireForm } from './answer-form.ts';
import { inputName, type Read, type Reads, SnapshotError } from './snapshot.ts';

const FORMAT = 'latchkey-snapshot';
const FORMAT_VERSION = 1;
export const MANIFEST = 'snapshot.json';

const LINES = '$lines';

interface FiledReads {
  readonly operation: string;
  readonly account: string;
  readonly region: string;
  readonly reads: readonly Omit<Read, 'operation' | 'account' | 'region'>[];
}

/** The text of each file, by its path in the folder. */
export function* readFiles(reads: Reads): Generator<[path: string, text: string]> {
  const files = new Map<string, Read[]>();
  for (const read of reads.all()) {
    const path = pathOf(read);
    const known = files.get(path);
    if (known) known.push(read);
    else files.set(path, [read]);
  }
  for (const [path, all] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const [{ operation, account, region }] = all as [Read];
    const sorted = all
      .map((read) => [inputName(read.input), read] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, read]) => {
        const { at, by, from, input, output, refused } = read;
        return { input, at, by, from, refused, output };
      });
    const filed: FiledReads = { operation, account, region, reads: sorted };
    yield [path, `${JSON.stringify(filed, withLines, 1)}\n`];
  }
}

export const manifestText = (): string =>
  `${JSON.stringify({ format: FORMAT, version: FORMAT_VERSION }, undefined, 1)}\n`;

export function requireManifest(text: string | undefined, folder: string): void {
  const manifest =
    text === undefined
      ? undefined
      : (parsed(text, `${folder}/${MANIFEST}`) as Partial<{ format: string; version: number }>);
  if (manifest?.format !== FORMAT) {
    throw new SnapshotError(
      `${folder} is no snapshot: it has no ${MANIFEST} of the format ${FORMAT}. Make one: latchkey import aws --out DIR, or latchkey import files PATH… --out DIR`,
    );
  }
  if (manifest.version !== FORMAT_VERSION) {
    throw new SnapshotError(
      `${folder} has version ${manifest.version} of the snapshot format; this Latchkey reads version ${FORMAT_VERSION}. Import it again`,
    );
  }
}

function pathOf({ operation, account, region }: Read): string {
  const [service, name] = operation.split(':');
  return `accounts/${account}/${region}/${service}/${name}.json`;
}

const PLACE = /^accounts\/\d{12}\/[a-z0-9-]+\/[a-z0-9]+\/[A-Za-z0-9]+\.json$/;

export const isReadFile = (path: string): boolean => PLACE.test(path);

/** Adds the reads of one file; throws a sentence where it is damaged. */
export function addFile(reads: Reads, path: string, text: string): void {
  const filed = parsed(text, path) as Partial<FiledReads>;
  const { operation, account, region } = filed;
  const isSound =
    typeof operation === 'string' &&
    typeof account === 'string' &&
    typeof region === 'string' &&
    Array.isArray(filed.reads) &&
    pathOf({ operation, account, region } as Read) === path;
  if (!isSound) throw new SnapshotError(`${path} is not a file of a snapshot, or lies where another belongs`);
  for (const read of filed.reads as FiledReads['reads']) {
    if (!read || typeof read !== 'object' || typeof read.at !== 'string' || (!read.output && !read.refused)) {
      throw new SnapshotError(`${path} is damaged: an entry has neither an output nor a refusal, or no time`);
    }
    if (read.output) requireForm(operation, read.output, path);
    reads.add({ ...read, input: read.input ?? {}, operation, account, region });
  }
}

function parsed(text: string, path: string): unknown {
  try {
    const value = parseBoundedJson(text, MAX_VALUES);
    return text.includes(LINES) ? fromLines(value) : value;
  } catch (error) {
    throw new SnapshotError(`${path} is damaged: ${(error as Error).message}`);
  }
}

function withLines(_name: string, value: unknown): unknown {
  return typeof value === 'string' && value.includes('\n') ? { [LINES]: value.split('\n') } : value;
}

/** In place: a snapshot has many small members, and few of several lines. */
function fromLines(value: unknown): unknown {
  if (!value || typeof value !== 'object') return value;
  if (LINES in value) {
    const lines = (value as Record<string, unknown>)[LINES];
    return Array.isArray(lines) ? lines.join('\n') : value;
  }
  const members = value as Record<string, unknown>;
  for (const [name, inner] of Object.entries(members)) {
    if (inner && typeof inner === 'object') members[name] = fromLines(inner);
  }
  return value;
}
