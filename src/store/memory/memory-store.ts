/** A store that ends with the process: for tests and ephemeral servers. */
import type { AnyTable, Appended, Change, Engine, Found, KeptEntry } from '../engine.ts';
import type { Span } from '../key.ts';
import { SortedMap } from '../sorted-map.ts';
import type { LogRange, Store } from '../store.ts';
import { TransactionalStore } from '../transactions.ts';
import { MemoryLog } from './memory-log.ts';

/** Of all logs together, and what is kept beside their entries: some 450,000 calls that read, or 40,000 that change something. */
const MAX_LOG_BYTES = 64 * 2 ** 20;

export interface MemoryStoreOptions {
  readonly maxLogBytes?: number;
}

export function openMemoryStore(options: MemoryStoreOptions = {}): Store {
  return new TransactionalStore(new MemoryEngine(options));
}

interface Contents {
  readonly records: SortedMap<object>;
  /** Index name to positions, each with the key of its record. */
  readonly indexes: Map<string, SortedMap<string>>;
}

export class MemoryEngine implements Engine {
  readonly rollbacks = 0;
  readonly #tables = new Map<string, Contents>();
  readonly #logs = new Map<string, MemoryLog>();
  readonly #maxLogBytes: number;
  onFull?: () => void;

  constructor({ maxLogBytes = MAX_LOG_BYTES }: MemoryStoreOptions = {}) {
    this.#maxLogBytes = maxLogBytes;
  }

  get(table: AnyTable, key: string): object | undefined {
    return this.#contents(table.name).records.get(key);
  }

  entries(table: AnyTable, index: string | undefined, span: Span): Found[] {
    const { records, indexes } = this.#contents(table.name);
    if (index === undefined) {
      return records.keysIn(span).map((key) => ({ position: key, key, record: records.get(key) as object }));
    }
    const positions = indexes.get(index);
    if (positions === undefined) return [];
    return positions.keysIn(span).map((position) => {
      const key = positions.get(position) as string;
      return { position, key, record: records.get(key) as object };
    });
  }

  scan(log: string, range: LogRange): Appended[] {
    return this.#log(log).scan(range);
  }

  nextSequence(log: string): number {
    return this.#log(log).next;
  }

  apply(changes: readonly Change[], appended: readonly KeptEntry[]): void {
    for (const { table, key, record, unindexed, indexed } of changes) {
      const { records, indexes } = this.#contents(table.name);
      for (const { index, position } of unindexed) indexes.get(index)?.delete(position);
      for (const { index, position } of indexed) {
        const positions = indexes.get(index) ?? new SortedMap<string>();
        indexes.set(index, positions);
        positions.set(position, key);
      }
      if (record === undefined) records.delete(key);
      else records.set(key, record);
    }
    for (const entry of appended) this.#log(entry.log).append(entry);
    if (appended.length > 0) this.#makeRoom();
  }

  trim(log: string, beforeMs: number): number {
    return this.#log(log).trim(beforeMs);
  }

  earliestMs(log: string): number | undefined {
    return this.#log(log).earliestMs;
  }

  async durable(): Promise<void> {}

  admission(): undefined {}

  async close(): Promise<void> {}

  /** The oldest entries of the log that takes most make room for new ones. */
  #makeRoom(): void {
    const bytes = () => this.#logs.values().reduce((sum, log) => sum + log.bytes, 0);
    while (bytes() > this.#maxLogBytes) {
      const largest = [...this.#logs.values()].reduce((one, other) =>
        other.bytes > one.bytes ? other : one,
      );
      if (!largest.forgetOldest()) return;
      this.onFull?.();
    }
  }

  #contents(table: string): Contents {
    let contents = this.#tables.get(table);
    if (contents === undefined) {
      contents = { records: new SortedMap(), indexes: new Map() };
      this.#tables.set(table, contents);
    }
    return contents;
  }

  #log(name: string): MemoryLog {
    const known = this.#logs.get(name);
    if (known !== undefined) return known;
    const created = new MemoryLog(name);
    this.#logs.set(name, created);
    return created;
  }
}
