/** What a transaction has written, laid over the committed state. */
import { Pace } from '../platform/next-turn.ts';
import type { Turns } from '../platform/ports.ts';
import type { AnyTable, Appended, Change, Engine, Found, IndexPosition, KeptEntry } from './engine.ts';
import { indexPositions } from './index-positions.ts';
import { encodeKey, indexSpanOf, type Span, spanOf } from './key.ts';
import { keptEntry, newestFirst, numbered, readEntry } from './log-entry.ts';
import { frozenRecord } from './record.ts';
import type {
  IndexRange,
  Key,
  Log,
  LogEntry,
  LogRange,
  Range,
  ReadTransaction,
  Sequenced,
  Table,
  Transaction,
} from './store.ts';
import { Writes } from './writes.ts';

/** Reads of the committed state, until `end`. */
export class View implements ReadTransaction {
  protected readonly engine: Engine;
  #ended = false;

  constructor(engine: Engine) {
    this.engine = engine;
  }

  /** A transaction that its body has let escape would otherwise read, or write, outside any isolation. */
  end(): void {
    this.#ended = true;
  }

  async get<R extends object, I extends string>(table: Table<R, I>, key: Key): Promise<R | undefined> {
    this.requireOpen();
    return this.record(erased(table), encodeKey(key)) as R | undefined;
  }

  async list<R extends object, I extends string>(table: Table<R, I>, range?: Range): Promise<R[]> {
    this.requireOpen();
    return this.entries(erased(table), undefined, spanOf(range)).map((found) => found.record as R);
  }

  async find<R extends object, I extends string>(
    table: Table<R, I>,
    index: I,
    range?: IndexRange,
  ): Promise<R[]> {
    this.requireOpen();
    if (!Object.hasOwn(table.indexes, index)) {
      throw new TypeError(`the table ${table.name} has no index ${index}`);
    }
    return this.entries(erased(table), index, indexSpanOf(range)).map((found) => found.record as R);
  }

  async scan<E extends LogEntry>(log: Log<E>, range: LogRange): Promise<Sequenced<E>[]> {
    this.requireOpen();
    return this.logEntries(log.name, range).map(readEntry) as Sequenced<E>[];
  }

  protected requireOpen(): void {
    if (this.#ended) throw new Error('this transaction has ended');
  }

  record(table: AnyTable, key: string): object | undefined {
    return this.engine.get(table, key);
  }

  entries(table: AnyTable, index: string | undefined, span: Span): Found[] {
    return this.engine.entries(table, index, span);
  }

  logEntries(log: string, range: LogRange): Appended[] {
    return this.engine.scan(log, range);
  }
}

/** Reads and writes after which a long transaction lets others have their turn: some ten milliseconds of work. */
const OPERATIONS_PER_TURN = 200;
/** What a long log is asked for takes as long as so many records. */
const OPERATIONS_PER_SCAN = 20;

/**
 * Writes held back over the committed state, and seen by this transaction's own reads. Since nobody else sees them, and what
 * it has read stays as it is or it is run again, one that is long can let the event loop go on in between.
 */
export class Overlay extends View implements Transaction {
  readonly #pace: Pace | undefined;
  readonly #tables = new Map<string, Writes>();
  /** The names of the tables and logs whose committed state it has read. */
  readonly #read = new Set<string>();
  readonly appended: KeptEntry[] = [];
  readonly callbacks: (() => void)[] = [];

  constructor(engine: Engine, turns?: Turns) {
    super(engine);
    if (turns) this.#pace = new Pace(turns, OPERATIONS_PER_TURN);
  }

  override async get<R extends object, I extends string>(
    table: Table<R, I>,
    key: Key,
  ): Promise<R | undefined> {
    const turn = this.#pace?.next();
    if (turn) await turn;
    return super.get(table, key);
  }

  override async list<R extends object, I extends string>(table: Table<R, I>, range?: Range): Promise<R[]> {
    const turn = this.#pace?.next();
    if (turn) await turn;
    return super.list(table, range);
  }

