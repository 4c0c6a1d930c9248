/** Logs of more than a block: their full blocks are compressed in turns of their own, and nobody can tell but by the room. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, type TestContext, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { zstdDecompressSync } from 'node:zlib';
import { BlockPacker, OpenBlock, soughtHash } from '../../src/store/log-block.ts';
import { keptEntry, numbered } from '../../src/store/log-entry.ts';
import { openMemoryStore } from '../../src/store/memory/memory-store.ts';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { log, type Store } from '../../src/store/store.ts';
import type { StoreFailure } from '../../src/store/store-failure.ts';

const trail = log('test.trail');
/** Part of the file's layout. */
const BLOCK_ENTRIES = 512;
const ENTRIES = BLOCK_ENTRIES * 4 + 100;
const all = Array.from({ length: ENTRIES }, (_, index) => ENTRIES - index);
/** Time does not always run forward: within each hundred it runs back. */
const timeOf = (n: number) => Math.floor(n / 100) * 1000 - (n % 100);
const entryOf = (n: number) => ({
  stream: `s${n % 3}`,
  atMs: timeOf(n),
  labels: { name: `n${n}`, kind: n % 7 === 0 ? ['seventh', 'ü\n"'] : [] },
  body: { n, text: 'the same in each, and an é' },
});

const fill = (store: Store) =>
  store.transact(async (tx) => {
    for (let n = 1; n <= ENTRIES; n++) tx.append(trail, entryOf(n));
  });

/** Leaves no time to pack anything. */
async function fillAndClose(store: Store): Promise<void> {
  const filled = fill(store);
  await Promise.all([filled, store.close()]);
}

/** More turns than it takes to pack all that is full. */
async function packed(): Promise<void> {
  for (let turns = 0; turns < 200; turns++) await turn();
}

const scan = async (store: Store, range: object) =>
  (await store.read((tx) => tx.scan(trail, { limit: ENTRIES, ...range }))).map(
    ({ body }) => (body as { n: number }).n,
  );

async function assertWhole(store: Store): Promise<void> {
  assert.deepEqual(await scan(store, {}), all);
  for (const n of [1, 2, 511, 512, 513, 1023, 1024, 1025, 1536, 2047, 2048, 2049, ENTRIES]) {
    const label = { name: 'name', value: `n${n}` };
    assert.deepEqual(await scan(store, { label }), [n]);
    assert.deepEqual(await scan(store, { label, stream: `s${n % 3}` }), [n]);
    assert.deepEqual(await scan(store, { label, stream: `s${(n + 1) % 3}` }), []);
    const before = all.filter((each) => each < n);
    assert.deepEqual(await scan(store, { before: n }), before);
    assert.deepEqual(await scan(store, { before: n, limit: 3 }), before.slice(0, 3));
  }
  for (const [fromMs, toMs] of [
    [0, 0],
    [4901, 4999],
    [5000, 5000],
    [4999, 9999],
    [-99, 3000],
    [-99, -99],
    [20_000, 30_000],
  ] as const) {
    assert.deepEqual(
      await scan(store, { fromMs, toMs }),
      all.filter((n) => timeOf(n) >= fromMs && timeOf(n) <= toMs),
      `${fromMs} to ${toMs}`,
    );
  }
  const firsts = all.filter((n) => n % 3 === 1).slice(0, 400);
  assert.deepEqual(await scan(store, { stream: 's1', limit: 400 }), firsts);
  const sevenths = all.filter((n) => n % 7 === 0);
  assert.deepEqual(await scan(store, { label: { name: 'kind', value: 'ü\n"' } }), sevenths);
  const [found] = await store.read((tx) =>
    tx.scan(trail, { label: { name: 'name', value: 'n700' }, limit: 1 }),
  );
  assert.deepEqual(found, { sequence: 700, ...entryOf(700) });
}

function temporaryFile(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-log-'));
  t.after(() => rmSync(directory, { recursive: true }));
  return join(directory, 'latchkey.db');
}

/** Runs one statement on a file that no store has open. */
function query(file: string, sql: string, ...values: (number | Uint8Array)[]): Record<string, unknown>[] {
  const database = new DatabaseSync(file);
  try {
    return database.prepare(sql).all(...values);
  } finally {
    database.close();
  }
}

const rowsLeft = (file: string) => query(file, 'SELECT count(*) AS n FROM "test.trail!entries"')[0]?.n;

