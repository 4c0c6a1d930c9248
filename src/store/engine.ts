/** What a store engine provides to the transactions above it. */
import type { Span } from './key.ts';
import type { LogRange, Table } from './store.ts';

/** A table whose record type no longer matters. */
export type AnyTable = Table<object>;

/** Where a record was found: `position` orders it in the scan, `key` is its encoded primary key. */
export interface Found {
  readonly position: string;
  readonly key: string;
  readonly record: object;
}

/** One record put (`record`) or deleted (`undefined`), with what that does to the table's indexes. */
export interface Change {
  readonly table: AnyTable;
  readonly key: string;
  readonly record: object | undefined;
  readonly unindexed: readonly IndexPosition[];
  readonly indexed: readonly IndexPosition[];
}

export interface IndexPosition {
  readonly index: string;
  readonly position: string;
}

/** An entry of a log as it is kept. */
export interface KeptEntry {
  readonly log: string;
  readonly stream: string;
  readonly atMs: number;
  /** As `keptEntry` encodes them. */
  readonly labels: string;
  /** JSON. */
  readonly body: string;
  readonly besideBytes?: number;
}

/** One that has its place in the log. */
export interface Appended extends KeptEntry {
  readonly sequence: number;
}

/**
 * What an adapter provides: the logically committed state, read and changed synchronously. The isolation of
 * transactions is built on it once, in `transactions.ts`.
 */
export interface Engine {
  get(table: AnyTable, key: string): object | undefined;
  /** Records in the order of an index, or of the table itself. */
  entries(table: AnyTable, index: string | undefined, span: Span): Found[];
  /** Newest first. */
  scan(log: string, range: LogRange): Appended[];
  /** The sequence number of the next entry of the log; they start at 1. */
  nextSequence(log: string): number;
  /** Undefined where changes may be applied now; otherwise they wait for it, and ask again. */
  admission(): Promise<void> | undefined;
  /** Makes changes part of the committed state, and numbers the entries: all of them, or none when it throws. */
  apply(changes: readonly Change[], appended: readonly KeptEntry[]): void;
  /** Forgets some of the log's entries from before `beforeMs`; returns how many. */
  trim(log: string, beforeMs: number): number;
  /** The earliest time of all that the log keeps. */
  earliestMs(log: string): number | undefined;
  /** Set by the store above: to be called each time that the oldest entries of a log have made room for new ones. */
  onFull?: () => void;
  /** Resolves when all that was applied is durable; rejects when it was rolled back instead. */
  durable(): Promise<void>;
  /** How often applied changes were rolled back: what was read before the last time may never have been. */
  readonly rollbacks: number;
  /** Makes durable what was applied, and lets go of the file. */
  close(): Promise<void>;
}
