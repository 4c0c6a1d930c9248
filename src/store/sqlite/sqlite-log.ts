/** A log in SQLite: its newest entries as rows, older ones in compressed blocks with a summary by which scans skip them. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Appended, KeptEntry } from '../engine.ts';
import {
  BLOCK_ENTRIES,
  BlockPacker,
  DamagedLog,
  OpenBlock,
  OpenBlocks,
  PART_ENTRIES,
  soughtHash,
} from '../log-block.ts';
import { labelStart, numbered } from '../log-entry.ts';
import type { LogRange } from '../store.ts';
import { quoted, rows } from './sqlite-table.ts';

/** Block n holds the sequence numbers from n * BLOCK_ENTRIES + 1. */
const blockOf = (sequence: number) => Math.floor((sequence - 1) / BLOCK_ENTRIES);
const firstOf = (block: number) => block * BLOCK_ENTRIES + 1;

type Row = [sequence: number, stream: string, atMs: number, labels: string, body: string];

/**
 * One append-only log: a table of entries in the order of their sequence numbers, from which full blocks are taken out, and
 * for each of those one row with its summary and one with its contents (log-block.ts). A scan passes over the blocks without
 * a match at about 10 us each. Blocks of the first layout have a summary, and their entries are still rows.
 */
export class SqliteLog {
  readonly #database: DatabaseSync;
  readonly #name: string;
  readonly #insert: StatementSync;
  readonly #entries: StatementSync;
  readonly #summaries: StatementSync;
  readonly #insertSummary: StatementSync;
  readonly #contents: StatementSync;
  readonly #insertContents: StatementSync;
  readonly #oldestBlock: StatementSync;
  readonly #deleteSummary: StatementSync;
  readonly #deleteContents: StatementSync;
  readonly #deleteEntries: StatementSync;
  readonly #earliest: StatementSync;
  readonly #open = new OpenBlocks();
  /** Appended, and in no row yet. */
  #unwritten: Appended[] = [];
  #last: number;
  /** The first block that has no summary: its entries and all after them are rows. */
  #firstLoose: number;
  /** Packs that block, as its entries come. */
  #packer: BlockPacker;

