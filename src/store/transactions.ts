/**
 * Isolation over an engine: bodies of transactions run one after another, or side by side where none changes what another
 * reads; they are applied between reads.
 */
import { nextTurn } from '../platform/next-turn.ts';
import { systemTurns } from '../platform/node/index.ts';
import type { Turns } from '../platform/ports.ts';
import type { Change, Engine, KeptEntry } from './engine.ts';
import { ForkEngine } from './fork-engine.ts';
import { Line, type Place } from './line.ts';
import { Overlay, View } from './overlay.ts';
import type { Log, LogEntry, ReadTransaction, Store, Transaction } from './store.ts';
import { StoreFailure } from './store-failure.ts';

interface Done<T> {
  readonly result: T;
  readonly durable: Promise<void>;
}

export class TransactionalStore implements Store {
  readonly #engine: Engine;
  readonly #turns: Turns;
  readonly #generations = new Map<string, number>();
  readonly #fullListeners: (() => void)[] = [];
  readonly #line = new Line();
  #closed = false;
  #readers = 0;
  readonly #whenReadersLeft = new Set<() => void>();

  constructor(engine: Engine, turns: Turns = systemTurns) {
    this.#engine = engine;
    this.#turns = turns;
    engine.onFull = () => {
      for (const listener of this.#fullListeners) listener();
    };
  }

  async read<T>(body: (tx: ReadTransaction) => Promise<T>): Promise<T> {
    const result = await this.readAhead(body);
    await this.#engine.durable();
    return result;
  }

  async readAhead<T>(body: (tx: ReadTransaction) => Promise<T>): Promise<T> {
    this.#requireOpen();
    const view = new View(this.#engine);
    this.#readers++;
    try {
      return await body(view);
    } finally {
      view.end();
      if (--this.#readers === 0) for (const callback of this.#whenReadersLeft) callback();
    }
  }

  async transact<T>(body: (tx: Transaction) => Promise<T>): Promise<T> {
    this.#requireOpen();
    return this.#run(body, await this.#line.alone());
  }

  async transactBeside<T>(body: (tx: Transaction) => Promise<T>): Promise<T> {
    this.#requireOpen();
    return this.#run(body, await this.#line.beside());
  }

  async #run<T>(body: (tx: Transaction) => Promise<T>, place: Place): Promise<T> {
    let done: Done<T> | undefined;
    try {
      done = await this.#attempt(body, place.changed);
      while (!done) {
        await place.alone();
        done = await this.#attempt(body, new Set());
      }
    } finally {
      place.leave();
    }
    await done.durable;
    return done.result;
  }

  /** Undefined where others have changed what it read. Adds to `changed` what it has changed itself. */
  async #attempt<T>(
    body: (tx: Transaction) => Promise<T>,
    changed: Set<string>,
  ): Promise<Done<T> | undefined> {
    const { rollbacks } = this.#engine;
    const overlay = new Overlay(this.#engine, this.#turns);
    let result: T;
    try {
      result = await body(overlay);
    } catch (error) {
      // That what it read does not belong together may be why.
      if (overlay.hasRead(changed)) return undefined;
      throw error;
    } finally {
      overlay.end();
    }
    if (overlay.isLong) await this.#nextTurn();
    let changes = overlay.changes();
    if (overlay.isLong) await this.#nextTurn();
    // Others may have put what it deletes, or put into other places of an index what it puts.
    if (changed.size > 0) changes = overlay.changes();
    const isWriting = changes.length > 0 || overlay.appended.length > 0;
    if (isWriting) await this.#mayChange();
    if (overlay.hasRead(changed)) return undefined;
    if (isWriting && this.#engine.rollbacks !== rollbacks) {
      throw new StoreFailure('full', 'what this transaction had read was rolled back by a failed commit');
    }
    if (changed.size > 0) changes = overlay.changes();
    if (isWriting) this.#apply(changes, overlay.appended, changed);
    for (const callback of overlay.callbacks) callback();
    // Also when nothing was written: what was read may be of a transaction that is not durable yet.
    return { result, durable: this.#engine.durable() };
  }

  #apply(changes: readonly Change[], appended: readonly KeptEntry[], changed: Set<string>): void {
    this.#engine.apply(changes, appended);
    const tables = new Set(changes.map(({ table }) => table.name));
    for (const name of tables) {
      this.#generations.set(name, (this.#generations.get(name) ?? 0) + 1);
      changed.add(name);
    }
    for (const { log } of appended) changed.add(log);
  }

  fork(): Store {
    return new TransactionalStore(new ForkEngine(this.#engine));
  }

  async trim({ name }: Log<LogEntry>, beforeMs: number): Promise<number> {
    this.#requireOpen();
    const { leave } = await this.#line.alone();
    let count: number;
    let durable: Promise<void>;
    try {
      await this.#mayChange();
      count = this.#engine.trim(name, beforeMs);
      durable = this.#engine.durable();
    } finally {
      leave();
    }
    await durable;
    return count;
  }

  earliestMs({ name }: Log<LogEntry>): number | undefined {
    this.#requireOpen();
    return this.#engine.earliestMs(name);
  }

  onFull(listener: () => void): void {
    this.#fullListeners.push(listener);
  }

  generation(tableName: string): number {
    // A rollback takes changes back, which is a change to any table.
    return (this.#generations.get(tableName) ?? 0) + this.#engine.rollbacks;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#line.alone();
    await this.#engine.close();
  }

  durable(): Promise<void> {
    return this.#engine.durable();
  }

  readonly #nextTurn = () => nextTurn(this.#turns);

  #requireOpen(): void {
    if (this.#closed) throw new Error('the store is closed');
  }

  async #mayChange(): Promise<void> {
    for (;;) {
      await this.#betweenReads();
      const wait = this.#engine.admission();
      if (!wait) return;
      await wait;
    }
  }

  /**
   * Waits until no read is under way, so that each has one snapshot; at most until this turn of the event loop
   * has run dry, when those still there await something else than their transaction and have lost the claim to one.
   */
  async #betweenReads(): Promise<void> {
    let turnIsOver = false;
    while (this.#readers > 0 && !turnIsOver) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#turns.next(() => {
        turnIsOver = true;
        resolve();
      });
      this.#whenReadersLeft.add(resolve);
      await promise;
      this.#whenReadersLeft.delete(resolve);
    }
  }
}
