import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, type TestContext, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { FileSync } from '../../src/platform/disk.ts';
import { databaseDamage, openDatabase, storeFailure } from '../../src/store/sqlite/database.ts';
import { RecordCache } from '../../src/store/sqlite/record-cache.ts';
import { openSqliteStore, SqliteEngine } from '../../src/store/sqlite/sqlite-store.ts';
import { WriteAheadLog } from '../../src/store/sqlite/write-ahead-log.ts';
import { type Key, log, type Store, table } from '../../src/store/store.ts';
import type { StoreFailure } from '../../src/store/store-failure.ts';
import { TransactionalStore } from '../../src/store/transactions.ts';

interface Row {
  readonly id: string;
  readonly text: string;
  readonly marks?: readonly { readonly at: number }[];
}

const rows = table<Row>()({ name: 'test.rows', key: (row) => [row.id] });
const trail = log('test.trail');

function temporaryFile(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-sqlite-'));
  t.after(() => rmSync(directory, { recursive: true }));
  return join(directory, 'data', 'latchkey.db');
}

const put = (store: Store, id: string, text = '') => store.transact(async (tx) => tx.put(rows, { id, text }));
const list = (store: Store) => store.read(async (tx) => (await tx.list(rows)).map((row) => row.id));

describe('the file', () => {
  test('and its directory are for the owner alone', async (t) => {
    const file = temporaryFile(t);
    const store = openSqliteStore({ file });
    await put(store, 'a');
    const directory = join(file, '..');
    assert.equal(statSync(directory).mode & 0o777, 0o700);
    assert.deepEqual(readdirSync(directory).sort(), ['latchkey.db', 'latchkey.db-wal']);
    for (const name of readdirSync(directory))
      assert.equal(statSync(join(directory, name)).mode & 0o777, 0o600);
    await store.close();
  });

  test('says whose it is, and of which layout: versions to come open it by that', async (t) => {
    const file = temporaryFile(t);
    await openSqliteStore({ file }).close();
    // https://www.sqlite.org/fileformat.html#the_database_header: user version, then application id
    const header = readFileSync(file);
    assert.deepEqual([header.readUInt32BE(60), header.toString('latin1', 68, 72)], [2, 'LKEY']);
    assert.equal(header.readUInt16BE(16), 8192, 'the size of a page');
  });

  test('that others could read before is for the owner alone once it is opened', async (t) => {
    const file = temporaryFile(t);
    const first = openSqliteStore({ file });
    await put(first, 'a');
    await first.close();
    chmodSync(file, 0o644);
    const again = openSqliteStore({ file });
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.deepEqual(await list(again), ['a']);
    await again.close();
  });

  test('is refused to a second opener, in this process or another, until the first has closed', async (t) => {
    const file = temporaryFile(t);
    const first = openSqliteStore({ file });
    assert.throws(() => openSqliteStore({ file }), /latchkey\.db is in use by another process/);
    const module = new URL('../../src/store/sqlite/sqlite-store.ts', import.meta.url).href;
    const open = `import('${module}').then((m) => m.openSqliteStore({ file: process.argv[1] })).catch((e) => { console.log(e.message); })`;
    const second = spawnSync(process.execPath, ['-e', open, file], { encoding: 'utf8' });
    assert.match(second.stdout, /in use by another process/);
    await put(first, 'a');
    await first.close();
    const third = openSqliteStore({ file });
    assert.deepEqual(await list(third), ['a']);
    await third.close();
  });

  test('is refused when it is no database, a damaged one, a foreign one or one of another version', async (t) => {
    const file = temporaryFile(t);
    await openSqliteStore({ file }).close();
    writeFileSync(file, 'not a database '.repeat(1000));
    assert.throws(() => openSqliteStore({ file }), /is damaged, or not a database/);

    const change = (sql: string) => {
      const database = new DatabaseSync(file);
      database.exec(sql);
      database.close();
    };
    for (const theirs of ['CREATE TABLE a (b)', 'PRAGMA application_id = 1', 'PRAGMA user_version = 2']) {
      rmSync(file);
      change(theirs);
      assert.throws(
        () => openSqliteStore({ file }),
        /^Error: \S+\/latchkey\.db is a SQLite database, but not one of Latchkey's$/,
        theirs,
      );
    }

    rmSync(file);
    await openSqliteStore({ file }).close();
    for (const layout of [0, 3, 99]) {
      change(`PRAGMA user_version = ${layout}`);
      const message = new RegExp(
        `another version of Latchkey: its layout is ${layout}, this version knows 2`,
      );
      assert.throws(() => openSqliteStore({ file }), message);
    }
    // It is not held by who refused it.
    change('PRAGMA user_version = 2');
    assert.deepEqual(databaseDamage(file), []);
    await openSqliteStore({ file }).close();
  });

  test('holds nothing of what was deleted', async (t) => {
    const file = temporaryFile(t);
    const store = openSqliteStore({ file });
    const entry = { stream: 's', atMs: 1, labels: {}, body: '' };
    for (const secret of ['secret one ', 'secret two ']) {
      // Of many pages.
      await put(store, 'a', secret.repeat(5000));
      await store.transact(async (tx) => tx.delete(rows, ['a']));
      // Full blocks are packed in between.
      await store.transact(async (tx) => {
        for (let count = 0; count < 600; count++) tx.append(trail, entry);
      });
      await turns(60);
    }
    await store.close();
    assert.equal(readFileSync(file).indexOf('secret'), -1);
  });

  test('keeps everything across a close: records, indexes, logs and their numbering', async (t) => {
    const file = temporaryFile(t);
    for (let round = 1; round <= 3; round++) {
      const store = openSqliteStore({ file });
      await store.transact(async (tx) => {
        tx.put(rows, { id: `row-${round}`, text: 'ü\u0000', marks: [{ at: 1 }] });
        tx.append(trail, { stream: 's', atMs: round, labels: {}, body: round });
      });
      await store.close();
    }
    const store = openSqliteStore({ file });
    assert.deepEqual(await list(store), ['row-1', 'row-2', 'row-3']);
    const read = () => store.read((tx) => tx.get(rows, ['row-1']));
    const first = await read();
    assert.equal(first?.text, 'ü\u0000');
    for (const part of [first, first.marks, first.marks?.[0]]) assert.ok(Object.isFrozen(part));
    assert.equal(await read(), await read(), 'what is derived from a record is kept beside it');
    const entries = await store.read((tx) => tx.scan(trail, { limit: 9 }));
    assert.deepEqual(
      entries.map((entry) => [entry.sequence, entry.body]),
      [
        [3, 3],
        [2, 2],
        [1, 1],
      ],
    );
    await store.close();
  });
});

