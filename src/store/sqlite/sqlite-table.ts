/**
 * One table of records, (key, JSON), and for each index a table of (position, length of the record's key): a position
 * ends in the key of its record.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { AnyTable } from '../engine.ts';
import { indexPositions } from '../index-positions.ts';
import type { Span } from '../key.ts';

export class SqliteTable {
  readonly #get: StatementSync;
  readonly #put: StatementSync;
  readonly #delete: StatementSync;
  readonly #keys: Walk;
  readonly #indexes = new Map<string, IndexStatements>();
  /** Every decision asks whether there is an organization, and mostly there never was: no need to ask SQLite thrice a call. */
  #neverHeldAny: boolean;

  /** Creates what the file does not have yet; an index new to an old table is filled from its records. */
  constructor(database: DatabaseSync, table: AnyTable) {
    const name = quoted(table.name);
    database.exec(
      `CREATE TABLE IF NOT EXISTS ${name} (key TEXT PRIMARY KEY, record TEXT NOT NULL) WITHOUT ROWID`,
    );
    this.#get = rows(database, `SELECT record FROM ${name} WHERE key = ?`);
    this.#put = rows(
      database,
      `INSERT INTO ${name} VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET record = excluded.record`,
    );
    this.#delete = rows(database, `DELETE FROM ${name} WHERE key = ?`);
    this.#keys = walk(database, 'key, length(key)', name, 'key');
    this.#neverHeldAny = rows(database, `SELECT 1 FROM ${name} LIMIT 1`).get() === undefined;
    const missing: string[] = [];
    for (const index of Object.keys(table.indexes)) {
      const indexName = quoted(`${table.name}#${index}`);
      if (!exists(database, `${table.name}#${index}`)) missing.push(index);
      database.exec(
        `CREATE TABLE IF NOT EXISTS ${indexName} (position TEXT PRIMARY KEY, key_length INTEGER NOT NULL) WITHOUT ROWID`,
      );
      this.#indexes.set(index, {
        walk: walk(database, 'position, key_length', indexName, 'position'),
        add: rows(database, `INSERT OR REPLACE INTO ${indexName} VALUES (?, ?)`),
        remove: rows(database, `DELETE FROM ${indexName} WHERE position = ?`),
      });
    }
    if (missing.length > 0) this.#fill(database, table, missing);
  }

  get(key: string): string | undefined {
    return (this.#get.get(key) as [string] | undefined)?.[0];
  }

  put(key: string, record: string): void {
    this.#neverHeldAny = false;
    this.#put.run(key, record);
  }

  delete(key: string): void {
    this.#delete.run(key);
  }

  index(index: string, position: string, key: string): void {
    this.#statements(index).add.run(position, key.length);
  }

  unindex(index: string, position: string): void {
    this.#statements(index).remove.run(position);
  }

  /** (position, key) in the order of an index, or of the keys themselves. */
  walk(index: string | undefined, { from, to, reverse, limit }: Span): [string, string][] {
    const walk = index === undefined ? this.#keys : this.#statements(index).walk;
    if (this.#neverHeldAny) return [];
    const statement = reverse ? walk.descending : walk.ascending;
    const found = statement.all(from, to, Number.isFinite(limit) ? limit : -1) as unknown as [
      string,
      number,
    ][];
    return found.map(([position, length]) => [position, position.slice(position.length - length)]);
  }

  #statements(index: string): IndexStatements {
    const statements = this.#indexes.get(index);
    if (statements === undefined) throw new TypeError(`there is no index ${index}`);
    return statements;
  }

  #fill(database: DatabaseSync, table: AnyTable, missing: readonly string[]): void {
    const all = rows(database, `SELECT key, record FROM ${quoted(table.name)}`).iterate();
    for (const [key, text] of all as unknown as Iterable<[string, string]>) {
      for (const { index, position } of indexPositions(table, key, JSON.parse(text))) {
        if (missing.includes(index)) this.index(index, position, key);
      }
    }
  }
}

interface IndexStatements {
  readonly walk: Walk;
  readonly add: StatementSync;
  readonly remove: StatementSync;
}

interface Walk {
  readonly ascending: StatementSync;
  readonly descending: StatementSync;
}

function walk(database: DatabaseSync, columns: string, name: string, by: string): Walk {
  const select = `SELECT ${columns} FROM ${name} WHERE ${by} >= ? AND ${by} < ? ORDER BY ${by}`;
  return {
    ascending: rows(database, `${select} LIMIT ?`),
    descending: rows(database, `${select} DESC LIMIT ?`),
  };
}

/** A statement whose rows come as arrays: objects cost twice as much to build. */
export function rows(database: DatabaseSync, sql: string): StatementSync {
  const statement = database.prepare(sql);
  statement.setReturnArrays(true);
  return statement;
}

function exists(database: DatabaseSync, name: string): boolean {
  return database.prepare('SELECT 1 FROM sqlite_schema WHERE name = ?').get(name) !== undefined;
}

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
