/**
 * The store: tables of JSON records, append-only logs, and transactions that commit both together.
 *
 * Records are plain JSON values (binary as base64, times as milliseconds), frozen once stored: a changed
 * record is a new object. Two reads of an unchanged record give the same object for as long as the store's cache
 * keeps it, so what is derived from a record (a compiled policy, an unsealed key) may be kept in a WeakMap beside it.
 */
export type KeyPart = string | number;
/** Ordered part by part; strings by UTF-8 bytes, numbers numerically, numbers before strings. */
export type Key = readonly KeyPart[];

export interface Table<R extends object, I extends string = string> {
  readonly name: string;
  readonly key: (record: R) => Key;
  /**
   * Each index maps a record to the keys under which it is found; none keeps it out of the index. An index that is
   * added to a table with records is filled from them; one whose meaning changes needs a new name.
   */
  readonly indexes: Readonly<Record<I, (record: R) => readonly Key[]>>;
}

/** Declares a table: `table<KeyRecord>()({ name: 'kms.keys', key: …, indexes: { … } })`. */
export function table<R extends object>() {
  return <I extends string = never>(definition: {
    name: string;
    key: (record: R) => Key;
    indexes?: Record<I, (record: R) => readonly Key[]>;
  }): Table<R, I> => ({ indexes: {} as Record<I, never>, ...definition });
}

/** An append-only log. `labels` are the strings a scan can select by. */
export interface Log<E extends LogEntry> {
  readonly name: string;
  readonly entry?: E;
}

export interface LogEntry {
  /** Groups entries that are scanned together, e.g. `123456789012/us-east-1`. */
  readonly stream: string;
  readonly atMs: number;
  readonly labels: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: unknown;
  /** What is kept beside the entry for as long as it is: it takes of the room that logs have in memory. Not read back. */
  readonly besideBytes?: number;
}

export function log<E extends LogEntry>(name: string): Log<E> {
  return { name };
}

export interface Range {
  /** Only keys that begin with these parts. */
  readonly prefix?: Key;
  /** Only keys after this one in the order of the scan (exclusive): where a page continues. */
  readonly after?: Key;
  readonly limit?: number;
  readonly reverse?: boolean;
}

/** A stretch of an index; `prefix` is of the index key. */
export interface IndexRange extends Omit<Range, 'after'> {
  /** Only what comes after the record with this key of its own, under this index key (exclusive). */
  readonly after?: { readonly indexKey: Key; readonly key: Key };
}

export interface LogRange {
  readonly stream?: string;
  readonly fromMs?: number;
  /** Inclusive. */
  readonly toMs?: number;
  /** Only entries with a lower sequence number: where a page continues, newest first. */
  readonly before?: number;
  /** Only entries that carry this value under this label. */
  readonly label?: { readonly name: string; readonly value: string };
  readonly limit: number;
}

export type Sequenced<E> = E & { readonly sequence: number };

export interface ReadTransaction {
  get<R extends object, I extends string>(table: Table<R, I>, key: Key): Promise<R | undefined>;
  list<R extends object, I extends string>(table: Table<R, I>, range?: Range): Promise<R[]>;
  /** Records by an index, in the order of the index key, then of the record's own key. */
  find<R extends object, I extends string>(table: Table<R, I>, index: I, range?: IndexRange): Promise<R[]>;
  /** Entries of a log, newest first. */
  scan<E extends LogEntry>(log: Log<E>, range: LogRange): Promise<Sequenced<E>[]>;
}

export interface Transaction extends ReadTransaction {
  /** Inserts or replaces. */
  put<R extends object, I extends string>(table: Table<R, I>, record: R): void;
  delete<R extends object, I extends string>(table: Table<R, I>, key: Key): void;
  append<E extends LogEntry>(log: Log<E>, entry: E): void;
  /** Calls once the changes are there for others to read; never where they come to nothing. */
  afterwards(callback: () => void): void;
}

export interface Store {
  /**
   * Runs against the committed state (one consistent snapshot while `body` awaits nothing but its transaction). Resolves
   * when what it has read is durable.
   */
  read<T>(body: (tx: ReadTransaction) => Promise<T>): Promise<T>;
  /**
   * The same, but does not wait: a power failure may still take back what it has read. For what is not acted upon before
   * a later transaction, which covers it.
   */
  readAhead<T>(body: (tx: ReadTransaction) => Promise<T>): Promise<T>;
  /**
   * Runs `body` alone, serializably; its writes are all kept, or none when it throws. Resolves when they are
   * durable, and so is all that it has read. `body` awaits only its transaction: whatever else it awaited would hold
   * up every other writer, and another `transact` would wait for itself.
   */
  transact<T>(body: (tx: Transaction) => Promise<T>): Promise<T>;
  /**
   * The same, serializably too, but beside others that come at the same time. Where one of them has changed a table or log
   * that `body` has read, what it came to is given up and it runs again, alone: so it must be able to, and should seldom
   * write what others like it read.
   */
  transactBeside<T>(body: (tx: Transaction) => Promise<T>): Promise<T>;
  /**
   * A store that begins as this one is and goes its own way: what is written to it is kept in memory and never seen here.
   * It reads on through to this one, so it is for short use.
   */
  fork(): Store;
  /**
   * Forgets the oldest entries of a log, of those that are older than `beforeMs`: some at a time, so that nobody waits for
   * it long. Returns how many they were; 0 when there is nothing left to forget.
   */
  trim(log: Log<LogEntry>, beforeMs: number): Promise<number>;
  /** The earliest time of all entries that a log keeps: what only older ones referred to is needed no more. */
  earliestMs(log: Log<LogEntry>): number | undefined;
  /** Calls back each time that the oldest entries of a log have made room for new ones, as they do in memory. */
  onFull(listener: () => void): void;
  /** Resolves when all that can be read now is durable. */
  durable(): Promise<void>;
  /** Grows with each commit that changed the table: what was derived from the whole table is valid while it stands. */
  generation(tableName: string): number;
  close(): Promise<void>;
}