describe('an index that is new to a table', () => {
  const indexed = (byText: (row: Row) => Key[]) =>
    table<Row>()({ name: rows.name, key: rows.key, indexes: { byText } });

  test('is filled from the records that are there', async (t) => {
    const file = temporaryFile(t);
    const before = openSqliteStore({ file });
    await put(before, 'a', 'x');
    await put(before, 'b', 'y');
    await before.close();
    const store = openSqliteStore({ file });
    const found = await store.read((tx) =>
      tx.find(
        indexed((row) => [[row.text]]),
        'byText',
        { prefix: ['y'] },
      ),
    );
    assert.deepEqual(found, [{ id: 'b', text: 'y' }]);
    await store.close();
  });

  test('is not taken for whole when filling it failed', async (t) => {
    const file = temporaryFile(t);
    const before = openSqliteStore({ file });
    await put(before, 'a', 'x');
    await before.close();
    const store = openSqliteStore({ file });
    const faulty = indexed(() => {
      throw new Error('faulty index');
    });
    await assert.rejects(
      store.read((tx) => tx.find(faulty, 'byText')),
      /faulty index/,
    );
    assert.equal(
      (
        await store.read((tx) =>
          tx.find(
            indexed((row) => [[row.text]]),
            'byText',
          ),
        )
      ).length,
      1,
    );
    await store.close();
  });
});

const turns = async (count: number) => {
  for (let at = 0; at < count; at++) await new Promise((resolve) => setImmediate(resolve));
};

const until = async (isSo: () => boolean) => {
  while (!isSo()) await turns(1);
};

