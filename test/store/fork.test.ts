import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryStore } from '../../src/store/memory/memory-store.ts';
import { log, type Store, table } from '../../src/store/store.ts';

interface Thing {
  readonly id: string;
  readonly color: string;
}

const things = table<Thing>()({
  name: 'test.things',
  key: ({ id }) => [id],
  indexes: { color: ({ color }) => [[color]] },
});
const trail = log('test.trail');

const put = (store: Store, id: string, color: string) =>
  store.transact(async (tx) => {
    tx.put(things, { id, color });
    tx.append(trail, { stream: 's', atMs: 1, labels: {}, body: id });
  });
const red = (store: Store) =>
  store.read(async (tx) => (await tx.find(things, 'color', { prefix: ['red'] })).map(({ id }) => id));
const bodies = (store: Store) =>
  store.read(async (tx) => (await tx.scan(trail, { limit: 9 })).map(({ body }) => body));

test('a fork begins as its store is, and what is written to it is never seen there', async () => {
  const store = openMemoryStore();
  await put(store, 'a', 'red');
  await put(store, 'b', 'blue');
  const fork = store.fork();
  await put(fork, 'b', 'red');
  await fork.transact(async (tx) => tx.delete(things, ['a']));
  await put(fork, 'c', 'red');
  assert.deepEqual(await red(fork), ['b', 'c']);
  assert.deepEqual(await bodies(fork), ['c', 'b', 'b', 'a']);
  const sequences = (await fork.read((tx) => tx.scan(trail, { limit: 9 }))).map(({ sequence }) => sequence);
  assert.deepEqual(sequences, [4, 3, 2, 1]);
  assert.deepEqual([await fork.trim(trail, 9), fork.earliestMs(trail)], [0, 1]);
  assert.deepEqual(await red(store), ['a']);
  assert.deepEqual(await bodies(store), ['b', 'a']);
});

test('a fork of a fork goes on from it', async () => {
  const store = openMemoryStore();
  const first = store.fork();
  await put(first, 'a', 'red');
  const second = first.fork();
  await put(second, 'b', 'red');
  assert.deepEqual(await red(second), ['a', 'b']);
  assert.deepEqual(await red(first), ['a']);
  await second.close();
  assert.deepEqual(await red(first), ['a']);
});

test('what a transaction that fails has written is in no fork', async () => {
  const fork = openMemoryStore().fork();
  await assert.rejects(
    fork.transact(async (tx) => {
      tx.put(things, { id: 'a', color: 'red' });
      throw new Error('no');
    }),
  );
  assert.deepEqual(await red(fork), []);
});
