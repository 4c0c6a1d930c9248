/**
 * Saved outputs, stores and logs into a snapshot. Everything is read before anything is written: a file that cannot be
 * read ends the import, and the snapshot that was there stays as it was.
 */
import { isUtf8 } from 'node:buffer';
import { parseBoundedJson } from '../../aws/bounded-json.ts';
import { bytesOf, type FoundFile, filesUnder, isThere } from '../../platform/node/folder.ts';
import { addRecords, type History } from '../cloudtrail/history.ts';
import { recordDepth } from '../cloudtrail/record-stream.ts';
import type { Use } from '../cloudtrail/use.ts';
import { areUses, csvHeader, usesOfCsv, usesOfRows } from '../cloudtrail/uses-csv.ts';
import { MAX_VALUES, requireForm } from '../snapshot/answer-form.ts';
import { MANIFEST } from '../snapshot/folder.ts';
import { type Reads, SnapshotError } from '../snapshot/snapshot.ts';
import { loadSnapshot } from '../snapshot/store.ts';
import { IamCollectStore, pathInStore } from './iam-collect.ts';
import { isOfOtherService, whatElse } from './other-files.ts';
import { eventsOf, type QueryResults, queryResultsOf } from './query-results.ts';
import { recognise, type SavedOutput } from './recognise.ts';
import { isNotedCall, readOfCall } from './script-output.ts';

export interface FilesImported {
  files: number;
  /** Folders that an import made, taken whole. */
  snapshots: number;
  reads: number;
  records: number;
  /** Log files that the snapshot had already. */
  known: number;
  /** Not read: of no kind that could hold anything (READMEs, pictures). */
  passedOver: string[];
}

interface Target {
  readonly reads: Reads;
  readonly history: History;
}

export interface ImportFilesOptions {
  readonly place?: SavedOutput['place'];
  /** Hears of each file before it is read. */
  readonly onFile?: (file: FoundFile, counts: FilesImported) => void;
}

/** JSON is parsed whole, except for logs: no answer of AWS has this size. */
const MAX_JSON_BYTES = 256 * 1024 * 1024;
const BEGINNING_BYTES = 8192;

/** What a call of the script left beside its name: the answer, its further pages, or the error. */
const BESIDE_CALL = /(?:\.page\d+)?\.(?:err|json)$/;

export async function importFiles(
  paths: readonly string[],
  into: Target,
  options: ImportFilesOptions = {},
): Promise<FilesImported> {
  const counts: FilesImported = { files: 0, snapshots: 0, reads: 0, records: 0, known: 0, passedOver: [] };
  for (const path of paths) {
    if (!isThere(path)) throw new SnapshotError(`there is no ${path}`);
    await new FolderImport(path, into, options, counts).run();
  }
  if (counts.files + counts.snapshots + counts.known === 0) {
    throw new SnapshotError(whyNothing(paths, counts));
  }
  return counts;
}

/** CloudTrail's own, in a folder beside the logs: it says which log files there are, and that they are whole. */
const isDigest = (parsed: unknown): boolean =>
  Object.hasOwn(Object(parsed) as object, 'digestSignatureAlgorithm');

function whyNothing(paths: readonly string[], { passedOver }: FilesImported): string {
  const nothing = `nothing to import is in ${paths.join(', ')}`;
  const [first] = passedOver;
  if (first === undefined) return nothing;
  const others = passedOver.length > 1 ? ` and ${passedOver.length - 1} more` : '';
  return `${nothing}: passed over ${first}${others} (what can be read ends with .json, .json.gz, .jsonl, .csv, .txt or .log)`;
}

class FolderImport {
  readonly #root: string;
  readonly #into: Target;
  readonly #options: ImportFilesOptions;
  readonly #counts: FilesImported;
  readonly #store = new IamCollectStore();

  constructor(root: string, into: Target, options: ImportFilesOptions, counts: FilesImported) {
    this.#root = root;
    this.#into = into;
    this.#options = options;
    this.#counts = counts;
  }