/** A store whose syncs of the log take until the test lets them end. */
async function heldBack(t: TestContext) {
  const file = temporaryFile(t);
  const syncs: PromiseWithResolvers<void>[] = [];
  let isHeld = true;
  const log: FileSync = {
    sync() {
      if (!isHeld) return Promise.resolve();
      const sync = Promise.withResolvers<void>();
      syncs.push(sync);
      return sync.promise;
    },
    syncNow() {},
    close() {},
  };
  const reported: (StoreFailure | undefined)[] = [];
  const engine = new SqliteEngine(openDatabase(file), {
    file,
    onFailure: (failure) => reported.push(failure),
    openSyncs: () => ({ log, pages: log }),
  });
  const store = new TransactionalStore(engine);
  t.after(() => {
    isHeld = false;
    for (const sync of syncs) sync.resolve();
    return store.close();
  });
  return { store, syncs, reported };
}

/** A store whose next commit can be made to fail, by a foreign key that is only checked then. */
async function fragile(t: TestContext) {
  const file = temporaryFile(t);
  const database = openDatabase(file);
  database.exec('CREATE TABLE parent (id INTEGER PRIMARY KEY)');
  database.exec('CREATE TABLE child (id REFERENCES parent DEFERRABLE INITIALLY DEFERRED)');
  const failures: (StoreFailure | undefined)[] = [];
  const engine = new SqliteEngine(database, { file, onFailure: (failure) => failures.push(failure) });
  const store = new TransactionalStore(engine);
  await put(store, 'kept', 'before');
  t.after(() => store.close());
  return { store, database, failures, spoil: () => database.exec('INSERT INTO child VALUES (7)') };
}

describe('a commit', () => {
  test('is shared by all that comes while the disk syncs, and acknowledged once a sync that began after it has ended', async (t) => {
    const { store, syncs } = await heldBack(t);
    const acknowledged: string[] = [];
    const acknowledge = (what: string) => () => void acknowledged.push(what);
    const first = [put(store, 'a').then(acknowledge('a')), put(store, 'b').then(acknowledge('b'))];
    await until(() => syncs.length === 1);
    const later = Array.from({ length: 10 }, (_, i) => put(store, `row-${i}`).then(acknowledge('later')));
    await turns(20);
    assert.equal((await store.readAhead((tx) => tx.list(rows))).length, 12);
    // Whoever has seen what is not durable yet waits for it too, also where nothing was written.
    const seen = [
      list(store).then(acknowledge('read')),
      store.transact((tx) => tx.list(rows)).then(acknowledge('transaction')),
      store.durable().then(acknowledge('durable')),
    ];
    await turns(20);
    assert.deepEqual([acknowledged, syncs.length], [[], 1]);
    syncs[0]?.resolve();
    await Promise.all(first);
    await until(() => syncs.length === 2);
    await turns(20);
    assert.deepEqual(acknowledged, ['a', 'b']);
    syncs[1]?.resolve();
    await Promise.all([...later, ...seen]);
    await turns(20);
    assert.equal(syncs.length, 2);
    await store.transact((tx) => tx.list(rows));
    const trimmed = store.trim(trail, 1).then(acknowledge('trimmed'));
    await turns(20);
    assert.deepEqual([syncs.length, acknowledged.includes('trimmed')], [3, false]);
    syncs[2]?.resolve();
    await trimmed;
  });

  test('that fails rejects every member, and the state is that of before', async (t) => {
    const { store, spoil } = await fragile(t);
    const before = await store.read((tx) => tx.get(rows, ['kept']));
    const generation = store.generation(rows.name);
    const members = [
      put(store, 'kept', 'after'),
      put(store, 'new'),
      store.transact(async (tx) => tx.append(trail, { stream: 's', atMs: 1, labels: {}, body: 'lost' })),
      store.transact(async (tx) =>
        tx.put(table<Row>()({ name: 'test.fresh', key: (row) => [row.id] }), { id: '', text: '' }),
      ),
      store.transact(async (tx) => {
        assert.equal((await tx.get(rows, ['kept']))?.text, 'after');
        assert.equal((await tx.list(rows)).length, 2);
        spoil();
      }),
    ];
    const outcomes = await Promise.allSettled(members);
    assert.deepEqual(
      outcomes.map((outcome) => outcome.status),
      Array(5).fill('rejected'),
    );
    assert.deepEqual(await list(store), ['kept']);
    assert.deepEqual(await store.read((tx) => tx.get(rows, ['kept'])), before);
    assert.deepEqual(await store.read((tx) => tx.scan(trail, { limit: 9 })), []);
    assert.ok(store.generation(rows.name) > generation);
  });

  test('that fails takes with it a transaction under way that had read what it took back', async (t) => {
    const { store, spoil } = await fragile(t);
    const failing = put(store, 'kept', 'after');
    const underWay = store.transact(async (tx) => {
      const text = (await tx.get(rows, ['kept']))?.text;
      spoil();
      await failing.catch(() => {});
      tx.put(rows, { id: 'copy', text: text as string });
    });
    await assert.rejects(failing, /FOREIGN KEY/);
    await assert.rejects(underWay, /rolled back/);
    assert.deepEqual(await list(store), ['kept']);
  });

  test('works again after one that failed, for new tables and logs too', async (t) => {
    const { store, spoil } = await fragile(t);
    const append = (body: number) =>
      store.transact(async (tx) => {
        tx.append(trail, { stream: 's', atMs: 1, labels: {}, body });
        if (body === 1) spoil();
        tx.put(rows, { id: `row-${body}`, text: '' });
      });
    const failing = append(1);
    await assert.rejects(
      failing.then(() => store.transact(async (tx) => tx.list(rows))),
      /FOREIGN KEY/,
    );
    await append(2);
    const entries = await store.read((tx) => tx.scan(trail, { limit: 9 }));
    assert.deepEqual(
      entries.map((entry) => [entry.sequence, entry.body]),
      [[1, 2]],
    );
    assert.deepEqual(await list(store), ['kept', 'row-2']);
  });

  test('for which the disk has no room is refused whole, and the store goes on', async (t) => {
    const { store, database, failures } = await fragile(t);
    const { page_count: pages } = database.prepare('PRAGMA page_count').get() as { page_count: number };
    database.exec(`PRAGMA max_page_count = ${pages + 2}`);
    await assert.rejects(put(store, 'large', 'x'.repeat(100_000)), { kind: 'full' });
    await assert.rejects(put(store, 'large', 'x'.repeat(100_000)), { kind: 'full' });
    assert.deepEqual(await list(store), ['kept']);
    await put(store, 'small');
    assert.deepEqual(await list(store), ['kept', 'small']);
    // Once when it began, once when it was over.
    assert.deepEqual(
      failures.map((failure) => failure?.kind),
      ['full', undefined],
    );
  });
});