describe('a long log', () => {
  test('in memory is the same while it is loose and once it is packed', async (t) => {
    const store = openMemoryStore();
    t.after(() => store.close());
    await fill(store);
    await assertWhole(store);
    await packed();
    await assertWhole(store);
  });

  test('on disk is the same while it is loose, once it is packed, and after the next start', async (t) => {
    const file = temporaryFile(t);
    let store = openSqliteStore({ file });
    t.after(() => store.close());
    await fill(store);
    await assertWhole(store);
    await packed();
    await assertWhole(store);
    await store.close();
    assert.equal(rowsLeft(file), 100, 'only the block that is not full is rows');
    store = openSqliteStore({ file });
    await assertWhole(store);
  });

  test('that was not packed when its process ended is packed by the next', async (t) => {
    const file = temporaryFile(t);
    let store = openSqliteStore({ file });
    t.after(() => store.close());
    await fillAndClose(store);
    assert.equal(rowsLeft(file), ENTRIES);
    store = openSqliteStore({ file });
    await scan(store, { limit: 1 });
    await packed();
    await assertWhole(store);
    await store.close();
    assert.equal(rowsLeft(file), 100);
  });

  test('of the first layout is read as it is, and goes on in the present one', async (t) => {
    const file = temporaryFile(t);
    let store = openSqliteStore({ file });
    t.after(() => store.close());
    await fillAndClose(store);
    query(file, 'DROP TABLE "test.trail!packed"');
    for (let block = 0; block < 4; block++) {
      const packer = new BlockPacker(block * BLOCK_ENTRIES + 1);
      while (packer.next <= (block + 1) * BLOCK_ENTRIES)
        packer.add(numbered(keptEntry(trail.name, entryOf(packer.next)), packer.next));
      const { firstMs, lastMs, hashes } = packer.packed();
      query(
        file,
        'INSERT INTO "test.trail!blocks" VALUES (?, ?, ?, ?) RETURNING 1',
        block,
        firstMs,
        lastMs,
        hashes,
      );
    }
    query(file, 'PRAGMA user_version = 1');
    store = openSqliteStore({ file });
    await packed();
    await assertWhole(store);
    await store.transact(async (tx) => {
      for (let n = 0; n < BLOCK_ENTRIES; n++) tx.append(trail, { ...entryOf(0), stream: 'later' });
    });
    await packed();
    await store.close();
    assert.equal(rowsLeft(file), ENTRIES, 'the first four blocks are rows, the fifth is not');
    store = openSqliteStore({ file });
    assert.equal(await store.trim(trail, timeOf(600)), BLOCK_ENTRIES);
    const left = await store.read((tx) => tx.scan(trail, { limit: 9999 }));
    assert.deepEqual([left.length, left.at(-1)?.sequence], [ENTRIES, 513]);
    await store.close();
    assert.equal(rowsLeft(file), ENTRIES - BLOCK_ENTRIES);
  });

  test('has its last entry as a row, and what was forgotten of it not at all', async (t) => {
    const file = temporaryFile(t);
    for (const [more, rows, blocks] of [
      [BLOCK_ENTRIES, BLOCK_ENTRIES, 0],
      [1, 1, 1],
      [2 * BLOCK_ENTRIES, 1, 3],
    ] as const) {
      const store = openSqliteStore({ file });
      await store.transact(async (tx) => {
        for (let n = 0; n < more; n++) tx.append(trail, entryOf(n));
      });
      await packed();
      await store.close();
      assert.equal(rowsLeft(file), rows);
      assert.equal(query(file, 'SELECT count(*) AS n FROM "test.trail!packed"')[0]?.n, blocks);
    }
    const store = openSqliteStore({ file });
    while ((await store.trim(trail, Number.MAX_SAFE_INTEGER)) > 0);
    await store.close();
    assert.deepEqual(
      ['entries', 'blocks', 'packed'].map(
        (part) => query(file, `SELECT count(*) AS n FROM "test.trail!${part}"`)[0]?.n,
      ),
      [1, 0, 0],
    );
  });

  test('of which entries are lost is damaged, and what is there is served', async (t) => {
    for (const [lost, what] of [
      ['sequence = 1', 'entry 2 of a log is in the place of 1'],
      ['sequence = 40', 'entry 41 of a log is in the place of 40'],
      ['sequence BETWEEN 33 AND 100', 'entry 33 of a log is not there'],
    ] as const) {
      const file = temporaryFile(t);
      await fillAndClose(openSqliteStore({ file }));
      const count = query(file, `DELETE FROM "test.trail!entries" WHERE ${lost} RETURNING 1`).length;
      const said: (string | undefined)[] = [];
      const store = openSqliteStore({ file, onFailure: (failure) => said.push(failure?.message) });
      assert.equal((await scan(store, {})).length, ENTRIES - count);
      await packed();
      await store.transact(async (tx) => tx.append(trail, entryOf(0)));
      assert.equal((await scan(store, {})).length, ENTRIES - count + 1);
      await store.close();
      assert.equal(said.length, 1);
      assert.ok(said[0]?.includes(`is damaged (${what})`), said[0]);
    }
  });

  test('whose block was damaged says so, and is not misread', async (t) => {
    const file = temporaryFile(t);
    let store = openSqliteStore({ file });
    t.after(() => store.close());
    await fill(store);
    await packed();
    await store.close();
    const [block] = query(file, 'SELECT bodies FROM "test.trail!packed" WHERE block = 1');
    const bodies = block?.bodies as Uint8Array;
    bodies[200] = (bodies[200] as number) ^ 1;
    query(file, 'UPDATE "test.trail!packed" SET bodies = ? WHERE block = 1 RETURNING 1', bodies);
    store = openSqliteStore({ file });
    await assert.rejects(scan(store, {}), (error: StoreFailure) => {
      assert.equal(error.kind, 'damaged');
      assert.equal(error.message.indexOf(`${file} is damaged (a block of a log cannot be read: `), 0);
      assert.ok((error.cause as Error).cause, 'what the decompressor said is kept');
      return true;
    });
    assert.deepEqual(await scan(store, { label: { name: 'name', value: 'n1' } }), [1]);
  });
});

