/** A store that ends with the process: for tests and ephemeral servers. */
import type { AnyTable, Appended, Change, Engine, Found } from '../engine.ts';
import type { Span } from '../key.ts';
import { selector } from '../log-entry.ts';
import type { LogRange, Store } from '../store.ts';
import { TransactionalStore } from '../transactions.ts';
import { SortedMap } from './sorted-map.ts';

export function openMemoryStore(): Store {
  return new TransactionalStore(new MemoryEngine());
}

interface Contents {
  readonly records: SortedMap<object>;
  /** Index name to positions, each with the key of its record. */
  readonly indexes: Map<string, SortedMap<string>>;
}

class MemoryEngine implements Engine {
  readonly rollbacks = 0;
  readonly #tables = new Map<string, Contents>();
  readonly #logs = new Map<string, Appended[]>();

  get(table: AnyTable, key: string): object | undefined {
    return this.#contents(table.name).records.get(key);
  }

  entries(table: AnyTable, index: string | undefined, span: Span): Found[] {
    const { records, indexes } = this.#contents(table.name);
    if (index === undefined) {
      return take(records, span).map((key) => ({ position: key, key, record: records.get(key) as object }));
    }
    const positions = indexes.get(index);
    if (positions === undefined) return [];
    return take(positions, span).map((position) => {
      const key = positions.get(position) as string;
      return { position, key, record: records.get(key) as object };
    });
  }

  scan(log: string, range: LogRange): Appended[] {
    const entries = this.#entries(log);
    const selected: Appended[] = [];
    const selects = selector(range);
    // Entry n has the sequence number n + 1.
    let at = Math.min(entries.length, (range.before ?? Number.POSITIVE_INFINITY) - 1) - 1;
    for (; at >= 0 && selected.length < range.limit; at--) {
      const entry = entries[at] as Appended;
      if (selects(entry)) selected.push(entry);
    }
    return selected;
  }

  nextSequence(log: string): number {
    return this.#entries(log).length + 1;
  }

  apply(changes: readonly Change[], appended: readonly Appended[]): void {
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
    for (const entry of appended) this.#entries(entry.log).push(entry);
  }

  async durable(): Promise<void> {}

  async close(): Promise<void> {}

  #contents(table: string): Contents {
    let contents = this.#tables.get(table);
    if (contents === undefined) {
      contents = { records: new SortedMap(), indexes: new Map() };
      this.#tables.set(table, contents);
    }
    return contents;
  }

  #entries(log: string): Appended[] {
    let entries = this.#logs.get(log);
    if (entries === undefined) {
      entries = [];
      this.#logs.set(log, entries);
    }
    return entries;
  }
}

function take(map: SortedMap<unknown>, { from, to, reverse, limit }: Span): string[] {
  const keys: string[] = [];
  if (limit <= 0) return keys;
  for (const key of reverse ? map.descending(from, to) : map.ascending(from, to)) {
    keys.push(key);
    if (keys.length >= limit) break;
  }
  return keys;
}
