/**
 * A store in one SQLite file. All transactions of one turn of the event loop share one commit, and so one sync of
 * the disk. Throws when the file is in use by another process, damaged, or of another version.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { systemTurns } from '../../platform/node/index.ts';
import type { AnyTable, Appended, Change, Engine, Found } from '../engine.ts';
import type { Span } from '../key.ts';
import { freezeDeep } from '../record.ts';
import type { LogRange, Store } from '../store.ts';
import { StoreFailure } from '../store-failure.ts';
import { TransactionalStore } from '../transactions.ts';
import { damageSentence, firstDamage, openDatabase, storeFailure } from './database.ts';
import { RecordCache } from './record-cache.ts';
import { SqliteLog } from './sqlite-log.ts';
import { SqliteTable } from './sqlite-table.ts';

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
  return new TransactionalStore(new SqliteEngine(database, file, onFailure));
}

export class SqliteEngine implements Engine {
  readonly #database: DatabaseSync;
  readonly #begin: StatementSync;
  readonly #end: StatementSync;
  readonly #file: string;
  readonly #onFailure: StoreFailureListener | undefined;
  readonly #cache = new RecordCache(CACHED_CHARS);
  readonly #tables = new Map<string, SqliteTable>();
  readonly #logs = new Map<string, SqliteLog>();
  /** The transactions of this turn of the event loop: applied, not yet committed. */
  #group: PromiseWithResolvers<void> | undefined;
  #rollbacks = 0;
  #fatal: StoreFailure | undefined;
  #failure: StoreFailure | undefined;

  constructor(database: DatabaseSync, file: string, onFailure?: StoreFailureListener) {
    this.#database = database;
    this.#begin = database.prepare('BEGIN IMMEDIATE');
    this.#end = database.prepare('COMMIT');
    this.#file = file;
    this.#onFailure = onFailure;
  }

  get rollbacks(): number {
    return this.#rollbacks;
  }

  get(table: AnyTable, key: string): object | undefined {
    const cached = this.#cache.get(table.name, key);
    if (cached !== undefined) return cached;
    const text = this.#reading(() => this.#table(table).get(key));
    if (text === undefined) return undefined;
    const record = freezeDeep(JSON.parse(text) as object);
    this.#cache.set(table.name, key, record, text.length);
    return record;
  }

  entries(table: AnyTable, index: string | undefined, span: Span): Found[] {
    const found: Found[] = [];
    for (const [position, key] of this.#reading(() => this.#table(table).walk(index, span))) {
      found.push({ position, key, record: this.get(table, key) as object });
    }
    return found;
  }

  scan(log: string, range: LogRange): Appended[] {
    return this.#reading(() => this.#log(log).scan(range));
  }

  nextSequence(log: string): number {
    return this.#reading(() => this.#log(log).last) + 1;
  }

  apply(changes: readonly Change[], appended: readonly Appended[]): void {
    const group = this.#openGroup();
    try {
      for (const change of changes) this.#change(change);
      for (const entry of appended) this.#log(entry.log).append(entry);
    } catch (error) {
      // Half of this transaction may be in the group already, so the group cannot be kept.
      throw this.#rollBack(group, error as Error);
    }
  }

  trim(log: string, beforeMs: number): number {
    const group = this.#openGroup();
    try {
      return this.#log(log).trim(beforeMs);
    } catch (error) {
      throw this.#rollBack(group, error as Error);
    }
  }

  durable(): Promise<void> {
    return this.#group?.promise ?? Promise.resolve();
  }

  async close(): Promise<void> {
    if (this.#group !== undefined) this.#commit(this.#group);
    this.#database.close();
  }

  #change({ table, key, record, unindexed, indexed }: Change): void {
    const rows = this.#table(table);
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

  #openGroup(): PromiseWithResolvers<void> {
    if (this.#fatal !== undefined) throw this.#fatal;
    if (this.#group !== undefined) return this.#group;
    this.#reading(() => this.#begin.run());
    const group = Promise.withResolvers<void>();
    // Its members await it too; this keeps a group whose only member failed from being an unhandled rejection.
    group.promise.catch(() => {});
    this.#group = group;
    systemTurns.next(() => {
      if (this.#group === group) this.#commit(group);
    });
    return group;
  }

  #commit(group: PromiseWithResolvers<void>): void {
    try {
      this.#end.run();
    } catch (error) {
      this.#rollBack(group, error as Error);
      return;
    }
    this.#group = undefined;
    this.#note(undefined);
    group.resolve();
  }

  /** Returns the error in the store's terms. */
  #rollBack(group: PromiseWithResolvers<void>, cause: Error): Error {
    const error = this.#known(cause);
    if (this.#group !== group) return error;
    this.#group = undefined;
    this.#rollbacks++;
    // Tables created within the group are gone, and statements, sequence numbers and records with them.
    this.#tables.clear();
    this.#logs.clear();
    this.#cache.clear();
    try {
      // SQLite has done so itself after some errors.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
    } catch (rollbackError) {
      this.#note(new StoreFailure('failed', (rollbackError as Error).message, { cause: rollbackError }));
    }
    group.reject(error);
    return error;
  }

  #reading<T>(read: () => T): T {
    try {
      return read();
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
    if (failure?.kind === 'failed') this.#fatal ??= failure;
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
      opened = this.#create(() => new SqliteTable(this.#database, table));
      this.#tables.set(table.name, opened);
    }
    return opened;
  }

  #log(name: string): SqliteLog {
    let opened = this.#logs.get(name);
    if (opened === undefined) {
      opened = this.#create(() => new SqliteLog(this.#database, name));
      this.#logs.set(name, opened);
    }
    return opened;
  }

  /** What opening creates in the file is committed with the group. */
  #create<T>(open: () => T): T {
    const group = this.#openGroup();
    try {
      return open();
    } catch (error) {
      // A table that is there but half filled would pass for a whole one.
      throw this.#rollBack(group, error as Error);
    }
  }
}
