/** The journal on disk: appended, synced, replaced at once. */
import {
  closeSync,
  fdatasync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { decodeFrames, type JournalReader } from './journal.ts';

const dataSync = promisify(fdatasync);

/** Makes entries of `directory` (a new or renamed file) survive a power failure. */
export function syncDirectory(directory: string): void {
  const fd = openSync(directory, 'r');
  fsyncSync(fd);
  closeSync(fd);
}

/** The append-only record of a lineage's maps, replaced as a whole when it has grown. */
export class JournalFile {
  readonly #path: string;
  #fd: number;
  #bytes = 0;

  private constructor(path: string, fd: number) {
    this.#path = path;
    this.#fd = fd;
  }

  /** Opens a journal, hands its records to `reader`, and cuts off a torn tail. */
  static open(path: string, reader: JournalReader): JournalFile {
    const content = readFileSync(path);
    const journal = new JournalFile(path, openSync(path, 'r+'));
    journal.#bytes = decodeFrames(content, reader);
    if (journal.#bytes < content.length) ftruncateSync(journal.#fd, journal.#bytes);
    return journal;
  }

  static create(path: string, frames: readonly Uint8Array[]): JournalFile {
    const journal = new JournalFile(path, openSync(path, 'wx', 0o600));
    journal.#write(frames);
    fsyncSync(journal.#fd);
    syncDirectory(dirname(path));
    return journal;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Resolves when the frames are on stable storage. */
  async append(frames: readonly Uint8Array[]): Promise<void> {
    this.#write(frames);
    await dataSync(this.#fd);
  }

  /** Puts `frames` in the place of everything so far; after a crash either the old or the new journal is there. */
  replace(frames: Iterable<Uint8Array>): void {
    const next = `${this.#path}.next`;
    const fd = openSync(next, 'w', 0o600);
    closeSync(this.#fd);
    this.#fd = fd;
    this.#bytes = 0;
    this.#write(frames);
    fsyncSync(fd);
    renameSync(next, this.#path);
    syncDirectory(dirname(this.#path));
  }

  close(): void {
    closeSync(this.#fd);
  }

  #write(frames: Iterable<Uint8Array>): void {
    const bytes = Buffer.concat([...frames]);
    for (let done = 0; done < bytes.length; ) {
      done += writeSync(this.#fd, bytes, done, bytes.length - done, this.#bytes + done);
    }
    this.#bytes += bytes.length;
  }
}
