/** Folders of files, read by the stream and replaced whole: a reader sees the old folder or the new one, never a part. */
import {
  closeSync,
  createReadStream,
  type Dirent,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { pipeline } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { createGunzip } from 'node:zlib';
import { makePrivateDirectory, whyNotWritten } from './private-file.ts';

const CHUNK_BYTES = 256 * 1024;

export interface FoundFile {
  /** As the caller may open it. */
  readonly path: string;
  /** Within the folder that was asked for; the file's own name where that was a file. With forward slashes. */
  readonly name: string;
  readonly bytes: number;
  readonly changedAtMs: number;
}

/** Every file under the path, in the order of their names. Links to folders are not followed: they may lead in circles. */
export function* filesUnder(root: string): Generator<FoundFile> {
  const status = statSync(root);
  // A device or a pipe has no end, or never begins.
  if (!status.isDirectory() && !status.isFile()) return;
  if (!status.isDirectory()) {
    yield {
      path: root,
      name: root.slice(root.lastIndexOf(sep) + 1),
      bytes: status.size,
      changedAtMs: status.mtimeMs,
    };
    return;
  }
  yield* filesIn(root, root);
}

function* filesIn(root: string, directory: string): Generator<FoundFile> {
  const entries = readdirSync(directory, { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) {
      if (entry.name !== '.git' && entry.name !== 'node_modules') yield* filesIn(root, path);
    } else if (isFile(entry, path)) {
      const { size, mtimeMs } = statSync(path);
      yield { path, name: relative(root, path).split(sep).join('/'), bytes: size, changedAtMs: mtimeMs };
    }
  }
}

/** A file, or a link to one. */
const isFile = (entry: Dirent, path: string): boolean =>
  entry.isFile() ||
  (entry.isSymbolicLink() && (statSync(path, { throwIfNoEntry: false })?.isFile() ?? false));

export const isThere = (path: string): boolean => existsSync(path);

export const readText = (path: string): string => readFileSync(path, 'utf8');

export function textIfThere(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

/** The lines of a text file, one at a time, however many there are; none of a file that is not there. */
export function* linesOf(path: string): Generator<string> {
  if (!existsSync(path)) return;
  const file = openSync(path, 'r');
  const chunk = Buffer.alloc(CHUNK_BYTES);
  const decoder = new StringDecoder();
  let held = '';
  try {
    for (let read = readSync(file, chunk); read > 0; read = readSync(file, chunk)) {
      const lines = (held + decoder.write(chunk.subarray(0, read))).split('\n');
      held = lines.pop() as string;
      yield* lines;
    }
  } finally {
    closeSync(file);
  }
  held += decoder.end();
  if (held !== '') yield held;
}

const GZIP_MAGIC = [0x1f, 0x8b];

/** A small file is read at once: an import has thousands of them. */
const SMALL_BYTES = 1024 * 1024;

/** The file's bytes, unzipped where it is gzip, whatever its name. */
export async function* bytesOf(path: string): AsyncGenerator<Buffer> {
  const isSmall = statSync(path).size <= SMALL_BYTES;
  const whole = isSmall ? readFileSync(path) : undefined;
  const magic = whole ?? readMagic(path);
  const isGzip = magic[0] === GZIP_MAGIC[0] && magic[1] === GZIP_MAGIC[1];
  let isFirst = true;
  for await (const chunk of whole && !isGzip ? [whole] : unzipped(path, isGzip)) {
    // A byte order mark is no part of the text.
    yield isFirst && chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf ? chunk.subarray(3) : chunk;
    isFirst = false;
  }
}

function unzipped(path: string, isGzip: boolean): AsyncIterable<Buffer> {
  const file = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  return isGzip ? pipeline(file, createGunzip({ chunkSize: CHUNK_BYTES }), () => undefined) : file;
}

function readMagic(path: string): Buffer {
  const file = openSync(path, 'r');
  try {
    const magic = Buffer.alloc(2);
    readSync(file, magic, 0, 2, 0);
    return magic;
  } finally {
    closeSync(file);
  }
}

/** A file that is to be written: its text, whole or in parts. */
export type WrittenFile = readonly [path: string, text: string | Iterable<string>];

/**
 * Finds out at once what would stand in the way of `replaceFolder` at the end of long work.
 * @throws a sentence
 */
export function requireFolderCanBeMade(folder: string): void {
  writing(folder, (place) => {
    if (isMountPoint(place)) throw Object.assign(new Error('it is mounted'), { code: 'EBUSY' });
    rmdirSync(freshBeside(place));
  });
}

/** Nothing is put in the place of a disk; one that is a part of the same disk again shows at the end only. */
function isMountPoint(place: string): boolean {
  const status = statSync(place, { throwIfNoEntry: false });
  return status !== undefined && status.dev !== statSync(dirname(resolve(place))).dev;
}

/**
 * Writes the files into a folder beside it, and then puts that in its place.
 * @throws a sentence where it cannot be written; what was there is there still
 */
export function replaceFolder(folder: string, files: Iterable<WrittenFile>): void {
  writing(folder, (place) => {
    const fresh = freshBeside(place);
    const former = `${place}.old`;
    try {
      for (const [path, text] of files) {
        const target = join(fresh, path);
        mkdirSync(dirname(target), { recursive: true });
        writeParts(target, typeof text === 'string' ? [text] : text);
      }
      rmSync(former, { recursive: true, force: true });
      if (existsSync(place)) renameSync(place, former);
      renameSync(fresh, place);
    } catch (error) {
      if (!existsSync(place) && existsSync(former)) renameSync(former, place);
      rmSync(fresh, { recursive: true, force: true });
      throw error;
    }
    rmSync(former, { recursive: true, force: true });
  });
}

/** Where a link leads, which stays. */
function writing(folder: string, work: (place: string) => void): void {
  try {
    work(lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink() ? realpathSync(folder) : folder);
  } catch (error) {
    const why = whyNotWritten(folder, error);
    throw why === undefined ? error : new Error(why, { cause: error });
  }
}

function freshBeside(place: string): string {
  const fresh = `${place}.new`;
  rmSync(fresh, { recursive: true, force: true });
  makePrivateDirectory(fresh);
  return fresh;
}

function writeParts(path: string, parts: Iterable<string>): void {
  const file = openSync(path, 'w', 0o600);
  let held = '';
  try {
    for (const part of parts) {
      held += part;
      if (held.length < CHUNK_BYTES) continue;
      writeFileSync(file, held);
      held = '';
    }
    writeFileSync(file, held);
  } finally {
    closeSync(file);
  }
}
