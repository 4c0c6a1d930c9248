/** What shows only where there is much of it: tables of many runs, transactions of many reads, logs beyond their room. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { systemTurns } from '../../src/platform/node/index.ts';
import { encodeKey, indexPosition, indexSpanOf, spanOf } from '../../src/store/key.ts';
import { BlockPacker, OpenBlock, OpenBlocks, PART_ENTRIES } from '../../src/store/log-block.ts';
import { numbered as inPlace, keptEntry } from '../../src/store/log-entry.ts';
import { MemoryLog } from '../../src/store/memory/memory-log.ts';
import { MemoryEngine, openMemoryStore } from '../../src/store/memory/memory-store.ts';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { Walks } from '../../src/store/sqlite/walks.ts';
import { log, type Store, type Transaction, table } from '../../src/store/store.ts';
import { TransactionalStore } from '../../src/store/transactions.ts';

interface Numbered {
  readonly n: number;
  readonly group: string;
}

const numbered = table<Numbered>()({
  name: 'test.numbered',
  key: ({ n }) => [n],
  indexes: { byGroup: ({ group, n }) => [[group, -n]] },
});
const trail = log('test.trail');
const other = log('test.other');

function sqliteStore(t: TestContext): Store {
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-large-'));
  const store = openSqliteStore({ file: join(directory, 'latchkey.db') });
  t.after(async () => {
    await store.close();
    rmSync(directory, { recursive: true });
  });
  return store;
}

const SIZE = 3000;
/** All numbers below SIZE, neighbours far apart. */
const shuffled = Array.from({ length: SIZE }, (_, i) => (i * 1307) % SIZE);
const groupOf = (n: number) => `g${n % 3}`;

for (const [kind, open] of [
  ['memory', () => openMemoryStore()],
  ['SQLite', sqliteStore],
] as const) {
  test(`a table of ${SIZE} records in ${kind} is in order from each end, from each place, and in pages`, async (t) => {
    const store = open(t);
    await store.transact(async (tx) => {
      for (const n of shuffled) tx.put(numbered, { n, group: groupOf(n) });
    });
    const assertOrder = async (kept: readonly number[]) => {
      const sorted = kept.toSorted((a, b) => a - b);
      const found = async (range: object) =>
        (await store.read((tx) => tx.list(numbered, range))).map(({ n }) => n);
      assert.deepEqual(await found({}), sorted);
      assert.deepEqual(await found({ reverse: true }), sorted.toReversed());
      for (const after of [-1, 0, 511, 512, 513, 1500, SIZE - 1, SIZE]) {
        const above = sorted.filter((n) => n > after);
        const below = sorted.filter((n) => n < after).reverse();
        assert.deepEqual(await found({ after: [after], limit: 7 }), above.slice(0, 7));
        assert.deepEqual(await found({ after: [after], limit: 7, reverse: true }), below.slice(0, 7));
      }
      const ofGroup = await store.read((tx) => tx.find(numbered, 'byGroup', { prefix: ['g1'] }));
      assert.deepEqual(
        ofGroup.map(({ n }) => n),
        sorted.filter((n) => groupOf(n) === 'g1').reverse(),
      );
    };
    await assertOrder(shuffled);
    const isGone = (n: number) => n % 5 !== 0 || (n > 1000 && n < 2600);
    await store.transact(async (tx) => {
      for (const n of shuffled.filter(isGone)) tx.delete(numbered, [n]);
    });
    await assertOrder(shuffled.filter((n) => !isGone(n)));
  });

  test(`a transaction in ${kind} is of no use after its end, for anything`, async (t) => {
    const store = open(t);
    const { tx } = await store.transact(async (tx) => ({ tx }));
    const reader = await store.read(async (tx) => ({ tx }));
    const ended = { message: 'this transaction has ended' };
    for (const each of [tx, reader.tx]) {
      await assert.rejects(each.get(numbered, [1]), ended);
      await assert.rejects(each.list(numbered), ended);
      await assert.rejects(each.find(numbered, 'byGroup'), ended);
      await assert.rejects(each.scan(trail, { limit: 1 }), ended);
    }
    assert.throws(() => tx.put(numbered, { n: 1, group: 'g' }), ended);
    assert.throws(() => tx.delete(numbered, [1]), ended);
    assert.throws(() => tx.append(trail, { stream: 's', atMs: 0, labels: {}, body: 0 }), ended);
  });
}

