/** Isolation over an engine: bodies of transactions run one after another, and are applied between reads. */
import { nextTurn } from '../platform/next-turn.ts';
import { systemTurns } from '../platform/node/index.ts';
import type { Turns } from '../platform/ports.ts';
import type { Engine } from './engine.ts';
import { ForkEngine } from './fork-engine.ts';
import { Overlay, View } from './overlay.ts';
import type { Log, LogEntry, ReadTransaction, Store, Transaction } from './store.ts';
import { StoreFailure } from './store-failure.ts';

export class TransactionalStore implements Store {
  readonly #engine: Engine;
  readonly #turns: Turns;
  readonly #generations = new Map<string, number>();
  readonly #fullListeners: (() => void)[] = [];
  #lastInLine: Promise<void> = Promise.resolve();
  #closed = false;
  #readers = 0;
  #whenReadersLeft: (() => void) | undefined;

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
      if (--this.#readers === 0) this.#whenReadersLeft?.();
    }
  }

  async transact<T>(body: (tx: Transaction) => Promise<T>): Promise<T> {
    this.#requireOpen();
    const leave = await this.#standInLine();
    let result: T;
    let durable: Promise<void>;
    const overlay = new Overlay(this.#engine, this.#nextTurn);
    try {
      const { rollbacks } = this.#engine;
      result = await body(overlay);
      overlay.end();
      if (overlay.isLong) await this.#nextTurn();
      const changes = overlay.changes();
      if (overlay.isLong) await this.#nextTurn();
      if (changes.length > 0 || overlay.appended.length > 0) {
        await this.#mayChange();
        if (this.#engine.rollbacks !== rollbacks) {
          throw new StoreFailure('full', 'what this transaction had read was rolled back by a failed commit');
        }
        this.#engine.apply(changes, overlay.appended);
        for (const name of new Set(changes.map((change) => change.table.name))) this.#grow(name);
      }
      for (const callback of overlay.callbacks) callback();
      // Also when nothing was written: what was read may be of a transaction that is not durable yet.
      durable = this.#engine.durable();
    } finally {
      overlay.end();
      leave();
    }
    await durable;
    return result;
  }

  fork(): Store {
    return new TransactionalStore(new ForkEngine(this.#engine));
  }

  async trim({ name }: Log<LogEntry>, beforeMs: number): Promise<number> {
    this.#requireOpen();
    const leave = await this.#standInLine();
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
    await this.#standInLine();
    await this.#engine.close();
  }

  durable(): Promise<void> {
    return this.#engine.durable();
  }

  readonly #nextTurn = () => nextTurn(this.#turns);

  #requireOpen(): void {
    if (this.#closed) throw new Error('the store is closed');
  }

  #grow(tableName: string): void {
    this.#generations.set(tableName, (this.#generations.get(tableName) ?? 0) + 1);
  }

  async #standInLine(): Promise<() => void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const before = this.#lastInLine;
    this.#lastInLine = promise;
    await before;
    return resolve;
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
      this.#whenReadersLeft = resolve;
      await promise;
    }
  }
}