  async run(): Promise<void> {
    if (isThere(`${this.#root}/${MANIFEST}`)) return this.#addSnapshot();
    for (const file of filesUnder(this.#root)) await this.#add(file);
    if (this.#store.isEmpty) return;
    for (const read of this.#store.reads()) this.#addRead(read);
  }

  #addSnapshot(): void {
    const { reads, history } = loadSnapshot(this.#root);
    for (const read of reads.all()) this.#addRead(read);
    const added = history.coverage.reduce((sum, { records }) => sum + records, 0);
    this.#counts.snapshots++;
    if (this.#into.history.includes(history)) return;
    const twice = history.files.find((file) => this.#into.history.hasFile(file));
    if (twice) {
      throw new SnapshotError(
        `${this.#root} has counted ${twice.name}, which is counted already, beside others that are not: import the log files themselves into one folder`,
      );
    }
    this.#into.history.restore(history);
    this.#counts.records += added;
  }

  #addRead(read: Parameters<Reads['add']>[0]): void {
    if (read.output) requireForm(read.operation, read.output, read.from.replace(/\.call$/, '.json'));
    this.#into.reads.add(read);
    this.#counts.reads++;
  }

  async #add(file: FoundFile): Promise<void> {
    if (BESIDE_CALL.test(file.name) && isThere(file.path.replace(BESIDE_CALL, '.call'))) return;
    if (!/\.(?:json|jsonl|ndjson|csv|gz|call|txt|log)$/i.test(file.name) || isOfOtherService(file.name)) {
      this.#counts.passedOver.push(file.name);
      return;
    }
    this.#options.onFile?.(file, this.#counts);
    if (isNotedCall(file.name)) await this.#addCall(file);
    else if (await this.#addContent(file)) this.#counts.files++;
  }

  async #addCall(file: FoundFile): Promise<void> {
    const beside = (ending: string) => file.path.replace(/\.call$/, ending);
    const jsonOf = async (path: string) => (isThere(path) ? await this.#text(path, file.name) : '');
    const note = parsedJson(await this.#text(file.path, file.name), file.name);
    const pages: unknown[] = [];
    for (let page = 1; page === 1 || isThere(beside(`.page${page}.json`)); page++) {
      const ending = page === 1 ? '.json' : `.page${page}.json`;
      const text = await jsonOf(beside(ending));
      if (text.trim() !== '') pages.push(parsedJson(text, file.name.replace(/\.call$/, ending)));
    }
    const read = readOfCall(file.name, note, pages, await jsonOf(beside('.err')));
    if (read) this.#addRead(read);
    this.#counts.files++;
  }

  async #addContent(file: FoundFile): Promise<boolean> {
    const { history } = this.#into;
    const [beginning, chunks] = await begun(this.#bytes(file.path, file.name));
    if (recordDepth(beginning) !== undefined) {
      return this.#countOnce(file, () => addRecords(history, chunks, file.name, beginning));
    }
    const text = await gathered(chunks, file.name);
    const header = csvHeader(beginning);
    if (areUses(header)) return this.#addUses(file, usesOfCsv(text, file.name));
    const other = whatElse(header);
    if (other) throw new SnapshotError(`${file.name} ${other}`);
    if (/\.csv(?:\.gz)?$/i.test(file.name)) {
      throw new SnapshotError(
        `${file.name} is not the CSV of the query that "latchkey import athena-sql" prints: its first line has other columns`,
      );
    }
    const parsed = parsedJson(text, file.name);
    const results = queryResultsOf(parsed, file.name);
    if (results) return this.#addResults(file, results);
    const otherJson = whatElse(Object.keys(Object(parsed) as object));
    if (otherJson) throw new SnapshotError(`${file.name} ${otherJson}`);
    if (isDigest(parsed)) {
      this.#counts.passedOver.push(file.name);
      return false;
    }
    const at = new Date(file.changedAtMs).toISOString();
    const inStore = pathInStore(`${this.#root}/${file.name}`);
    if (inStore) this.#store.add(inStore, parsed, at, this.#root);
    else this.#addRead(recognise({ name: file.name, at, parsed, place: this.#options.place }));
    return true;
  }

  async #addResults(file: FoundFile, results: QueryResults): Promise<boolean> {
    const { header, rows } = results;
    if (areUses(header)) return this.#addUses(file, usesOfRows(header, rows, file.name));
    const events = eventsOf(results);
    if (!events) {
      throw new SnapshotError(
        `${file.name} has the results of another query than "latchkey import athena-sql" prints, without eventJson: its columns are ${header.slice(0, 5).join(', ')}`,
      );
    }
    const text = `{"Records":[${events.join(',')}]}`;
    const chunks = (async function* () {
      yield Buffer.from(text);
    })();
    const beginning = text.slice(0, BEGINNING_BYTES);
    return this.#countOnce(file, () => addRecords(this.#into.history, chunks, file.name, beginning));
  }

  #addUses(file: FoundFile, uses: Iterable<Use>): Promise<boolean> {
    return this.#countOnce(file, async () => {
      let records = 0;
      for (const use of uses) {
        this.#into.history.addUse(use, file.name);
        records += use.count;
      }
      return records;
    });
  }

  /** Says whether the file was new. `add` gives how many records it has. */
  async #countOnce(file: FoundFile, add: () => Promise<number>): Promise<boolean> {
    const { history } = this.#into;
    if (history.hasFile(file)) {
      this.#counts.known++;
      return false;
    }
    const records = await add();
    history.noteFile({ name: file.name, bytes: file.bytes, records });
    this.#counts.records += records;
    return true;
  }

  async #text(path: string, name: string): Promise<string> {
    return gathered(this.#bytes(path, name), name);
  }

  async *#bytes(path: string, name: string): AsyncGenerator<Buffer> {
    try {
      yield* bytesOf(path);
    } catch (error) {
      if (error instanceof SnapshotError) throw error;
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === 'EACCES' || code === 'EPERM')
        throw new SnapshotError(`${name} may not be read: permission is denied`);
      const why = code === 'Z_BUF_ERROR' ? 'it is cut off' : message;
      throw new SnapshotError(`${name} is damaged: ${why}`);
    }
  }
}