test('a transaction of many writes that reads between them looks at each no more often than one of few', async () => {
  const looksOf = async (size: number) => {
    let looks = 0;
    const counted = table<Numbered>()({
      name: 'test.counted',
      key: ({ n }) => [n],
      indexes: {
        byGroup({ group, n }) {
          looks++;
          return [[group, -n]];
        },
      },
    });
    const store = openMemoryStore();
    await store.transact(async (tx) => {
      for (let n = 0; n < size; n++) {
        tx.put(counted, { n, group: groupOf(n) });
        const [last] = await tx.find(counted, 'byGroup', { prefix: [groupOf(n)], limit: 1 });
        assert.equal(last?.n, n);
        assert.equal((await tx.list(counted, { prefix: [n], limit: 1 })).length, 1);
      }
    });
    const found = await store.read((tx) => tx.find(counted, 'byGroup', { prefix: [groupOf(0)] }));
    assert.equal(found.length, Math.ceil(size / 3));
    return looks / size;
  };
  assert.ok((await looksOf(2000)) <= (await looksOf(20)));
});

test('of what a transaction has taken away, as many are found behind it as are asked for', async () => {
  const store = openMemoryStore();
  await store.transact(async (tx) => {
    for (let n = 0; n < 1000; n++) tx.put(numbered, { n, group: groupOf(n) });
  });
  await store.transact(async (tx) => {
    for (let n = 0; n < 700; n++) tx.delete(numbered, [n]);
    const first = async (range: object) => (await tx.list(numbered, range)).map(({ n }) => n);
    assert.deepEqual(await first({ limit: 2 }), [700, 701]);
    assert.deepEqual(await first({ limit: 2, after: [100] }), [700, 701]);
    for (let n = 900; n < 1000; n++) tx.delete(numbered, [n]);
    assert.deepEqual(await first({ limit: 2, reverse: true }), [899, 898]);
    tx.put(numbered, { n: 10, group: 'g0' });
    assert.deepEqual(await first({ limit: 2 }), [10, 700]);
    const ofGroup = await tx.find(numbered, 'byGroup', { prefix: ['g0'], limit: 2, reverse: true });
    assert.deepEqual(
      ofGroup.map(({ n }) => n),
      [10, 702],
    );
  });
});

describe('a transaction of many reads', () => {
  const turnsOf = async (body: (tx: Transaction, i: number) => Promise<unknown>, reads: number) => {
    let turns = 0;
    const store = new TransactionalStore(new MemoryEngine(), {
      next(callback) {
        turns++;
        return systemTurns.next(callback);
      },
    });
    await store.transact(async (tx) => {
      for (let i = 0; i < reads; i++) await body(tx, i);
    });
    return turns;
  };

  test('lets others have their turn after each two hundred, and before and after its writes are counted', async () => {
    for (const [reads, turns] of [
      [199, 0],
      [200, 1],
      [201, 3],
      [1000, 7],
    ] as const) {
      assert.equal(await turnsOf((tx, i) => tx.get(numbered, [i]), reads), turns, `${reads} gets`);
      assert.equal(
        await turnsOf((tx, i) => tx.find(numbered, 'byGroup', { prefix: [i] }), reads),
        turns,
        `${reads} finds`,
      );
      assert.equal(
        await turnsOf((tx, i) => tx.list(numbered, { prefix: [i] }), reads),
        turns,
        `${reads} lists`,
      );
    }
    for (const [scans, turns] of [
      [9, 0],
      [10, 1],
      [11, 3],
      [50, 7],
    ] as const)
      assert.equal(await turnsOf((tx) => tx.scan(trail, { limit: 1 }), scans), turns, `${scans} scans`);
  });

  test('so does one of many writes, which are counted and applied in turns of their own', async () => {
    const entry = { stream: 's', atMs: 1, labels: {}, body: 0 };
    for (const [writes, turns] of [
      [200, 0],
      [201, 2],
      [1000, 2],
    ] as const) {
      assert.equal(await turnsOf(async (tx, i) => tx.put(numbered, { n: i, group: 'g' }), writes), turns);
      assert.equal(await turnsOf(async (tx, i) => tx.delete(numbered, [i]), writes), turns);
      assert.equal(await turnsOf(async (tx) => tx.append(trail, entry), writes), turns);
    }
    // Between them, where something is read.
    const both = (tx: Transaction, i: number) => {
      tx.put(numbered, { n: i, group: 'g' });
      return tx.get(numbered, [i]);
    };
    assert.equal(await turnsOf(both, 1000), 10 + 2);
  });
});

