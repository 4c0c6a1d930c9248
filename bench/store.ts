/** The SQLite store beside bare node:sqlite with the same settings, doing the same by hand in the same run. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openSqliteStore } from '../src/store/sqlite/sqlite-store.ts';
import { type LogEntry, log, type Store, table } from '../src/store/store.ts';

const ROUNDS = 5;
const RECORDS = 4000;
const LOG_ENTRIES = 100_000;

interface Row {
  readonly id: string;
  readonly owner: string;
  readonly text: string;
}

const rows = table<Row>()({
  name: 'bench.rows',
  key: (row) => [row.id],
  indexes: { byOwner: (row) => [[row.owner]] },
});
const trail = log('bench.trail');

const row = (n: number): Row => ({ id: `row-${n}`, owner: `owner-${n % 50}`, text: 'x'.repeat(400) });

/** About as large, and as labelled, as the CloudTrail record of a KMS call. */
const entry = (n: number): LogEntry => ({
  stream: '123456789012/us-east-1',
  atMs: 1_700_000_000_000 + n,
  labels: {
    EventId: `${n.toString(16).padStart(8, '0')}-12ab-34cd-56ef-1234567890ab`,
    EventName: n === 1 ? 'CreateGrant' : 'Encrypt',
    EventSource: 'kms.amazonaws.com',
    Username: 'john',
    ReadOnly: 'true',
    ResourceName: [`arn:aws:kms:us-east-1:123456789012:key/${n % 100}`],
  },
  body: { eventVersion: '1.11', userAgent: 'x'.repeat(900), requestID: n },
});

class Bare {
  readonly #database: DatabaseSync;
  readonly get;
  readonly #put;
  readonly #append;

  constructor(file: string) {
    this.#database = new DatabaseSync(file);
    this.#database.exec(
      'PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL',
    );
    this.#database.exec('CREATE TABLE rows (id TEXT PRIMARY KEY, owner TEXT, record TEXT) WITHOUT ROWID');
    this.#database.exec('CREATE INDEX by_owner ON rows (owner)');
    this.#database.exec(
      'CREATE TABLE trail (sequence INTEGER PRIMARY KEY, stream TEXT, at_ms INTEGER, labels TEXT, body TEXT)',
    );
    this.get = this.#database.prepare('SELECT record FROM rows WHERE id = ?');
    this.#put = this.#database.prepare('INSERT OR REPLACE INTO rows VALUES (?, ?, ?)');
    this.#append = this.#database.prepare('INSERT INTO trail VALUES (NULL, ?, ?, ?, ?)');
  }

  commit(body: () => void): void {
    this.#database.exec('BEGIN');
    body();
    this.#database.exec('COMMIT');
  }

  put(record: Row): void {
    this.#put.run(record.id, record.owner, JSON.stringify(record));
  }

  append({ stream, atMs, labels, body }: LogEntry): void {
    this.#append.run(stream, atMs, JSON.stringify(labels), JSON.stringify(body));
  }

  close(): void {
    this.#database.close();
  }
}

interface Case {
  readonly name: string;
  /** Operations per round. */
  readonly count: number;
  readonly ours: (store: Store, from: number) => Promise<unknown>;
  readonly bare: (bare: Bare, from: number) => unknown;
}

async function each(count: number, body: (n: number) => Promise<unknown>): Promise<void> {
  for (let n = 0; n < count; n++) await body(n);
}

const putRow = (store: Store, n: number) => store.transact(async (tx) => tx.put(rows, row(n)));

