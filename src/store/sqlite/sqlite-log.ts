import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Appended } from '../engine.ts';
import { encodeLabel } from '../log-entry.ts';
import type { LogRange } from '../store.ts';
import { quoted, rows } from './sqlite-table.ts';

type Row = [sequence: number, stream: string, atMs: number, labels: string, text: string];

/** One append-only log: a table in the order of its sequence numbers. */
export class SqliteLog {
  readonly #name: string;
  readonly #insert: StatementSync;
  readonly #scan: StatementSync;
  #last: number;

  constructor(database: DatabaseSync, log: string) {
    this.#name = log;
    const name = quoted(`${log}!log`);
    database.exec(
      `CREATE TABLE IF NOT EXISTS ${name} (sequence INTEGER PRIMARY KEY, stream TEXT, at_ms INTEGER, labels TEXT, entry TEXT)`,
    );
    this.#insert = rows(database, `INSERT INTO ${name} VALUES (?, ?, ?, ?, ?)`);
    this.#scan = rows(
      database,
      `SELECT sequence, stream, at_ms, labels, entry FROM ${name} WHERE sequence < ? AND at_ms BETWEEN ? AND ?
         AND (?4 IS NULL OR stream = ?4) AND (?5 IS NULL OR instr(labels, ?5)) ORDER BY sequence DESC LIMIT ?`,
    );
    this.#last =
      (rows(database, `SELECT max(sequence) FROM ${name}`).get() as unknown as [number | null])[0] ?? 0;
  }

  get last(): number {
    return this.#last;
  }

  append({ sequence, stream, atMs, labels, text }: Appended): void {
    this.#insert.run(sequence, stream, atMs, labels, text);
    this.#last = sequence;
  }

  scan({ before, fromMs, toMs, stream, label, limit }: LogRange): Appended[] {
    const found = this.#scan.all(
      before ?? Number.MAX_SAFE_INTEGER,
      fromMs ?? Number.MIN_SAFE_INTEGER,
      toMs ?? Number.MAX_SAFE_INTEGER,
      stream ?? null,
      label === undefined ? null : encodeLabel(label.name, label.value),
      limit,
    ) as unknown as Row[];
    return found.map(([sequence, stream, atMs, labels, text]) => ({
      log: this.#name,
      sequence,
      stream,
      atMs,
      labels,
      text,
    }));
  }
}