test('a writer waits for the reads under way, and goes on with the last of them', async () => {
  const never = new TransactionalStore(new MemoryEngine(), { next: () => ({ cancel: () => undefined }) });
  const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const reads = gates.map(({ promise }) =>
    never.read(async (tx) => {
      const before = await tx.list(numbered);
      await promise;
      return [before, await tx.list(numbered)];
    }),
  );
  let isWritten = false;
  const written = never
    .transact(async (tx) => tx.put(numbered, { n: 1, group: 'g' }))
    .then(() => {
      isWritten = true;
    });
  for (const [index, gate] of gates.entries()) {
    await turn();
    assert.equal(isWritten, false);
    gate.resolve();
    assert.deepEqual(await reads[index], [[], []]);
  }
  await written;
  // So does who lets a log forget.
  await never.transact(async (tx) => tx.append(trail, { stream: 's', atMs: 1, labels: {}, body: 0 }));
  const gate = Promise.withResolvers<void>();
  const read = never.read(async (tx) => {
    await gate.promise;
    return tx.scan(trail, { limit: 9 });
  });
  const trimmed = never.trim(trail, 2);
  await turn();
  gate.resolve();
  assert.deepEqual([(await read).length, await trimmed], [1, 1]);
});

describe('a log in memory', () => {
  const entryOf = (n: number, size = 100) =>
    keptEntry(trail.name, { stream: 's', atMs: n, labels: {}, body: 'x'.repeat(size) });

  test('takes a fraction of the room once it is packed, and forgets what is old by whole blocks', () => {
    const kept = new MemoryLog(trail.name);
    assert.equal(kept.earliestMs, undefined);
    for (let n = 1; n <= PART_ENTRIES; n++) kept.append(entryOf(n));
    const loose = kept.bytes;
    assert.equal(loose, PART_ENTRIES * 103, 'the body and the stream of each');
    for (let n = PART_ENTRIES + 1; n <= 10 * PART_ENTRIES + 1; n++) kept.append(entryOf(n));
    assert.ok(kept.bytes < 4 * loose, `${kept.bytes} of ${10 * loose}`);
    assert.equal(kept.earliestMs, 1);
    assert.equal(kept.next, 10 * PART_ENTRIES + 2);
    assert.equal(kept.trim(PART_ENTRIES), 0);
    assert.equal(kept.trim(PART_ENTRIES + 1), PART_ENTRIES);
    assert.equal(kept.earliestMs, PART_ENTRIES + 1);
    const found = kept.scan({ limit: 10_000 }).map(({ sequence }) => sequence);
    assert.deepEqual(
      found,
      Array.from({ length: 9 * PART_ENTRIES + 1 }, (_, i) => 10 * PART_ENTRIES + 1 - i),
    );
    assert.equal(kept.trim(10 * PART_ENTRIES + 1), 9 * PART_ENTRIES);
    assert.equal(kept.trim(Number.POSITIVE_INFINITY), 1);
    assert.deepEqual([kept.bytes, kept.earliestMs, kept.next], [0, undefined, 10 * PART_ENTRIES + 2]);
  });

  test('that has no block yet forgets what is older, and nothing of that time', () => {
    const kept = new MemoryLog(trail.name);
    for (const n of [1, 2, 3]) kept.append(entryOf(n));
    const forgotten = [1, 2, 2, 3, 4].map((beforeMs) => kept.trim(beforeMs));
    assert.deepEqual([forgotten, kept.bytes, kept.next], [[0, 1, 0, 1, 1], 0, 4]);
  });

  test('counts what blocks take, and what is kept beside their entries', () => {
    const kept = new MemoryLog(trail.name);
    const packer = new BlockPacker(1);
    const entries = Array.from({ length: PART_ENTRIES + 1 }, (_, index) => {
      const labels = { id: randomUUID(), kind: ['a', randomUUID()] };
      const entry = { stream: `s${index}`, atMs: index, labels, body: randomUUID() };
      const beside = index % 2 === 0 ? { besideBytes: 1000 + index } : {};
      return keptEntry(trail.name, { ...entry, ...beside });
    });
    for (const entry of entries) kept.append(entry);
    for (const entry of entries.slice(0, PART_ENTRIES)) packer.add(inPlace(entry, packer.next));
    const { hashes, heads, bodies } = packer.packed();
    const { stream, labels, body } = entries.at(-1)!;
    const beside = entries.reduce((sum, { besideBytes = 0 }) => sum + besideBytes, 0);
    const loose = stream.length + labels.length + body.length;
    assert.equal(kept.bytes, 1024 + hashes.length + heads.length + bodies.length + loose + beside);
  });

  test('gives way where it is the largest, one entry excepted, whatever the room', async (t) => {
    const store = openMemoryStore({ maxLogBytes: 2000 });
    t.after(() => store.close());
    const append = (to: typeof trail, size: number) =>
      store.transact(async (tx) =>
        tx.append(to, { stream: 's', atMs: 1, labels: {}, body: 'x'.repeat(size) }),
      );
    const sizes = async () =>
      Promise.all(
        [trail, other].map((each) => store.read(async (tx) => (await tx.scan(each, { limit: 100 })).length)),
      );
    await append(other, 100);
    for (let i = 0; i < 5; i++) await append(trail, 500);
    assert.deepEqual(await sizes(), [3, 1]);
    await append(other, 5000);
    assert.deepEqual(await sizes(), [3, 1], 'the newest entry of a log stays');
  });
});

