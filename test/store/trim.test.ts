/** Logs that forget: by age in both stores, by size in memory. */
import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { openMemoryStore } from '../../src/store/memory/memory-store.ts';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { log, type Store } from '../../src/store/store.ts';

const trail = log('test.trail');

async function fill(store: Store, count: number, from = 1): Promise<void> {
  for (let at = from; at <= count; at++) {
    await store.transact(async (tx) =>
      tx.append(trail, { stream: 's', atMs: at, labels: { parity: String(at % 2) }, body: at }),
    );
  }
}

const bodies = async (store: Store, before?: number) =>
  (await store.read((tx) => tx.scan(trail, { limit: 5000, before }))).map(({ body }) => body as number);

async function trimAll(store: Store, beforeMs: number): Promise<number> {
  let total = 0;
  for (let count = -1; count !== 0; total += count) count = await store.trim(trail, beforeMs);
  return total;
}

for (const kind of ['memory', 'sqlite'] as const) {
  describe(`a log of the ${kind} store`, () => {
    test('forgets what is old and nothing else, and its numbering goes on', async (t) => {
      const directory = mkdtempSync(join(tmpdir(), 'latchkey-trim-'));
      t.after(() => rmSync(directory, { recursive: true }));
      const file = join(directory, 'store.db');
      const open = () => (kind === 'memory' ? openMemoryStore() : openSqliteStore({ file }));
      let store = open();
      t.after(() => store.close());
      assert.equal(store.earliestMs(trail), undefined);
      await store.transact(async (tx) => {
        tx.append(trail, { stream: 's', atMs: 1, labels: { parity: '1' }, body: 1 });
        tx.afterwards(() => assert.equal(store.earliestMs(trail), 1, 'before it is committed'));
      });
      await fill(store, 1200, 2);
      await trimAll(store, 1100);
      const left = await bodies(store);
      assert.equal(left[0], 1200);
      const oldest = left.at(-1) as number;
      // Whole blocks, of 32 in memory and of 512 on disk, are forgotten; the newest stays.
      assert.equal(oldest, kind === 'memory' ? 1089 : 1025);
      assert.deepEqual((await bodies(store, 1151)).slice(0, 3), [1150, 1149, 1148]);
      assert.equal(await store.trim(trail, 1100), 0);
      if (kind === 'sqlite') {
        await store.close();
        store = open();
      }
      await store.transact(async (tx) =>
        tx.append(trail, { stream: 's', atMs: 2000, labels: {}, body: 'next' }),
      );
      const [newest] = await store.read((tx) => tx.scan(trail, { limit: 1 }));
      assert.equal(newest?.sequence, 1201);
    });
  });
}

test('a log in memory has a cap: the oldest entries go, and it is said', async (t) => {
  let full = 0;
  const store = openMemoryStore({ maxLogBytes: 10_000 });
  store.onFull(() => full++);
  t.after(() => store.close());
  for (let at = 1; at <= 100; at++) {
    await store.transact(async (tx) =>
      tx.append(trail, { stream: 's', atMs: at, labels: {}, body: 'x'.repeat(500) }),
    );
  }
  const kept = await store.read((tx) => tx.scan(trail, { limit: 1000 }));
  assert.ok(kept.length < 21, `${kept.length} entries are kept`);
  assert.equal(kept[0]?.sequence, 100);
  assert.ok(full > 1);
});

test('entries of which few have room go one by one, each is said, and the newest stays however large', async (t) => {
  let full = 0;
  const store = openMemoryStore({ maxLogBytes: 10_000 });
  store.onFull(() => full++);
  t.after(() => store.close());
  const append = (body: string) =>
    store.transact(async (tx) => tx.append(trail, { stream: 's', atMs: 1, labels: {}, body }));
  const kept = async () => (await store.read((tx) => tx.scan(trail, { limit: 100 }))).length;
  for (let count = 1; count <= 6; count++) {
    await append('x'.repeat(4000));
    assert.deepEqual([await kept(), full], [Math.min(count, 2), Math.max(0, count - 2)]);
  }
  await append('x'.repeat(20_000));
  assert.equal(await kept(), 1);
  await append('x');
  assert.equal(await kept(), 1);
});

test('the logs of a store in memory have room for 64 MiB, unless another is said', async (t) => {
  const store = openMemoryStore();
  t.after(() => store.close());
  const eighth = 8 * 2 ** 20;
  const append = (bytes: number) =>
    store.transact(async (tx) =>
      // The stream and the body are a character each.
      tx.append(trail, { stream: 's', atMs: 1, labels: {}, body: 0, besideBytes: bytes - 2 }),
    );
  for (const kept of [1, 2, 3, 4, 5, 6, 7, 8, 8, 8]) {
    await append(eighth);
    assert.equal((await bodies(store)).length, kept);
  }
  await append(eighth + 1);
  assert.equal((await bodies(store)).length, 7);
});

test('what is kept beside the entries of a log in memory takes of their room', async (t) => {
  const store = openMemoryStore({ maxLogBytes: 200_000 });
  t.after(() => store.close());
  for (let at = 1; at <= 500; at++) {
    const entry = { stream: 's', atMs: at, labels: {}, body: at };
    await store.transact(async (tx) => tx.append(trail, { ...entry, besideBytes: at <= 250 ? 0 : 2000 }));
    if (at === 250) assert.equal((await bodies(store)).length, 250);
  }
  const kept = await bodies(store);
  assert.equal(kept[0], 500);
  assert.ok(kept.length > 50 && kept.length <= 100, `${kept.length} entries are kept`);
});

describe('what cannot be made smaller of the packed entries of a log in memory takes of their room', () => {
  const random = (at: number) =>
    Array.from({ length: 10 }, (_, part) => hash('sha512', `${at}/${part}`, 'base64')).join('');
  const names = (at: number) => Array.from({ length: 75 }, (_, n) => `${at * 75 + n}`);
  for (const [where, leastBytes, more] of [
    ['bodies', 640, (at: number) => ({ body: random(at) })],
    ['labels', 640, (at: number) => ({ labels: { text: random(at) } })],
    // Four bytes for each label, and four for it in its stream.
    ['summaries', 600, (at: number) => ({ labels: { name: names(at) } })],
  ] as const) {
    test(where, async (t) => {
      const maxLogBytes = 62_500;
      const store = openMemoryStore({ maxLogBytes });
      t.after(() => store.close());
      await store.transact(async (tx) => {
        for (let at = 1; at <= 150; at++) {
          tx.append(trail, { stream: 's', atMs: at, labels: {}, body: at, ...more(at) });
        }
      });
      const kept = (await bodies(store)).length;
      assert.ok(kept > 32, 'more than are kept loose');
      assert.ok(kept * leastBytes <= maxLogBytes, `${kept} entries are kept`);
    });
  }
});
