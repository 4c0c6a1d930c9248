/**
 * The SQLite store beside bare node:sqlite with the same settings, doing the same by hand in the same run. A log keeps its entries
 * packed, and is looked up in without an index, as the bare table is.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import { openSqliteStore } from '../src/store/sqlite/sqlite-store.ts';
import { type LogEntry, type LogRange, log, type Store, table } from '../src/store/store.ts';
import type { Figure } from './figures.ts';
import { median, withOwnCpu } from './process.ts';

const ROUNDS = 5;
const RECORDS = 4000;
const LOG_ENTRIES = 100_000;
/** Each is used by 500 entries, five in each of a hundred blocks. */
const KEYS = 200;
const IDLE_MS = 500;
/** Entries before those that are looked up in. */
const BEFORE = 1_000_000;

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
    ResourceName: [`arn:aws:kms:us-east-1:123456789012:key/${n % KEYS}`],
  },
  body: { eventVersion: '1.11', userAgent: 'x'.repeat(900), requestID: n },
});

class Bare {
  readonly #database: DatabaseSync;
  readonly get;
  readonly #put;
  readonly #append;
  readonly #find;

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
    this.#find = this.#database.prepare(
      'SELECT body FROM trail WHERE instr(labels, ?) ORDER BY sequence DESC LIMIT ?',
    );
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

  find({ label, limit }: LookUp): unknown[] {
    const found = this.#find.all(`"${label.value}"`, limit) as { body: string }[];
    return found.map(({ body }) => JSON.parse(body));
  }

  close(): void {
    this.#database.close();
  }
}

type LookUp = Required<Pick<LogRange, 'label' | 'limit'>>;

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

interface Measured {
  readonly perSecond: number;
  readonly cpuUs: number;
}

/** What each of `count` operations took. */
async function measured(count: number, body: () => unknown): Promise<Measured> {
  const startedMs = performance.now();
  const cpuUs = await withOwnCpu(body);
  return { perSecond: (count / (performance.now() - startedMs)) * 1000, cpuUs: cpuUs / count };
}

const least = (runs: readonly Measured[]) => Math.min(...runs.map(({ cpuUs }) => cpuUs));

/** Rates are those in the middle, and processor time is the least of all rounds: machines have other work. */
async function compare(
  name: string,
  count: number,
  ours: (round: number) => unknown,
  bare: (round: number) => unknown,
): Promise<Figure> {
  const runs: Measured[] = [];
  const bareRuns: Measured[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    runs.push(await measured(count, () => ours(round)));
    bareRuns.push(await measured(count, () => bare(round)));
  }
  const [rate, bareRate] = [runs, bareRuns].map((each) => median(each.map(({ perSecond }) => perSecond)));
  const times = least(runs) / least(bareRuns);
  const figures = [
    shown(rate!),
    shown(bareRate!),
    (rate! / bareRate!).toFixed(2),
    least(runs).toFixed(1),
    least(bareRuns).toFixed(1),
    times.toFixed(2),
  ];
  console.log(name.padEnd(38) + figures.map((figure) => figure.padStart(12)).join(''));
  return { name: `store: ${name}`, yardstick: 'bare node:sqlite', times };
}

const shown = (value: number) => Math.round(value).toLocaleString('en-US');

export async function storeBench(): Promise<Figure[]> {
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
    const titles = ['store/s', 'bare/s', 'ratio', 'cpu us', 'bare us', 'times'];
    console.log(' '.repeat(38) + titles.map((title) => title.padStart(12)).join(''));
    const figures: Figure[] = [];
    for (const { name, count, ours, bare: byHand } of cases) {
      const from = (round: number) => RECORDS + round * count;
      figures.push(
        await compare(
          name,
          count,
          (round) => ours(store, from(round)),
          (round) => byHand(bare, from(round)),
        ),
      );
    }
    return [...figures, ...(await lookUps(store, bare))];
  } finally {
    await store.close();
    bare.close();
    rmSync(directory, { recursive: true });
  }
}

const LOOK_UPS: Readonly<Record<string, LookUp>> = {
  'look-up of 50 by a common name': { label: { name: 'EventName', value: 'Encrypt' }, limit: 50 },
  'look-up of one by its id': {
    label: { name: 'EventId', value: entry(BEFORE + LOG_ENTRIES / 2).labels.EventId as string },
    limit: 1,
  },
  'look-up of 500 of one key': {
    label: { name: 'ResourceName', value: (entry(7).labels.ResourceName as readonly string[])[0]! },
    limit: 500,
  },
  'look-up of a name that is nowhere': { label: { name: 'EventName', value: 'DeleteAlias' }, limit: 50 },
};

/** So many entries at once are packed beside the calls, as the disk allows: this waits until nothing more is done. */
async function idle(): Promise<void> {
  let cpuUs: number;
  do {
    const before = process.cpuUsage();
    await setTimeout(IDLE_MS);
    const { user, system } = process.cpuUsage(before);
    cpuUs = user + system;
  } while (cpuUs > (IDLE_MS * 1000) / 10);
}

async function lookUps(store: Store, bare: Bare): Promise<Figure[]> {
  for (let from = BEFORE; from < BEFORE + LOG_ENTRIES; from += 1000) {
    await store.transact(async (tx) => {
      for (let n = from; n < from + 1000; n++) tx.append(trail, entry(n));
    });
    bare.commit(() => {
      for (let n = from; n < from + 1000; n++) bare.append(entry(n));
    });
  }
  await idle();
  const figures: Figure[] = [];
  for (const [name, lookUp] of Object.entries(LOOK_UPS)) {
    const ours = () => store.read((tx) => tx.scan(trail, lookUp));
    if ((await ours()).length !== bare.find(lookUp).length) throw new Error(`${name} finds other entries`);
    figures.push(await compare(name, 1, ours, () => bare.find(lookUp)));
  }
  return figures;
}

if (import.meta.main) await storeBench();