/** The log is begun anew only once the pages that it holds are synced, and synced before anything else is written to it. */
describe('a checkpoint', () => {
  /** What is synced, and whether the log that is there is the one of before. */
  function checkpointing(t: TestContext) {
    const file = temporaryFile(t);
    const database = openDatabase(file);
    database.exec('CREATE TABLE kept (id)');
    const header = () => readFileSync(`${file}-wal`).subarray(0, 32).toString('hex');
    const synced: string[] = [];
    const held: PromiseWithResolvers<void>[] = [];
    let first = '';
    const note = (name: string) =>
      void synced.push(`${name}, the log ${header() === first ? 'as before' : 'anew'}`);
    const fileSync = (name: string): FileSync => ({
      sync() {
        note(name);
        const sync = Promise.withResolvers<void>();
        held.push(sync);
        return sync.promise;
      },
      syncNow: () => note(name),
      close: () => void closed.push(name),
    });
    const pragma = (name: string) => Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0];
    const closed: string[] = [];
    const close = database.close.bind(database);
    database.close = () => {
      closed.push(`database, synchronous ${pragma('synchronous')}`);
      close();
    };
    const log = new WriteAheadLog(database, () => ({ log: fileSync('log'), pages: fileSync('pages') }));
    t.after(() => {
      if (database.isOpen) log.close();
    });
    // What a process has left that was killed before it synced.
    assert.deepEqual(synced, ['log, the log anew']);
    assert.deepEqual([pragma('synchronous'), pragma('wal_autocheckpoint')], [0, 0]);
    database.exec('INSERT INTO kept VALUES (1)');
    first = header();
    synced.length = 0;
    const endSync = async () => {
      held.shift()?.resolve();
      await turn();
    };
    return { log, synced, closed, endSync };
  }

  const ORDER = ['pages, the log as before', 'log, the log anew'];

  test('that nothing disturbs', async (t) => {
    const { log, synced, endSync } = checkpointing(t);
    const done = log.checkpoint();
    assert.deepEqual(synced, ORDER.slice(0, 1));
    await endSync();
    assert.deepEqual(synced, ORDER);
    await endSync();
    await done;
    log.finishCheckpoint();
    assert.deepEqual(synced, ORDER, 'none is under way');
  });

  test('that is finished at once while pages are synced', async (t) => {
    const { log, synced, endSync } = checkpointing(t);
    const done = log.checkpoint();
    log.finishCheckpoint();
    assert.deepEqual(synced, ['pages, the log as before', ...ORDER]);
    await endSync();
    await done;
    assert.deepEqual(synced, ['pages, the log as before', ...ORDER]);
  });

  test('that is finished by the end of the store, whose files are closed after the database', async (t) => {
    const { log, synced, closed, endSync } = checkpointing(t);
    const done = log.checkpoint();
    log.close();
    assert.deepEqual(synced, ['pages, the log as before', ...ORDER]);
    // https://www.sqlite.org/pragma.html#pragma_synchronous: 2 is FULL
    assert.deepEqual(closed, ['database, synchronous 2', 'log', 'pages']);
    await endSync();
    await done;
  });

  test('that failed is tried again when the log has grown as much once more', async (t) => {
    const file = temporaryFile(t);
    const database = openDatabase(file);
    database.exec('CREATE TABLE kept (id)');
    let isFull = true;
    const prepare = database.prepare.bind(database);
    database.prepare = (sql) => {
      const statement = prepare(sql);
      if (sql !== 'PRAGMA wal_checkpoint(PASSIVE)') return statement;
      const run = () => {
        if (isFull) throw new Error('full');
        return statement.run();
      };
      return { run } as typeof statement;
    };
    const done: FileSync = { sync: async () => {}, syncNow() {}, close() {} };
    const log = new WriteAheadLog(database, () => ({ log: done, pages: done }), 20 * 8192);
    t.after(() => log.close());
    const commitsUntilDue = async () => {
      let commits = 0;
      for (; !log.needsCheckpoint; commits++) {
        database.exec('INSERT INTO kept VALUES (1)');
        await log.sync();
      }
      return commits;
    };
    const first = await commitsUntilDue();
    await assert.rejects(log.checkpoint(), /full/);
    assert.ok(first > 5 && first <= 20, `${first}`);
    assert.equal(await commitsUntilDue(), 20);
    isFull = false;
    await log.checkpoint();
    assert.equal(await commitsUntilDue(), 19, 'beside the frame with which it is begun anew');
  });

  test('that is finished at once while the log is synced', async (t) => {
    const { log, synced, endSync } = checkpointing(t);
    const done = log.checkpoint();
    await endSync();
    log.finishCheckpoint();
    assert.deepEqual(synced, [...ORDER, 'log, the log anew']);
    await endSync();
    await done;
  });
});

