/** The journal on disk: appended, synced, replaced at once. */
import { dirname } from 'node:path';
import { type Disk, type DiskFile, isPassing } from '../../platform/disk.ts';
import { BlockFailure } from '../failure.ts';
import { decodeFrames, encodeBatch, type JournalReader, SYNCED_FRAME } from './journal.ts';

/** The append-only record of a lineage's maps, replaced as a whole when it has grown. */
export class JournalFile {
  readonly #disk: Disk;
  readonly #path: string;
  #file: DiskFile;
  #bytes = 0;

  private constructor(disk: Disk, path: string, file: DiskFile) {
    this.#disk = disk;
    this.#path = path;
    this.#file = file;
  }

  /**
   * Opens a journal, hands its records to `reader`, and cuts off a torn tail: what was written when the power failed, and
   * was promised to nobody. Throws, and leaves the file as it is, where anything before the tail is damaged.
   */
  static open(disk: Disk, path: string, reader: JournalReader): JournalFile {
    const file = disk.open(path, 'edit');
    try {
      const content = Buffer.alloc(file.size());
      file.read(0, content);
      const { bytes, isDamaged } = decodeFrames(content, reader);
      if (isDamaged) throw new BlockFailure('Damaged', `the journal is damaged at byte ${bytes}`);
      const journal = new JournalFile(disk, path, file);
      journal.#bytes = bytes;
      if (bytes < content.length) file.truncate(bytes);
      if (!content.subarray(0, bytes).subarray(-SYNCED_FRAME.length).equals(SYNCED_FRAME)) journal.#settle();
      return journal;
    } catch (error) {
      file.close();
      throw error;
    }
  }

  static create(disk: Disk, path: string, frames: Iterable<Uint8Array>): JournalFile {
    const journal = new JournalFile(disk, path, disk.open(path, 'create'));
    try {
      journal.#writeWhole(frames);
      disk.syncDirectory(dirname(path));
      return journal;
    } catch (error) {
      journal.close();
      throw error;
    }
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Where this fails, the journal is as it was. */
  write(frames: Iterable<Uint8Array>): void {
    this.#write(encodeBatch(frames));
  }

  /** Resolves when what was written is on stable storage. */
  async sync(): Promise<void> {
    await this.#file.sync();
    this.#write(SYNCED_FRAME);
  }

  /**
   * Puts `frames` in the place of everything so far; after a crash either the old or the new journal is there, and where
   * it fails, the old one is.
   */
  replace(frames: Iterable<Uint8Array>): void {
    const next = `${this.#path}.next`;
    const [before, bytesBefore] = [this.#file, this.#bytes];
    this.#file = this.#disk.open(next, 'replace');
    this.#bytes = 0;
    try {
      this.#writeWhole(frames);
      this.#disk.rename(next, this.#path);
    } catch (error) {
      this.#file.close();
      [this.#file, this.#bytes] = [before, bytesBefore];
      throw error;
    }
    before.close();
    this.#disk.syncDirectory(dirname(this.#path));
  }

  close(): void {
    this.#file.close();
  }

  /** What a crash left unmarked is whole: from now on it can be told from a torn tail. On a full disk that waits. */
  #settle(): void {
    this.#file.syncNow();
    try {
      this.#write(SYNCED_FRAME);
    } catch (error) {
      if (isPassing(error)) return;
      throw error;
    }
    this.#file.syncNow();
  }

  #writeWhole(frames: Iterable<Uint8Array>): void {
    this.#write(encodeBatch(frames));
    this.#file.syncNow();
    this.#write(SYNCED_FRAME);
    this.#file.syncNow();
  }

  #write(bytes: Uint8Array): void {
    this.#file.write(this.#bytes, bytes);
    this.#bytes += bytes.length;
  }
}
