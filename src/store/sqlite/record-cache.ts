/**
 * Parsed records of all tables, and which keys have none, the least recently used let go once their JSON text exceeds a
 * bound. Two generations stand for the exact order of use: a hit in the older one moves to the younger, and when the
 * younger has grown to half the bound, the older is dropped.
 */
interface Cached {
  /** Null where the table has none. */
  readonly record: object | null;
  readonly size: number;
}

/** What a key without a record is counted as: it takes room, too. */
const ABSENT_CHARS = 256;

type Generation = Map<string, Map<string, Cached>>;

export class RecordCache {
  readonly #boundChars: number;
  #young: Generation = new Map();
  #old: Generation = new Map();
  #youngChars = 0;

  /** `boundChars`: of JSON text; the records themselves take two to four times as many bytes. */
  constructor(boundChars: number) {
    this.#boundChars = boundChars;
  }

  /** Undefined where it is not known whether there is a record; null where there is none. */
  get(table: string, key: string): object | null | undefined {
    const young = this.#young.get(table)?.get(key);
    if (young !== undefined) return young.record;
    const old = this.#old.get(table)?.get(key);
    if (old === undefined) return undefined;
    this.set(table, key, old.record, old.size);
    return old.record;
  }

  set(table: string, key: string, record: object | null, size = ABSENT_CHARS): void {
    this.delete(table, key);
    let records = this.#young.get(table);
    if (records === undefined) {
      records = new Map();
      this.#young.set(table, records);
    }
    records.set(key, { record, size });
    this.#youngChars += size;
    if (this.#youngChars > this.#boundChars / 2) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#youngChars = 0;
    }
  }

  delete(table: string, key: string): void {
    const records = this.#young.get(table);
    this.#youngChars -= records?.get(key)?.size ?? 0;
    records?.delete(key);
    this.#old.get(table)?.delete(key);
  }

  clear(): void {
    this.#young = new Map();
    this.#old = new Map();
    this.#youngChars = 0;
  }
}
