/** The machine's disk, with a bound on the file descriptors that are open at one time. */
import {
  closeSync,
  constants,
  fdatasync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { promisify } from 'node:util';
import type { Disk, DiskFile } from '../disk.ts';
import { makePrivateDirectory } from './private-file.ts';

const dataSync = promisify(fdatasync);

const FLAGS = {
  create: constants.O_RDWR | constants.O_CREAT | constants.O_EXCL,
  edit: constants.O_RDWR,
  replace: constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC,
} as const;

/**
 * Of files that nothing is being written to, only as many are kept open as `maxOpenFiles`: volumes that nobody uses cost
 * no descriptor. A file with writes that are not synced stays open, or a failure to write them back might never be seen.
 */
export function nodeDisk(maxOpenFiles = 128): Disk {
  return new NodeDisk(maxOpenFiles);
}

class NodeDisk implements Disk {
  readonly #maxOpenFiles: number;
  /** Those with a descriptor and a name, the one that was opened first in front. */
  readonly opened = new Set<NodeFile>();
  readonly files = new Set<NodeFile>();

  constructor(maxOpenFiles: number) {
    this.#maxOpenFiles = maxOpenFiles;
  }

  list(directory: string): string[] | undefined {
    try {
      return readdirSync(directory);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  makeDirectory(directory: string): void {
    makePrivateDirectory(directory);
  }

  rename(from: string, to: string): void {
    renameSync(from, to);
    for (const file of this.files) file.moved(from, to);
  }

  remove(path: string): void {
    rmSync(path, { recursive: true, force: true });
  }

  syncDirectory(directory: string): void {
    // Windows has no such thing, and makes entries durable by itself.
    if (process.platform === 'win32') return;
    const fd = openSync(directory, 'r');
    try {
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  }

  open(path: string, mode: 'create' | 'edit' | 'replace'): DiskFile {
    this.makeRoom();
    const file = new NodeFile(this, path, openSync(path, FLAGS[mode], 0o600));
    this.files.add(file);
    this.opened.add(file);
    return file;
  }

  openNameless(): DiskFile {
    const directory = mkdtempSync(join(tmpdir(), 'latchkey-blocks-'));
    try {
      return new NodeFile(this, undefined, openSync(join(directory, 'blocks'), FLAGS.create, 0o600));
    } finally {
      rmSync(directory, { recursive: true });
    }
  }

  /** Closes what has been open longest, and is needed no more than to be opened again. */
  makeRoom(): void {
    if (this.opened.size < this.#maxOpenFiles) return;
    for (const file of [...this.opened]) {
      if (this.opened.size < this.#maxOpenFiles) return;
      // What is still used goes to the back, and may stay.
      file.rest();
    }
  }
}

class NodeFile implements DiskFile {
  readonly #disk: NodeDisk;
  /** Undefined for one that has no name, and could not be opened again. */
  #path: string | undefined;
  /** Negative while it is closed. */
  #fd: number;
  #isDirty = false;
  #syncing = 0;
  #isUsed = false;

  constructor(disk: NodeDisk, path: string | undefined, fd: number) {
    this.#disk = disk;
    this.#path = path;
    this.#fd = fd;
  }

  size(): number {
    return fstatSync(this.#open()).size;
  }

  read(position: number, target: Uint8Array): void {
    const fd = this.#open();
    let done = 0;
    while (done < target.length) {
      const count = readSync(fd, target, done, target.length - done, position + done);
      if (count === 0) throw Object.assign(new Error('The file is too short.'), { code: 'EIO' });
      done += count;
    }
  }

  write(position: number, source: Uint8Array): void {
    const fd = this.#open();
    this.#isDirty = true;
    let done = 0;
    while (done < source.length) {
      done += writeSync(fd, source, done, source.length - done, position + done);
    }
  }

  async sync(): Promise<void> {
    if (!this.#isDirty) return;
    const fd = this.#open();
    this.#isDirty = false;
    this.#syncing++;
    try {
      await dataSync(fd);
    } catch (error) {
      this.#isDirty = true;
      throw error;
    } finally {
      this.#syncing--;
    }
  }

  syncNow(): void {
    fsyncSync(this.#open());
    this.#isDirty = false;
  }

  truncate(bytes: number): void {
    const fd = this.#open();
    this.#isDirty = true;
    ftruncateSync(fd, bytes);
  }

  close(): void {
    this.#disk.files.delete(this);
    this.#path = undefined;
    this.#closeDescriptor();
  }

  moved(from: string, to: string): void {
    if (this.#path === from) this.#path = to;
    else if (this.#path?.startsWith(from + sep)) this.#path = to + this.#path.slice(from.length);
  }

  /** Closes the descriptor, unless it is needed or was used since the last time. */
  rest(): void {
    if (this.#isDirty || this.#syncing > 0 || this.#isUsed) {
      this.#isUsed = false;
      this.#disk.opened.delete(this);
      this.#disk.opened.add(this);
    } else {
      this.#closeDescriptor();
    }
  }

  #open(): number {
    this.#isUsed = true;
    if (this.#fd >= 0) return this.#fd;
    if (this.#path === undefined) throw new Error('the file is closed');
    this.#disk.makeRoom();
    this.#fd = openSync(this.#path, FLAGS.edit);
    this.#disk.opened.add(this);
    return this.#fd;
  }

  #closeDescriptor(): void {
    if (this.#fd < 0) return;
    this.#disk.opened.delete(this);
    closeSync(this.#fd);
    this.#fd = -1;
  }
}
