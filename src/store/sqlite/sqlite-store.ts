/**
 * A store in one SQLite file. All transactions that come during one sync of the disk share the next commit and sync.
 * Throws when the file is in use by another process, damaged, or of another version.
 */
import type { DatabaseSync } from 'node:sqlite';
import { nextTurn } from '../../platform/next-turn.ts';
import { nodeFileSync } from '../../platform/node/file-sync.ts';
import { holdingTimers, monotonicMs, systemTurns } from '../../platform/node/index.ts';
import type { AnyTable, Appended, Change, Engine, Found, KeptEntry } from '../engine.ts';
import { Gathering } from '../gathering.ts';
import { GroupCommit } from '../group-commit.ts';
import type { Span } from '../key.ts';
import { freezeDeep } from '../record.ts';
import type { LogRange, Store } from '../store.ts';
import { StoreFailure } from '../store-failure.ts';
import { TransactionalStore } from '../transactions.ts';
import { damageSentence, failedDisk, firstDamage, openDatabase, storeFailure } from './database.ts';
import { RecordCache } from './record-cache.ts';
import { SqliteLog } from './sqlite-log.ts';
import { SqliteTable } from './sqlite-table.ts';
import { Walks } from './walks.ts';
import { type DatabaseSyncs, WriteAheadLog } from './write-ahead-log.ts';

const CACHED_CHARS = 16 * 2 ** 20;

export interface SqliteStoreOptions {
  /** Created with mode 0600 where it does not exist, and its directory with 0700. */
  readonly file: string;
  readonly onFailure?: StoreFailureListener;
}

/**
 * Hears of what stands in the way of the store, each time that changes; undefined when nothing does any more. After
 * `failed` no further transaction is accepted.
 */
export type StoreFailureListener = (failure: StoreFailure | undefined) => void;

export function openSqliteStore({ file, onFailure }: SqliteStoreOptions): Store {
  const database = openDatabase(file);
  // Pages that are damaged show at once, and not first at the call that needs them; everything else is served.
  const damage = firstDamage(database);
  if (damage !== undefined) onFailure?.(new StoreFailure('damaged', damageSentence(file, damage)));
  return new TransactionalStore(new SqliteEngine(database, { file, onFailure }));
}

export interface SqliteEngineOptions extends SqliteStoreOptions {
  readonly openSyncs?: () => DatabaseSyncs;
  readonly checkpointBytes?: number;
}

export class SqliteEngine implements Engine {
  readonly #database: DatabaseSync;
  readonly #file: string;
  readonly #onFailure: StoreFailureListener | undefined;
  readonly #log: WriteAheadLog;
  readonly #commits: GroupCommit;
  readonly #cache = new RecordCache(CACHED_CHARS);
  readonly #walks = new Walks();
  readonly #tables = new Map<string, SqliteTable>();
  readonly #logs = new Map<string, SqliteLog>();
  /** The logs whose blocks are being packed. */
  readonly #packing = new Set<string>();
  #isClosing = false;
  #rollbacks = 0;
  #failure: StoreFailure | undefined;

  constructor(database: DatabaseSync, options: SqliteEngineOptions) {
    const { file, onFailure, checkpointBytes } = options;
    const openSyncs = () => ({ log: nodeFileSync(`${file}-wal`), pages: nodeFileSync(file) });
    this.#database = database;
    this.#file = file;
    this.#onFailure = onFailure;
    this.#log = new WriteAheadLog(database, options.openSyncs ?? openSyncs, checkpointBytes);
    this.#commits = this.#groupCommit();
  }

  get rollbacks(): number {
    return this.#rollbacks;
  }

  get(table: AnyTable, key: string): object | undefined {
    const cached = this.#cache.get(table.name, key);
    if (cached !== undefined) return cached ?? undefined;
    const text = this.#asking(() => this.#table(table).get(key));
    const record = text === undefined ? null : freezeDeep(JSON.parse(text) as object);
    this.#cache.set(table.name, key, record, text?.length);
    return record ?? undefined;
  }

  entries(table: AnyTable, index: string | undefined, span: Span): Found[] {
    const found: Found[] = [];
    const walk = () => this.#asking(() => this.#table(table).walk(index, span));
    for (const [position, key] of this.#walks.of(table.name, index, span, walk)) {
      found.push({ position, key, record: this.get(table, key) as object });
    }
    return found;
  }

  scan(log: string, range: LogRange): Appended[] {
    const written = this.#written(log);
    return this.#asking(() => written.scan(range));
  }

  nextSequence(log: string): number {
    return this.#asking(() => this.#logOf(log).last) + 1;
  }