/** The first characters, and all the bytes, those included. */
async function begun(chunks: AsyncGenerator<Buffer>): Promise<[string, AsyncIterable<Buffer>]> {
  const first: Buffer[] = [];
  let bytes = 0;
  while (bytes < BEGINNING_BYTES) {
    const { value, done } = await chunks.next();
    if (done) break;
    first.push(value);
    bytes += value.length;
  }
  const beginning = Buffer.concat(first).subarray(0, BEGINNING_BYTES).toString();
  return [
    beginning,
    (async function* () {
      yield* first;
      yield* chunks;
    })(),
  ];
}

async function gathered(chunks: AsyncIterable<Buffer>, name: string): Promise<string> {
  const all: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > MAX_JSON_BYTES)
      throw new SnapshotError(
        `${name} is larger than 256 MB and holds no CloudTrail records: no answer of AWS is that large`,
      );
    all.push(chunk);
  }
  const whole = Buffer.concat(all);
  // As the shell of Windows writes what a command prints.
  if (whole[0] === 0xff && whole[1] === 0xfe) return whole.subarray(2).toString('utf16le');
  if (!isUtf8(whole)) throw new SnapshotError(`${name} is damaged: it is not UTF-8 text`);
  return whole.toString();
}

function parsedJson(text: string, name: string): unknown {
  try {
    return parseBoundedJson(text, MAX_VALUES);
  } catch (error) {
    if (text.trim() === '') throw new SnapshotError(`${name} is empty: the call that made it failed`);
    const reason = (error as Error).message.replace(/, "?[\s\S]*$/, '').slice(0, 120);
    const isZipless = /\.gz$/i.test(name) && !/^\s*[[{]/.test(text);
    const what = isZipless ? 'neither gzip nor JSON' : 'no JSON';
    throw new SnapshotError(`${name} is ${what}: ${reason}`);
  }
}
