/**
 * The blocks of a lineage, as they are at rest. Reads and writes are synchronous: they run in a worker, mostly against
 * the page cache, where a hop through the thread pool would cost ten times the copy. Errors are node's (ENOSPC, EIO).
 */
import { closeSync, constants, fdatasync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';

const dataSync = promisify(fdatasync);

export class ExtentFile {
  readonly #fd: number;
  #dirty = false;

  constructor(path: string) {
    this.#fd = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
  }

  read(position: number, target: Uint8Array): void {
    let done = 0;
    while (done < target.length) {
      const count = readSync(this.#fd, target, done, target.length - done, position + done);
      if (count === 0) throw Object.assign(new Error('The extent file is too short.'), { code: 'EIO' });
      done += count;
    }
  }

  write(position: number, source: Uint8Array): void {
    this.#dirty = true;
    let done = 0;
    while (done < source.length) {
      done += writeSync(this.#fd, source, done, source.length - done, position + done);
    }
  }

  /** Everything written before the call is on stable storage when it resolves. */
  async sync(): Promise<void> {
    if (!this.#dirty) return;
    this.#dirty = false;
    await dataSync(this.#fd);
  }

  truncate(bytes: number): void {
    ftruncateSync(this.#fd, bytes);
  }

  close(): void {
    closeSync(this.#fd);
  }
}