test('a block is laid out as it is in the files that there are', () => {
  const entries = Array.from({ length: 70 }, (_, index) => ({
    ...{ log: 'l', sequence: 513 + index, stream: `s${index % 2}`, atMs: 1000 + index },
    ...{ labels: `\n["n","${index}"]`, body: `{"é":${index}}` },
  }));
  const packer = new BlockPacker(513);
  for (const entry of entries) packer.add(entry);
  const { heads, bodies } = packer.packed();
  const unzipped = (bytes: Uint8Array) => zstdDecompressSync(bytes).toString();
  const text = unzipped(heads);
  const line = text.slice(0, text.indexOf('\n'));
  const { parts, ...rest } = JSON.parse(line) as { parts: readonly number[] };
  assert.deepEqual(rest, {
    first: 513,
    streams: ['s0', 's1'],
    entries: entries.map(({ atMs, labels, body }, index) => [index % 2, atMs, labels.length, body.length]),
  });
  assert.equal(text.slice(line.length + 1), entries.map((entry) => entry.labels).join(''));
  const ends = parts.map((_, part) => parts.slice(0, part + 1).reduce((sum, bytes) => sum + bytes, 0));
  assert.equal(ends.at(-1), bodies.length);
  const texts = ends.map((end, part) => unzipped(bodies.subarray(ends[part - 1] ?? 0, end)));
  const joined = (from: number, to: number) =>
    entries
      .slice(from, to)
      .map(({ body }) => body)
      .join('');
  assert.deepEqual(texts, [joined(0, 32), joined(32, 64), joined(64, 70)]);
  assert.deepEqual(new OpenBlock('l', { heads, bodies }).scan({ limit: 100 }, 100), entries.toReversed());
});

test('a block gives back each of its entries, however many its last part has', () => {
  for (const count of [1, 31, 32, 33, 64, 65]) {
    const packer = new BlockPacker(1);
    while (packer.next <= count)
      packer.add(numbered(keptEntry(trail.name, entryOf(packer.next)), packer.next));
    const found = new OpenBlock(trail.name, packer.packed()).scan({ limit: 100 }, 100);
    assert.deepEqual(
      found.map(({ body }) => JSON.parse(body).n),
      all.slice(-count),
    );
  }
});

/** Files of earlier versions hold them. https://datatracker.ietf.org/doc/draft-eastlake-fnv (appendix with test vectors) */
test('the summaries of blocks hold FNV-1a of 32 bits', () => {
  for (const [stream, hash] of [
    ['', 0x811c9dc5],
    ['a', 0xe40c292c],
    ['foobar', 0xbf9cf968],
  ] as const) {
    assert.equal(soughtHash({ stream, limit: 1 })?.readUInt32LE(), hash);
  }
});
