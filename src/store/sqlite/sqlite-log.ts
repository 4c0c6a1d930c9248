/** A log in SQLite: its newest entries as rows, older ones in blocks with a summary by which scans skip them. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Appended } from '../engine.ts';
import { labelStart, labelStarts } from '../log-entry.ts';
import type { LogRange } from '../store.ts';
import { quoted, rows } from './sqlite-table.ts';

/** Entries per block. Block n holds the sequence numbers from n * BLOCK + 1. */
const BLOCK = 512;

type Row = [sequence: number, stream: string, atMs: number, labels: string, body: string];

/**
 * One append-only log: a table of entries in the order of their sequence numbers, and for each full block of
 * them one row that tells what a scan would look for in vain: the times it spans, and the hashes of its streams and
 * labels. That costs an append a few microseconds where an index by label would cost as many random pages as there
 * are labels, and still a scan passes over the blocks without a match at about 10 us each.
 */
export class SqliteLog {
  readonly #name: string;
  readonly #insert: StatementSync;
  readonly #entries: StatementSync;
  readonly #blocks: StatementSync;
  readonly #insertBlock: StatementSync;
  readonly #blockContents: StatementSync;
  readonly #oldestBlock: StatementSync;
  readonly #deleteBlock: StatementSync;
  readonly #deleteEntries: StatementSync;
  #last: number;

  constructor(database: DatabaseSync, log: string) {
    this.#name = log;
    const entries = quoted(`${log}!entries`);
    const blocks = quoted(`${log}!blocks`);
    database.exec(`
      CREATE TABLE IF NOT EXISTS ${entries} (sequence INTEGER PRIMARY KEY, stream TEXT NOT NULL, at_ms INTEGER NOT NULL, labels TEXT NOT NULL, body TEXT);
      CREATE TABLE IF NOT EXISTS ${blocks} (block INTEGER PRIMARY KEY, first_ms INTEGER NOT NULL, last_ms INTEGER NOT NULL, hashes BLOB NOT NULL)`);
    this.#insert = rows(database, `INSERT INTO ${entries} VALUES (?, ?, ?, ?, ?)`);
    this.#entries = rows(
      database,
      `SELECT sequence, stream, at_ms, labels, body FROM ${entries}
       WHERE sequence BETWEEN ?1 AND ?2 AND at_ms BETWEEN ?3 AND ?4
         AND (?5 IS NULL OR stream = ?5) AND (?6 IS NULL OR instr(labels, ?6))
       ORDER BY sequence DESC LIMIT ?7`,
    );
    this.#blocks = rows(
      database,
      `SELECT block FROM ${blocks} WHERE block <= ?1 AND last_ms >= ?2 AND first_ms <= ?3
         AND (?4 IS NULL OR instr(hashes, ?4)) ORDER BY block DESC`,
    );
    this.#insertBlock = rows(database, `INSERT INTO ${blocks} VALUES (?, ?, ?, ?)`);
    this.#blockContents = rows(
      database,
      `SELECT stream, at_ms, labels FROM ${entries} WHERE sequence BETWEEN ? AND ?`,
    );
    this.#oldestBlock = rows(
      database,
      `SELECT block FROM ${blocks} WHERE block < ?1 AND last_ms < ?2 ORDER BY block LIMIT 1`,
    );
    this.#deleteBlock = rows(database, `DELETE FROM ${blocks} WHERE block = ?`);
    this.#deleteEntries = rows(database, `DELETE FROM ${entries} WHERE sequence BETWEEN ? AND ?`);
    const [last] = rows(database, `SELECT max(sequence) FROM ${entries}`).get() as unknown as [number | null];
    this.#last = last ?? 0;
  }

  get last(): number {
    return this.#last;
  }

  append({ sequence, stream, atMs, labels, body }: Appended): void {
    this.#insert.run(sequence, stream, atMs, labels, body);
    this.#last = sequence;
    if (sequence % BLOCK === 0) this.#summarize(sequence / BLOCK - 1);
  }

  scan(range: LogRange): Appended[] {
    const last = Math.min(this.#last, (range.before ?? Number.POSITIVE_INFINITY) - 1);
    const lastBlock = Math.floor((last - 1) / BLOCK);
    const found = this.#matches(range, lastBlock * BLOCK + 1, last, range.limit);
    if (found.length >= range.limit || lastBlock <= 0) return found;
    const { fromMs = -Infinity, toMs = Infinity, stream, label } = range;
    const hash = soughtHash(stream, label && labelStart(label.name, label.value));
    const candidates = this.#blocks.iterate(lastBlock - 1, fromMs, toMs, hash) as unknown as Iterable<
      [number]
    >;
    for (const [block] of candidates) {
      const wanted = range.limit - found.length;
      found.push(...this.#matches(range, block * BLOCK + 1, (block + 1) * BLOCK, wanted));
      if (found.length >= range.limit) break;
    }
    return found;
  }

  /** One block at a time; the newest stays, by which the numbering goes on. */
  trim(beforeMs: number): number {
    const oldest = this.#oldestBlock.get(Math.floor((this.#last - 1) / BLOCK), beforeMs);
    if (oldest === undefined) return 0;
    const [block] = oldest as unknown as [number];
    this.#deleteBlock.run(block);
    return Number(this.#deleteEntries.run(block * BLOCK + 1, (block + 1) * BLOCK).changes);
  }

  #matches(range: LogRange, first: number, last: number, limit: number): Appended[] {
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

  #summarize(block: number): void {
    let firstMs = Infinity;
    let lastMs = -Infinity;
    const hashes = new Set<number>();
    const contents = this.#blockContents.all(block * BLOCK + 1, (block + 1) * BLOCK);
    for (const [stream, atMs, labels] of contents as unknown as [string, number, string][]) {
      firstMs = Math.min(firstMs, atMs);
      lastMs = Math.max(lastMs, atMs);
      const streamHash = fnv1a(stream);
      hashes.add(streamHash);
      for (const label of labelStarts(labels)) {
        const labelHash = fnv1a(label);
        hashes.add(labelHash).add(both(streamHash, labelHash));
      }
    }
    this.#insertBlock.run(block, firstMs, lastMs, hashBytes(hashes));
  }
}

/** The hash of what a scan looks for: a stream, a label in any stream, or a label in one stream. */
function soughtHash(stream: string | undefined, label: string | undefined): Uint8Array | null {
  if (stream === undefined) return label === undefined ? null : hashBytes([fnv1a(label)]);
  return hashBytes([label === undefined ? fnv1a(stream) : both(fnv1a(stream), fnv1a(label))]);
}

function both(streamHash: number, labelHash: number): number {
  return Math.imul(streamHash ^ labelHash, FNV_PRIME) >>> 0;
}

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** FNV-1a, 32 bits, over UTF-16 units. A false match only costs the look into a block. Part of the file's layout. */
function fnv1a(text: string): number {
  let hash = FNV_OFFSET;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), FNV_PRIME);
  return hash >>> 0;
}

function hashBytes(hashes: Iterable<number>): Uint8Array {
  return new Uint8Array(Uint32Array.from(hashes).buffer);
}
