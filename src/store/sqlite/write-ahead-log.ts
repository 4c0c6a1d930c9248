/**
 * SQLite's write-ahead log. SQLite itself never syncs it, which would hold up the event loop: we do, in the order that a
 * power failure asks for (https://www.sqlite.org/walformat.html):
 *
 * - what is acknowledged was synced after its last frame was written; a torn frame, and all after it, fail the checksums;
 * - a page is written to the database only from frames that are synced;
 * - the log is begun anew only once those pages are synced, and with one frame that is synced before there is a second.
 *   Were there more, the second could reach the disk before the first and before the log's new header, and what is left
 *   of the old log in front of it would pass for the newest state.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { FileSync } from '../../platform/disk.ts';
import { APPLICATION_ID } from './database.ts';

/** A log that has once grown to this is written over, which syncs faster than one that still grows. */
const CHECKPOINT_BYTES = 16 * 2 ** 20;

export interface DatabaseSyncs {
  readonly log: FileSync;
  readonly pages: FileSync;
}

export class WriteAheadLog {
  readonly #database: DatabaseSync;
  readonly #syncs: DatabaseSyncs;
  readonly #maxFrames: number;
  readonly #length: StatementSync;
  readonly #copy: StatementSync;
  readonly #writeFirstPage: StatementSync;
  /** Frames at which the next checkpoint is due. */
  #dueAt: number;
  #isDue = false;
  /** How far the checkpoint under way has come, beyond which it waits for a sync. */
  #checkpoint: 'copied' | 'begun anew' | undefined;

  /** `openSyncs` is called when both files are there. */
  constructor(database: DatabaseSync, openSyncs: () => DatabaseSyncs, checkpointBytes = CHECKPOINT_BYTES) {
    this.#database = database;
    database.exec('PRAGMA synchronous = OFF');
    database.exec('PRAGMA wal_autocheckpoint = 0');
    const { page_size: pageBytes } = database.prepare('PRAGMA page_size').get() as { page_size: number };
    this.#maxFrames = this.#dueAt = checkpointBytes / pageBytes;
    this.#length = database.prepare('PRAGMA wal_checkpoint(NOOP)');
    this.#copy = database.prepare('PRAGMA wal_checkpoint(PASSIVE)');
    this.#writeFirstPage = database.prepare(`PRAGMA application_id = ${APPLICATION_ID}`);
    // The first read creates the log.
    database.exec('SELECT 1 FROM sqlite_schema LIMIT 1');
    this.#syncs = openSyncs();
    // What a process wrote that was killed before it synced is taken for committed from here on.
    this.#syncs.log.syncNow();
  }

  /** To be called right after a commit: while another transaction is open, SQLite does not say how long the log is. */
  sync(): Promise<void> {
    this.#isDue = this.#frames() >= this.#dueAt;
    return this.#syncs.log.sync();
  }

  get needsCheckpoint(): boolean {
    return this.#isDue;
  }

  /** Copies the log's pages into the database and begins the log anew. No transaction may be open, nothing unsynced. */
  async checkpoint(): Promise<void> {
    this.#isDue = false;
    // Should it fail, the log stands and grows, and it is tried again when it has grown as much once more.
    this.#dueAt += this.#maxFrames;
    this.#copy.run();
    this.#checkpoint = 'copied';
    await this.#syncs.pages.sync();
    if (this.#checkpoint === undefined) return;
    this.#beginAnew();
    await this.#syncs.log.sync();
    this.#checkpoint = undefined;
  }

  /** Ends a checkpoint that is under way, for a write that cannot wait. */
  finishCheckpoint(): void {
    if (this.#checkpoint === undefined) return;
    if (this.#checkpoint === 'copied') {
      this.#syncs.pages.syncNow();
      this.#beginAnew();
    }
    this.#syncs.log.syncNow();
    this.#checkpoint = undefined;
  }

  /** Closes the database; SQLite copies the log and syncs all. */
  close(): void {
    try {
      this.finishCheckpoint();
      this.#database.exec('PRAGMA synchronous = FULL');
    } finally {
      this.#database.close();
      // Only now: whoever closes a descriptor of the database's file loses the locks on it (POSIX).
      this.#syncs.log.close();
      this.#syncs.pages.close();
    }
  }

  #frames(): number {
    return (this.#length.get() as { log: number }).log;
  }

  #beginAnew(): void {
    this.#writeFirstPage.run();
    this.#checkpoint = 'begun anew';
    this.#dueAt = this.#maxFrames;
  }
}