/** A store whose log is due for a checkpoint after a few pages, of which the sync of the pages ends as the test says. */
function soonDue(t: TestContext) {
  const file = temporaryFile(t);
  const synced: string[] = [];
  const pages = Promise.withResolvers<void>();
  const fileSync = (name: string, sync: () => Promise<void>): FileSync => ({
    sync() {
      synced.push(name);
      return sync();
    },
    syncNow: () => void synced.push(`${name} now`),
    close() {},
  });
  const reported: (StoreFailure | undefined)[] = [];
  const engine = new SqliteEngine(openDatabase(file), {
    file,
    onFailure: (failure) => reported.push(failure),
    openSyncs: () => ({
      log: fileSync('log', async () => {}),
      pages: fileSync('pages', () => pages.promise),
    }),
    checkpointBytes: 8 * 8192,
  });
  const store = new TransactionalStore(engine);
  t.after(() => store.close());
  const untilDue = async () => {
    for (let at = 0; !synced.includes('pages'); at++) {
      await put(store, `row-${at}`);
      await turns(5);
    }
    synced.length = 0;
  };
  return { engine, store, pages, synced, reported, untilDue };
}

describe('while the pages of a checkpoint are synced', () => {
  test('a table that is opened waits for nobody, but for that', async (t) => {
    const { engine, store, pages, synced, untilDue } = soonDue(t);
    await untilDue();
    const fresh = table<Row>()({ name: 'test.fresh', key: (row) => [row.id] });
    assert.equal(engine.get(fresh as never, 'x'), undefined);
    assert.deepEqual(synced, ['pages now', 'log now']);
    pages.resolve();
    await put(store, 'later');
    assert.ok((await list(store)).includes('later'));
  });

  test('a disk that is full is one that has failed only where it says so', async (t) => {
    for (const [errcode, kind] of [
      [13, undefined],
      [10, 'failed'],
    ] as const) {
      const { store, pages, reported, untilDue } = soonDue(t);
      await untilDue();
      pages.reject(Object.assign(new Error('of a checkpoint'), { errcode }));
      const later = put(store, 'later');
      if (kind) await assert.rejects(later, { kind });
      else await later;
      assert.deepEqual(
        reported.map((failure) => failure?.kind),
        kind ? [kind] : [],
      );
    }
  });
});