  constructor(database: DatabaseSync, log: string) {
    this.#database = database;
    this.#name = log;
    const entries = quoted(`${log}!entries`);
    const blocks = quoted(`${log}!blocks`);
    const packed = quoted(`${log}!packed`);
    database.exec(`
      CREATE TABLE IF NOT EXISTS ${entries} (sequence INTEGER PRIMARY KEY, stream TEXT NOT NULL, at_ms INTEGER NOT NULL, labels TEXT NOT NULL, body TEXT);
      CREATE TABLE IF NOT EXISTS ${blocks} (block INTEGER PRIMARY KEY, first_ms INTEGER NOT NULL, last_ms INTEGER NOT NULL, hashes BLOB NOT NULL);
      CREATE TABLE IF NOT EXISTS ${packed} (block INTEGER PRIMARY KEY, heads BLOB NOT NULL, bodies BLOB NOT NULL)`);
    this.#insert = rows(database, `INSERT INTO ${entries} VALUES (?, ?, ?, ?, ?)`);
    this.#entries = rows(
      database,
      `SELECT sequence, stream, at_ms, labels, body FROM ${entries}
       WHERE sequence BETWEEN ?1 AND ?2 AND at_ms BETWEEN ?3 AND ?4
         AND (?5 IS NULL OR stream = ?5) AND (?6 IS NULL OR instr(labels, ?6))
       ORDER BY sequence DESC LIMIT ?7`,
    );
    this.#summaries = rows(
      database,
      `SELECT block FROM ${blocks} WHERE block <= ?1 AND last_ms >= ?2 AND first_ms <= ?3
         AND (?4 IS NULL OR instr(hashes, ?4)) ORDER BY block DESC`,
    );
    this.#insertSummary = rows(database, `INSERT INTO ${blocks} VALUES (?, ?, ?, ?)`);
    this.#contents = rows(database, `SELECT heads, bodies FROM ${packed} WHERE block = ?`);
    this.#insertContents = rows(database, `INSERT INTO ${packed} VALUES (?, ?, ?)`);
    this.#oldestBlock = rows(
      database,
      `SELECT block FROM ${blocks} WHERE block < ?1 AND last_ms < ?2 ORDER BY block LIMIT 1`,
    );
    this.#deleteSummary = rows(database, `DELETE FROM ${blocks} WHERE block = ?`);
    this.#deleteContents = rows(database, `DELETE FROM ${packed} WHERE block = ?`);
    this.#deleteEntries = rows(database, `DELETE FROM ${entries} WHERE sequence BETWEEN ? AND ?`);
    this.#earliest = rows(
      database,
      `SELECT min(ms) FROM (SELECT min(first_ms) AS ms FROM ${blocks}
       UNION ALL SELECT min(at_ms) FROM ${entries} WHERE sequence >= ?)`,
    );
    const ask = (sql: string) => (rows(database, sql).get() as unknown as [number | null])[0] ?? undefined;
    this.#last = ask(`SELECT max(sequence) FROM ${entries}`) ?? 0;
    const newest = ask(`SELECT max(block) FROM ${blocks}`);
    this.#firstLoose =
      newest === undefined ? blockOf(ask(`SELECT min(sequence) FROM ${entries}`) ?? 1) : newest + 1;
    this.#packer = new BlockPacker(firstOf(this.#firstLoose));
  }

  get last(): number {
    return this.#last;
  }

  get earliestMs(): number | undefined {
    const [earliest] = this.#earliest.get(firstOf(this.#firstLoose)) as unknown as [number | null];
    return earliest ?? undefined;
  }

  /** To be written before anything else is asked of the log, and before the commit. */
  append(entry: KeptEntry): void {
    this.#unwritten.push(numbered(entry, ++this.#last));
  }

  get isWritten(): boolean {
    return this.#unwritten.length === 0;
  }

  /** All at once, since the code of one insertion then serves all of them while a core has it at hand. */
  write(): void {
    for (const { sequence, stream, atMs, labels, body } of this.#unwritten) {
      this.#insert.run(sequence, stream, atMs, labels, body);
    }
    for (const entry of this.#unwritten) {
      // What the packer has missed, it will read.
      if (entry.sequence === this.#packer.next && entry.sequence < firstOf(this.#firstLoose + 1)) {
        this.#packer.add(entry);
      }
    }
    this.#unwritten = [];
  }

  scan(range: LogRange): Appended[] {
    const last = Math.min(this.#last, (range.before ?? Number.POSITIVE_INFINITY) - 1);
    const found = this.#rowsIn(range, firstOf(this.#firstLoose), last, range.limit);
    if (found.length >= range.limit) return found;
    const { fromMs = -Infinity, toMs = Infinity } = range;
    const sought = soughtHash(range) ?? null;
    const candidates = this.#summaries.iterate(blockOf(last), fromMs, toMs, sought) as unknown as Iterable<
      [number]
    >;
    for (const [block] of candidates) {
      found.push(...this.#entriesOf(block, range, range.limit - found.length));
      if (found.length >= range.limit) break;
    }
    return found;
  }

  /** One block at a time; the newest stays, by which the numbering goes on. */
  trim(beforeMs: number): number {
    const oldest = this.#oldestBlock.get(blockOf(this.#last), beforeMs);
    if (oldest === undefined) return 0;
    const [block] = oldest as unknown as [number];
    this.#deleteSummary.run(block);
    this.#deleteContents.run(block);
    this.#deleteEntries.run(firstOf(block), firstOf(block + 1) - 1);
    return BLOCK_ENTRIES;
  }

  /** Whether there is a block that is full and has no summary. The newest entry stays a row. */
  get hasFullBlock(): boolean {
    return this.#last >= firstOf(this.#firstLoose + 1);
  }

  /** Reads a part of what the packer has missed of the first full block; false where there is nothing left. */
  readMissed(): boolean {
    const { next } = this.#packer;
    const end = firstOf(this.#firstLoose + 1);
    if (next === end) return false;
    this.#catchUp(Math.min(next + PART_ENTRIES, end));
    if (this.#packer.next === next) throw new DamagedLog(`entry ${next} of a log is not there`);
    return true;
  }

  #catchUp(end: number): void {
    const missed = this.#rowsIn({ limit: BLOCK_ENTRIES }, this.#packer.next, end - 1, BLOCK_ENTRIES);
    for (const entry of missed.reverse()) this.#packer.add(entry);
  }

  /** Puts the first full block, of which nothing is missed any more, in the place of its rows. */
  keepPacked(): void {
    const { firstMs, lastMs, hashes, heads, bodies } = this.#packer.packed();
    const block = this.#firstLoose;
    this.#insertSummary.run(block, firstMs, lastMs, hashes);
    this.#insertContents.run(block, heads, bodies);
    // To overwrite what is still here, packed, would write every entry a second time.
    this.#database.exec('PRAGMA secure_delete = FAST');
    try {
      this.#deleteEntries.run(firstOf(block), firstOf(block + 1) - 1);
    } finally {
      this.#database.exec('PRAGMA secure_delete = ON');
    }
    this.#firstLoose = block + 1;
    this.#packer = new BlockPacker(firstOf(block + 1));
    // So that it follows what comes next; where much has come meanwhile, that is read later.
    if (this.#last - this.#packer.first < PART_ENTRIES) this.#catchUp(this.#last + 1);
  }

  #entriesOf(block: number, range: LogRange, limit: number): Appended[] {
    const opened = this.#open.get(firstOf(block), () => {
      const packed = this.#contents.get(block) as unknown as [Uint8Array, Uint8Array] | undefined;
      return packed && new OpenBlock(this.#name, { heads: packed[0], bodies: packed[1] });
    });
    const last = Math.min(firstOf(block + 1), range.before ?? Number.POSITIVE_INFINITY) - 1;
    return opened?.scan(range, limit) ?? this.#rowsIn(range, firstOf(block), last, limit);
  }

  #rowsIn(range: LogRange, first: number, last: number, limit: number): Appended[] {
    const { fromMs = -Infinity, toMs = Infinity, stream = null, label } = range;
    const sought = label ? labelStart(label.name, label.value) : null;
    const found = this.#entries.all(first, last, fromMs, toMs, stream, sought, limit) as unknown as Row[];
    const log = this.#name;
    return found.map(([sequence, stream, atMs, labels, body]) => ({
      log,
      sequence,
      stream,
      atMs,
      labels,
      body,
    }));
  }
}