const cases: readonly Case[] = [
  {
    name: 'point reads of cached records',
    count: 50_000,
    ours: (store) => each(50_000, (n) => store.read((tx) => tx.get(rows, [`row-${n % 1000}`]))),
    bare: (bare) => {
      for (let n = 0; n < 50_000; n++)
        JSON.parse((bare.get.get(`row-${n % 1000}`) as { record: string }).record);
    },
  },
  {
    name: 'commits of one row, one at a time',
    count: 300,
    ours: (store, from) => each(300, (n) => putRow(store, from + n)),
    bare: (bare, from) => {
      for (let n = 0; n < 300; n++) bare.commit(() => bare.put(row(from + n)));
    },
  },
  {
    name: 'commits of one row, 16 callers',
    count: 1600,
    ours: (store, from) =>
      Promise.all(Array.from({ length: 16 }, (_, c) => each(100, (n) => putRow(store, from + c * 100 + n)))),
    bare: (bare, from) => {
      for (let n = 0; n < 1600; n++) bare.commit(() => bare.put(row(from + n)));
    },
  },
  {
    name: 'rows, 100 to a commit',
    count: 5000,
    ours: (store, from) =>
      each(50, (c) =>
        store.transact(async (tx) => {
          for (let n = 0; n < 100; n++) tx.put(rows, row(from + c * 100 + n));
        }),
      ),
    bare: (bare, from) => {
      for (let c = 0; c < 50; c++) {
        bare.commit(() => {
          for (let n = 0; n < 100; n++) bare.put(row(from + c * 100 + n));
        });
      }
    },
  },
  {
    name: 'log entries, 100 callers',
    count: 10_000,
    ours: (store, from) =>
      Promise.all(
        Array.from({ length: 100 }, (_, c) =>
          each(100, (n) => store.transact(async (tx) => tx.append(trail, entry(from + c * 100 + n)))),
        ),
      ),
    bare: (bare, from) => {
      for (let c = 0; c < 100; c++) {
        bare.commit(() => {
          for (let n = 0; n < 100; n++) bare.append(entry(from + c * 100 + n));
        });
      }
    },
  },
];

async function perSecond(count: number, body: () => unknown): Promise<number> {
  const startedMs = performance.now();
  await body();
  return (count / (performance.now() - startedMs)) * 1000;
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] as number;
const shown = (value: number) => Math.round(value).toLocaleString('en-US').padStart(11);

export async function storeBench(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-bench-'));
  const store = openSqliteStore({ file: join(directory, 'store.db') });
  const bare = new Bare(join(directory, 'bare.db'));
  try {
    await store.transact(async (tx) => {
      for (let n = 0; n < RECORDS; n++) tx.put(rows, row(n));
    });
    bare.commit(() => {
      for (let n = 0; n < RECORDS; n++) bare.put(row(n));
    });
    console.log(
      `${'store, per second'.padEnd(38)}${'store'.padStart(11)}${'bare sqlite'.padStart(13)}    ratio`,
    );
    for (const { name, count, ours, bare: byHand } of cases) {
      const figures: [number, number][] = [];
      for (let round = 0; round < ROUNDS; round++) {
        const from = RECORDS + round * count;
        figures.push([
          await perSecond(count, () => ours(store, from)),
          await perSecond(count, () => byHand(bare, from)),
        ]);
      }
      const [a, b] = [median(figures.map(([value]) => value)), median(figures.map(([, value]) => value))];
      console.log(`${name.padEnd(38)}${shown(a)}${shown(b).padStart(13)}${(a / b).toFixed(2).padStart(9)}`);
    }
    await lookUps(store);
  } finally {
    await store.close();
    bare.close();
    rmSync(directory, { recursive: true });
  }
}

async function lookUps(store: Store): Promise<void> {
  await each(LOG_ENTRIES / 1000, (c) =>
    store.transact(async (tx) => {
      for (let n = 0; n < 1000; n++) tx.append(trail, entry(1_000_000 + c * 1000 + n));
    }),
  );
  for (const [name, value] of [
    ['EventName', 'Encrypt'],
    ['EventId', entry(RECORDS).labels.EventId as string],
    ['EventName', 'DeleteAlias'],
  ] as const) {
    const timesMs: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const startedMs = performance.now();
      await store.read((tx) => tx.scan(trail, { label: { name, value }, limit: 50 }));
      timesMs.push(performance.now() - startedMs);
    }
    const what = `look-up of ${name} ${value.slice(0, 12)}`;
    console.log(
      `${what.padEnd(38)}${median(timesMs).toFixed(2).padStart(11)} ms among ${LOG_ENTRIES / 1000}k and more`,
    );
  }
}

if (import.meta.main) await storeBench();