  apply(changes: readonly Change[], appended: readonly KeptEntry[]): void {
    this.#changing(() => {
      for (const change of changes) this.#change(change);
      for (const entry of appended) this.#logOf(entry.log).append(entry);
    });
    for (const { log } of appended) this.#packLater(log);
  }

  trim(log: string, beforeMs: number): number {
    return this.#changing(() => this.#logOf(log).trim(beforeMs));
  }

  earliestMs(log: string): number | undefined {
    const written = this.#written(log);
    return this.#asking(() => written.earliestMs);
  }

  durable(): Promise<void> {
    return this.#commits.durable();
  }

  admission(): Promise<void> | undefined {
    return this.#commits.admission();
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    await this.#commits.settled();
    this.#log.close();
  }

  /** Packs the full blocks of a log beside the calls, unless that is under way. */
  #packLater(name: string): void {
    if (this.#packing.has(name) || !this.#logs.get(name)?.hasFullBlock) return;
    this.#packing.add(name);
    this.#pack(name, this.#rollbacks)
      // What stands in the way of the disk is noted, and the rows are as good meanwhile.
      .catch((error: unknown) => {
        if (!(error instanceof StoreFailure)) throw error;
      })
      .finally(() => this.#packing.delete(name));
  }

  async #pack(name: string, rollbacks: number): Promise<void> {
    // What was read before a rollback may never have been.
    const isOver = () => this.#isClosing || this.#rollbacks !== rollbacks;
    const log = this.#logOf(name);
    while (log.hasFullBlock) {
      await nextTurn(systemTurns);
      for (let wait = this.admission(); wait; wait = this.admission()) await wait;
      if (isOver()) return;
      const written = this.#written(name);
      if (!this.#asking(() => written.readMissed())) this.#changing(() => written.keepPacked());
    }
  }

  #change({ table, key, record, unindexed, indexed }: Change): void {
    const rows = this.#table(table);
    this.#walks.forget(table.name);
    for (const { index, position } of unindexed) rows.unindex(index, position);
    for (const { index, position } of indexed) rows.index(index, position, key);
    if (record === undefined) {
      rows.delete(key);
      this.#cache.delete(table.name, key);
    } else {
      const text = JSON.stringify(record);
      rows.put(key, text);
      this.#cache.set(table.name, key, record, text.length);
    }
  }

  #groupCommit(): GroupCommit {
    const begin = this.#database.prepare('BEGIN IMMEDIATE');
    const commit = this.#database.prepare('COMMIT');
    const synced = (sync: Promise<void>) =>
      sync.catch((error: unknown) => {
        const failure = failedDisk(error, this.#file);
        this.#note(failure);
        throw failure;
      });
    return new GroupCommit(
      {
        begin: () =>
          this.#asking(() => {
            this.#log.finishCheckpoint();
            begin.run();
          }),
        commit: () => {
          this.#asking(() => {
            for (const log of this.#logs.values()) log.write();
            commit.run();
          });
          this.#note(undefined);
        },
        rollBack: () => this.#rollBack(),
        sync: () => synced(this.#log.sync()),
        needsRest: () => this.#log.needsCheckpoint,
        rest: () => synced(this.#log.checkpoint().catch((error) => this.#requireRoom(error))),
      },
      systemTurns,
      new Gathering(holdingTimers, monotonicMs),
    );
  }

  /** Half of what throws may be in the group already, so the group is not kept. It also holds what opening a table creates. */
  #changing<T>(change: () => T): T {
    this.#commits.join();
    try {
      return this.#asking(change);
    } catch (error) {
      this.#commits.abandon(error as Error);
      throw error;
    }
  }

  #rollBack(): void {
    this.#rollbacks++;
    // Tables created within the group are gone, and statements, sequence numbers and records with them.
    this.#tables.clear();
    this.#logs.clear();
    this.#cache.clear();
    this.#walks.clear();
    try {
      // SQLite has done so itself after some errors.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
    } catch (error) {
      this.#note(new StoreFailure('failed', (error as Error).message, { cause: error }));
    }
  }

  /** Where there is no room for a checkpoint, the log stands and grows, and it is tried again later. */
  #requireRoom(error: unknown): void {
    if (storeFailure(error, this.#file)?.kind !== 'full') throw error;
  }

  /** Errors in the store's terms. */
  #asking<T>(ask: () => T): T {
    try {
      return ask();
    } catch (error) {
      throw this.#known(error as Error);
    }
  }

  #known(error: Error): Error {
    const failure = storeFailure(error, this.#file);
    if (failure !== undefined) this.#note(failure);
    return failure ?? error;
  }

  #note(failure: StoreFailure | undefined): void {
    if (failure?.kind === 'failed') this.#commits.stop(failure);
    // A damaged page stays so, though others are read and written as ever.
    const isOver = failure === undefined && this.#failure?.kind !== 'damaged';
    if (isOver ? this.#failure === undefined : failure?.message === this.#failure?.message) return;
    if (failure === undefined && !isOver) return;
    this.#failure = failure;
    this.#onFailure?.(failure);
  }

  #table(table: AnyTable): SqliteTable {
    let opened = this.#tables.get(table.name);
    if (opened === undefined) {
      opened = this.#changing(() => new SqliteTable(this.#database, table));
      this.#tables.set(table.name, opened);
    }
    return opened;
  }

  /** A log whose rows hold all that was appended, also within the open group. */
  #written(name: string): SqliteLog {
    const log = this.#logOf(name);
    if (!log.isWritten) this.#changing(() => log.write());
    return log;
  }

  #logOf(name: string): SqliteLog {
    let opened = this.#logs.get(name);
    if (opened === undefined) {
      opened = this.#changing(() => new SqliteLog(this.#database, name));
      this.#logs.set(name, opened);
      this.#packLater(name);
    }
    return opened;
  }
}