/** https://www.sqlite.org/rescode.html */
describe('an error of SQLite', () => {
  const KINDS: Readonly<Record<string, readonly [code: number, kind: string | undefined]>> = {
    SQLITE_ERROR: [1, undefined],
    SQLITE_READONLY: [8, 'failed'],
    SQLITE_IOERR: [10, 'failed'],
    SQLITE_IOERR_FSYNC: [1034, 'failed'],
    SQLITE_CORRUPT: [11, 'damaged'],
    SQLITE_FULL: [13, 'full'],
    SQLITE_CANTOPEN: [14, 'full'],
    SQLITE_PROTOCOL: [15, undefined],
    SQLITE_CONSTRAINT: [19, undefined],
    SQLITE_NOTADB: [26, 'damaged'],
  };
  for (const [name, [errcode, kind]] of Object.entries(KINDS)) {
    test(`${name} is ${kind === undefined ? "the statement's" : `of a store that is ${kind}`}`, () => {
      const error = Object.assign(new Error(name), { errcode });
      const failure = storeFailure(error, 'x.db');
      assert.equal(failure?.kind, kind);
      if (failure) assert.equal(failure.cause, error, 'whoever looks for the reason finds it');
    });
  }
});

describe('a damaged page', () => {
  test('shows when the file is opened, and costs what is on it and nothing else', async (t) => {
    const file = temporaryFile(t);
    const whole = openSqliteStore({ file });
    const other = table<Row>()({ name: 'test.other', key: (row) => [row.id] });
    await whole.transact(async (tx) => {
      for (let i = 0; i < 400; i++) tx.put(rows, { id: `row-${i}`, text: 'x'.repeat(500) });
      tx.put(other, { id: 'kept', text: '' });
    });
    await whole.close();
    const bytes = readFileSync(file);
    const at = bytes.indexOf('row-2');
    bytes.fill(0xff, at - (at % 8192), at - (at % 8192) + 64);
    writeFileSync(file, bytes);
    const said: string[] = [];
    const damaged = openSqliteStore({ file, onFailure: (failure) => said.push(failure?.message ?? '') });
    t.after(() => damaged.close());
    assert.match(said.join(), /is damaged \(.*"latchkey check-data" says what is lost/s);
    assert.equal((await damaged.read((tx) => tx.get(other, ['kept'])))?.id, 'kept');
    await assert.rejects(
      damaged.read((tx) => tx.list(rows)),
      { kind: 'damaged' },
    );
    await damaged.transact(async (tx) => tx.put(other, { id: 'new', text: '' }));
    assert.ok(said.every((message) => message.includes('is damaged')));
  });
});

describe('a disk that fails', () => {
  test('is reported once, and nothing is accepted after it', async (t) => {
    const file = temporaryFile(t);
    const database = openDatabase(file);
    let failing = false;
    const prepare = database.prepare.bind(database);
    database.prepare = (sql) => {
      const statement = prepare(sql);
      if (sql !== 'COMMIT') return statement;
      const run = () => {
        // SQLITE_IOERR_FSYNC
        if (failing) throw Object.assign(new Error('disk I/O error'), { errcode: 1034 });
        return statement.run();
      };
      return { run } as typeof statement;
    };
    const reported: (StoreFailure | undefined)[] = [];
    const engine = new SqliteEngine(database, { file, onFailure: (failure) => reported.push(failure) });
    const store = new TransactionalStore(engine);
    t.after(() => store.close());
    await put(store, 'kept');
    failing = true;
    await assert.rejects(put(store, 'lost'), /disk I\/O error/);
    failing = false;
    await assert.rejects(put(store, 'refused'), /disk I\/O error/);
    assert.deepEqual(
      reported.map((failure) => failure?.kind),
      ['failed'],
    );
    assert.match(reported[0]?.message ?? '', /the disk under .*latchkey.db has failed \(disk I\/O error\)/);
  });

  test('in a rollback is one that has failed', async (t) => {
    const { store, database, failures, spoil } = await fragile(t);
    const cause = new Error('disk I/O error');
    const exec = database.exec.bind(database);
    database.exec = (sql) => {
      exec(sql);
      if (sql === 'ROLLBACK') throw cause;
    };
    const lost = put(store, 'lost');
    await assert.rejects(store.transact(async () => spoil()));
    await assert.rejects(lost);
    assert.deepEqual([failures.length, failures[0]?.kind, failures[0]?.cause], [1, 'failed', cause]);
    await assert.rejects(put(store, 'refused'), { kind: 'failed' });
  });

  test('in a sync acknowledges nothing that it was to cover, nor what came after', async (t) => {
    const { store, syncs, reported } = await heldBack(t);
    const covered = put(store, 'covered');
    await until(() => syncs.length === 1);
    const later = put(store, 'later');
    const seen = list(store);
    syncs[0]?.reject(Object.assign(new Error('EIO: i/o error, fdatasync'), { code: 'EIO' }));
    for (const refused of [covered, later, seen, list(store), put(store, 'refused')]) {
      await assert.rejects(refused, { kind: 'failed', message: /has failed \(EIO: i\/o error, fdatasync\)/ });
    }
    assert.deepEqual(
      reported.map((failure) => failure?.kind),
      ['failed'],
    );
  });
});

describe('the record cache', () => {
  test('lets go of what was used least recently, and never holds more than its bound', () => {
    const cache = new RecordCache(1000);
    const record = (n: number) => Object.freeze({ n });
    for (let n = 0; n < 200; n++) {
      cache.set('t', `${n}`, record(n), 10);
      assert.ok(cache.get('t', '0'), `the record in use was dropped at ${n}`);
    }
    const kept = Array.from({ length: 200 }, (_, n) => n).filter((n) => cache.get('t', `${n}`) !== undefined);
    assert.ok(kept.length <= 100 && kept.length >= 50, `${kept.length} are kept`);
    assert.equal(kept.at(-1), 199);
    cache.delete('t', '199');
    assert.equal(cache.get('t', '199'), undefined);
  });

  test('forgets a record that was deleted or replaced, however long ago it was read', () => {
    for (const fillers of [0, 30, 45]) {
      const cache = new RecordCache(1000);
      cache.set('t', 'a', { version: 1 }, 10);
      for (let n = 0; n < fillers; n++) cache.set('t', `${n}`, { n }, 12);
      cache.delete('t', 'a');
      assert.equal(cache.get('t', 'a'), undefined, `after ${fillers} others`);
      const other = new RecordCache(1000);
      other.set('t', 'a', { version: 1 }, 10);
      for (let n = 0; n < fillers; n++) other.set('t', `${n}`, { n }, 12);
      other.set('t', 'a', { version: 2 }, 10);
      assert.deepEqual(other.get('t', 'a'), { version: 2 });
      // What is of another table under the same key is another record.
      assert.equal(other.get('u', 'a'), undefined);
      other.clear();
      assert.equal(other.get('t', 'a'), undefined);
      cache.set('t', 'a', { version: 3 }, 10);
      for (let n = 0; n < fillers; n++) cache.set('t', `${n}`, { n }, 12);
      cache.clear();
      assert.equal(cache.get('t', 'a'), undefined);
      // Nothing takes room of what is not there any more.
      cache.set('t', 'a', { version: 4 }, 10);
      for (let n = 0; n < 60; n++) cache.set('t', `${n}`, { n }, 10);
      assert.ok(cache.get('t', 'a'));
    }
  });

  test('reads through for what it dropped', async (t) => {
    const store = openSqliteStore({ file: temporaryFile(t) });
    t.after(() => store.close());
    await put(store, 'a', 'kept');
    for (let i = 0; i < 20; i++) await put(store, `big-${i}`, 'x'.repeat(2 ** 20));
    assert.deepEqual(await store.read((tx) => tx.get(rows, ['a'])), { id: 'a', text: 'kept' });
  });
});
