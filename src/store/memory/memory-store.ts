/** A store that ends with the process: for tests and ephemeral servers. */
import type { AnyTable, Appended, Change, Engine, Found } from '../engine.ts';
import type { Span } from '../key.ts';
import { selector } from '../log-entry.ts';
import type { LogRange, Store } from '../store.ts';
import { TransactionalStore } from '../transactions.ts';
import { SortedMap } from './sorted-map.ts';

/** Of the text of each log that is kept in memory. */
const MAX_LOG_CHARS = 48 * 2 ** 20;

export interface MemoryStoreOptions {
  readonly maxLogChars?: number;
  /** Called each time that old entries of a log make room for new ones. */
  readonly onFull?: (log: string) => void;
}

export function openMemoryStore(options: MemoryStoreOptions = {}): Store {
  return new TransactionalStore(new MemoryEngine(options));
}

interface Contents {
  readonly records: SortedMap<object>;
  /** Index name to positions, each with the key of its record. */
  readonly indexes: Map<string, SortedMap<string>>;
}

/** A log in memory: bounded, the oldest entries go first. */
class MemoryLog {
  readonly entries: Appended[] = [];
  /** The sequence number of the first entry that is kept. */
  first = 1;
  #chars = 0;

  get next(): number {
    return this.first + this.entries.length;
  }

  /** Whether older entries had to go. */
  append(entry: Appended, maxChars: number): boolean {
    this.entries.push(entry);
    this.#chars += charsOf(entry);
    if (this.#chars <= maxChars) return false;
    // A tenth at once: taking them away one by one would move all the others each time.
    let count = 0;
    for (; count < this.entries.length - 1 && this.#chars > 0.9 * maxChars; count++) {
      this.#chars -= charsOf(this.entries[count] as Appended);
    }
    this.#forget(count);
    return true;
  }

  trim(beforeMs: number): number {
    let count = 0;
    for (; (this.entries[count]?.atMs ?? beforeMs) < beforeMs; count++) {
      this.#chars -= charsOf(this.entries[count] as Appended);
    }
    this.#forget(count);
    return count;
  }

  #forget(count: number): void {
    this.entries.splice(0, count);
    this.first += count;
  }
}

const charsOf = ({ labels, body, stream }: Appended) => labels.length + body.length + stream.length;

export class MemoryEngine implements Engine {
  readonly rollbacks = 0;
  readonly #tables = new Map<string, Contents>();
  readonly #logs = new Map<string, MemoryLog>();
  readonly #options: MemoryStoreOptions;

  constructor(options: MemoryStoreOptions = {}) {
    this.#options = options;
  }

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
    const { entries, first } = this.#log(log);
    const selected: Appended[] = [];
    const selects = selector(range);
    // Entry n has the sequence number n + first.
    let at = Math.min(entries.length, (range.before ?? Number.POSITIVE_INFINITY) - first) - 1;
    for (; at >= 0 && selected.length < range.limit; at--) {
      const entry = entries[at] as Appended;
      if (selects(entry)) selected.push(entry);
    }
    return selected;
  }

  nextSequence(log: string): number {
    return this.#log(log).next;
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
    const { maxLogChars = MAX_LOG_CHARS, onFull } = this.#options;
    for (const entry of appended) {
      if (this.#log(entry.log).append(entry, maxLogChars)) onFull?.(entry.log);
    }
  }

  trim(log: string, beforeMs: number): number {
    return this.#log(log).trim(beforeMs);
  }

  async durable(): Promise<void> {}

  admission(): undefined {}

  async close(): Promise<void> {}

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
    const created = new MemoryLog();
    this.#logs.set(name, created);
    return created;
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