  override async find<R extends object, I extends string>(
    table: Table<R, I>,
    index: I,
    range?: IndexRange,
  ): Promise<R[]> {
    const turn = this.#pace?.next();
    if (turn) await turn;
    return super.find(table, index, range);
  }

  override async scan<E extends LogEntry>(log: Log<E>, range: LogRange): Promise<Sequenced<E>[]> {
    const turn = this.#pace?.next(OPERATIONS_PER_SCAN);
    if (turn) await turn;
    return super.scan(log, range);
  }

  afterwards(callback: () => void): void {
    this.callbacks.push(callback);
  }

  /** Whether its writes take long enough to be counted and applied in turns of their own. */
  get isLong(): boolean {
    return this.#pace?.isLong === true;
  }

  put<R extends object, I extends string>(table: Table<R, I>, record: R): void {
    this.requireOpen();
    this.#pace?.count();
    const copy = frozenRecord(record);
    this.#writes(erased(table)).set(encodeKey(table.key(copy)), copy);
  }

  delete<R extends object, I extends string>(table: Table<R, I>, key: Key): void {
    this.requireOpen();
    this.#pace?.count();
    this.#writes(erased(table)).set(encodeKey(key), undefined);
  }

  append<E extends LogEntry>(log: Log<E>, entry: E): void {
    this.requireOpen();
    this.#pace?.count();
    this.appended.push(keptEntry(log.name, entry));
  }

  /** Whether it has read one of these. */
  hasRead(names: ReadonlySet<string>): boolean {
    return !this.#read.isDisjointFrom(names);
  }

  /** Takes over what another overlay of the same state has come to. */
  absorb(changes: readonly Change[]): void {
    for (const { table, key, record } of changes) this.#writes(table).set(key, record);
  }

  /** As of now: what an index loses is told by the committed state. */
  changes(): Change[] {
    const changes: Change[] = [];
    for (const { table, records } of this.#tables.values()) {
      for (const [key, record] of records) {
        const before = this.#committedWhereItMatters(table, key, record);
        if (before === undefined && record === undefined) continue;
        const old = indexPositions(table, key, before);
        const now = indexPositions(table, key, record);
        changes.push({ table, key, record, unindexed: without(old, now), indexed: without(now, old) });
      }
    }
    return changes;
  }

  override record(table: AnyTable, key: string): object | undefined {
    const writes = this.#tables.get(table.name);
    if (writes?.has(key)) return writes.get(key);
    this.#read.add(table.name);
    return super.record(table, key);
  }

  override entries(table: AnyTable, index: string | undefined, span: Span): Found[] {
    this.#read.add(table.name);
    const writes = this.#tables.get(table.name);
    const committed = (stretch: Span) => super.entries(table, index, stretch);
    return writes === undefined ? committed(span) : writes.over(committed, index, span);
  }

  override logEntries(log: string, range: LogRange): Appended[] {
    this.#read.add(log);
    const first = this.engine.nextSequence(log);
    const own = this.appended.filter((entry) => entry.log === log);
    const entries = own.map((entry, index) => numbered(entry, first + index));
    return newestFirst(entries, range, (rest) => super.logEntries(log, rest));
  }

  #writes(table: AnyTable): Writes {
    let writes = this.#tables.get(table.name);
    if (writes === undefined) {
      writes = new Writes(table);
      this.#tables.set(table.name, writes);
    }
    return writes;
  }

  /** The record being replaced is of no interest where no index holds it and it is not just deleted. */
  #committedWhereItMatters(table: AnyTable, key: string, record: object | undefined): object | undefined {
    if (record !== undefined && Object.keys(table.indexes).length === 0) return undefined;
    return this.engine.get(table, key);
  }
}

/** Methods of Table take the record type, so no Table<R> is a Table<object>; within the store only its own records meet it. */
function erased<R extends object, I extends string>(table: Table<R, I>): AnyTable {
  return table as unknown as AnyTable;
}

function without(all: readonly IndexPosition[], taken: readonly IndexPosition[]): readonly IndexPosition[] {
  if (taken.length === 0) return all;
  return all.filter(
    ({ index, position }) => !taken.some((other) => other.index === index && other.position === position),
  );
}