test('walks are remembered until their table changes, or until they are too many together', () => {
  const walks = new Walks();
  let walked = 0;
  const span = (from: string) => ({ from, to: '~', reverse: false, limit: 10 });
  const look = (name: string, from: string, steps = 1) =>
    walks.of(name, undefined, span(from), () => {
      walked++;
      return Array.from({ length: steps }, () => ['p', 'k'] as const);
    });
  const walksFor = (ask: () => unknown) => {
    const before = walked;
    ask();
    return walked - before;
  };
  assert.equal(
    walksFor(() => look('a', '1')),
    1,
  );
  assert.equal(
    walksFor(() => look('a', '1')),
    0,
  );
  assert.equal(
    walksFor(() => look('a', '2')),
    1,
  );
  assert.equal(
    walksFor(() => look('b', '1')),
    1,
  );
  walks.forget('a');
  assert.equal(
    walksFor(() => look('b', '1')),
    0,
  );
  assert.equal(
    walksFor(() => look('a', '1')),
    1,
  );
  // 20,000 steps are too many for one, and those that come to more together are forgotten.
  assert.equal(
    walksFor(() => look('c', '1', 20_000)),
    1,
  );
  assert.equal(
    walksFor(() => look('c', '1', 20_000)),
    1,
  );
  assert.equal(
    walksFor(() => look('a', '1')),
    0,
  );
  assert.equal(
    walksFor(() => look('d', '1', 19_900)),
    1,
  );
  assert.equal(
    walksFor(() => look('b', '1')),
    0,
  );
  assert.equal(
    walksFor(() => look('e', '1', 19_900)),
    1,
  );
  assert.equal(
    walksFor(() => look('b', '1')),
    1,
  );
  assert.equal(
    walksFor(() => look('e', '1', 19_900)),
    0,
  );
  walks.clear();
  assert.equal(
    walksFor(() => look('e', '1', 19_900)),
    1,
  );
  // What is forgotten makes room.
  walks.forget('e');
  look('f', '1');
  look('g', '1', 19_900);
  assert.equal(
    walksFor(() => look('f', '1')),
    0,
  );
  // Those that have found nothing are not kept without end.
  walks.clear();
  const empty = (from: number) => walksFor(() => look('h', `${from}`, 0));
  for (let from = 1; from <= 20_001; from++) empty(from);
  assert.equal(empty(1), 0);
  for (const from of [20_002, 1]) assert.equal(empty(from), 1);
});

test('the four blocks that were read last stay open', () => {
  const packer = new BlockPacker(1);
  packer.add(inPlace(keptEntry(trail.name, { stream: 's', atMs: 1, labels: {}, body: 0 }), 1));
  const packed = packer.packed();
  const blocks = new OpenBlocks();
  let opened = '';
  const read = (first: number) =>
    blocks.get(first, () => {
      opened += first;
      return new OpenBlock(trail.name, packed);
    });
  for (const first of [1, 2, 3, 4, 1, 2, 3, 4]) read(first);
  assert.equal(opened, '1234');
  // The one that is read anew is not the oldest any more.
  for (const first of [1, 5, 3, 4, 1, 5, 2]) read(first);
  assert.equal(opened, '123452');
});

test('keys are written as they are in the files that there are', () => {
  const rows: [key: (string | number)[], text: string][] = [
    [['a', 'b'], 'sa\u0001sb\u0001'],
    [[''], 's\u0001'],
    [['\u0000\u0001\u0002\u0003'], 's\u0002\u0001\u0002\u0002\u0002\u0003\u0003\u0001'],
    [['\u007f\u0080'], 's\u007f\u00c2\u0080\u0001'],
    [['\u07ff\u0800'], 's\u00df\u00bf\u00e0\u00a0\u0080\u0001'],
    [['\uffff'], 's\u00ef\u00bf\u00bf\u0001'],
    [['\u{10000}'], 's\u00f0\u0090\u0080\u0080\u0001'],
    [['\u{1f600}'], 's\u00f0\u009f\u0098\u0080\u0001'],
    [['\u{10ffff}'], 's\u00f4\u008f\u00bf\u00bf\u0001'],
    [['\ud800'], 's\u00ed\u00a0\u0080\u0001'],
    [[0], 'n8000000000000000'],
    [[1], 'nbff0000000000000'],
    [[-1], 'n400fffffffffffff'],
    [[1795890000000], 'nc27a22362b080000'],
  ];
  for (const [key, text] of rows) assert.equal(encodeKey(key), text, JSON.stringify(key));
  assert.equal(indexPosition(['a'], encodeKey(['b'])), 'sa\u0001!sb\u0001');
  const whole = { reverse: false, limit: Number.POSITIVE_INFINITY };
  assert.deepEqual(spanOf(), { ...whole, from: '', to: '\u007f' });
  assert.deepEqual(spanOf({ prefix: ['a'], after: ['a', 'b'] }), {
    ...whole,
    from: 'sa\u0001sb\u0001\u0001',
    to: 'sa\u0001\u007f',
  });
  assert.deepEqual(indexSpanOf({ after: { indexKey: ['a'], key: ['b'] }, reverse: true, limit: 2 }), {
    from: '',
    to: 'sa\u0001!sb\u0001',
    reverse: true,
    limit: 2,
  });
});
