import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import {
  type Key,
  type LogRange,
  log,
  type Range,
  type ReadTransaction,
  type Store,
  type Transaction,
  table,
} from '../../src/store/store.ts';

interface Volume {
  readonly id: string;
  readonly state: string;
  readonly keys?: readonly string[];
}

const volumes = table<Volume>()({
  name: 'test.volumes',
  key: (volume) => [volume.id],
  indexes: {
    byState: (volume) => [[volume.state]],
    byKey: (volume) => (volume.keys ?? []).map((key) => [key]),
  },
});

const keyed = table<{ readonly key: Key }>()({ name: 'test.keyed', key: (record) => record.key });
const trail = log('test.trail');

const put = (store: Store, ...all: Volume[]) =>
  store.transact(async (tx) => {
    for (const volume of all) tx.put(volumes, volume);
  });
const get = (store: Store, id: string) => store.read((tx) => tx.get(volumes, [id]));
const ids = (all: readonly Volume[]) => all.map((volume) => volume.id);
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** What every adapter of the store must do. */
export function storeContract(name: string, open: (t: TestContext) => Store): void {
  describe(`${name}: records`, () => {
    test('a record reads back as it was put, until it is replaced or deleted', async (t) => {
      const store = open(t);
      const vol = { id: 'vol-1', state: 'in-use', keys: ['é', '\ud83d\ude00', 'a\u0000b'] };
      await put(store, vol);
      assert.deepEqual(await get(store, 'vol-1'), vol);
      await put(store, { id: 'vol-1', state: 'available' });
      assert.deepEqual(await get(store, 'vol-1'), { id: 'vol-1', state: 'available' });
      await store.transact(async (tx) => tx.delete(volumes, ['vol-1']));
      assert.equal(await get(store, 'vol-1'), undefined);
    });

    test('a stored record is frozen to its depth and apart from the object that was put', async (t) => {
      const store = open(t);
      const keys = ['k1'];
      await put(store, { id: 'vol-1', state: 'in-use', keys });
      keys.push('k2');
      const stored = await get(store, 'vol-1');
      assert.deepEqual(stored?.keys, ['k1']);
      assert.ok(Object.isFrozen(stored) && Object.isFrozen(stored.keys));
    });

    test('an unchanged record is the same object at every read, a replaced one is another', async (t) => {
      const store = open(t);
      await put(store, { id: 'vol-1', state: 'in-use' }, { id: 'vol-2', state: 'in-use' });
      const first = await get(store, 'vol-1');
      await put(store, { id: 'vol-2', state: 'available' });
      assert.equal(await get(store, 'vol-1'), first);
      assert.equal((await store.read((tx) => tx.find(volumes, 'byState', { prefix: ['in-use'] })))[0], first);
      assert.equal((await store.transact((tx) => tx.list(volumes)))[0], first);
      await put(store, { id: 'vol-1', state: 'in-use' });
      assert.notEqual(await get(store, 'vol-1'), first);
    });

    test('what JSON would change silently is refused, and where it stands is named', async (t) => {
      const store = open(t);
      for (const [value, message] of [
        [new Date(0), /Date at \.tags\[0\]/],
        [Buffer.from('secret'), /Buffer at \.tags\[0\]/],
        [Number.NaN, /NaN at \.tags\[0\]/],
        [() => 1, /function at \.tags\[0\]/],
        [undefined, /undefined at \.tags\[0\]/],
        [Object.create(Object.create(null)), /object at \.tags\[0\]/],
      ] as const) {
        const record = { id: 'vol-1', state: 'x', tags: [value] };
        await assert.rejects(
          store.transact(async (tx) => tx.put(volumes, record)),
          message,
        );
      }
      await assert.rejects(
        store.transact(async (tx) => tx.put(keyed, new (class Entry extends Object {})() as { key: Key })),
        /not Entry at its root/,
      );
      assert.equal(await get(store, 'vol-1'), undefined);
    });

    test('a property called __proto__ is one like others', async (t) => {
      const store = open(t);
      const record = { id: 'vol-1', state: 'x', tags: [JSON.parse('{"__proto__":{"a":1},"b":2}')] };
      await store.transact(async (tx) => {
        tx.put(volumes, record);
        assert.deepEqual(await tx.get(volumes, ['vol-1']), record);
      });
      const stored = await get(store, 'vol-1');
      assert.deepEqual(stored, record);
      assert.equal(JSON.stringify(stored), JSON.stringify(record));
      assert.ok(Object.isFrozen((stored as typeof record).tags[0].__proto__));
    });

    test('a property that is undefined is left out, and minus zero is zero', async (t) => {
      const store = open(t);
      await store.transact(async (tx) => {
        tx.put(volumes, { id: 'vol-1', state: 'x', keys: undefined });
        assert.deepEqual(await tx.get(volumes, ['vol-1']), { id: 'vol-1', state: 'x' });
      });
      assert.deepEqual(await get(store, 'vol-1'), { id: 'vol-1', state: 'x' });
      await store.transact(async (tx) => {
        const sizes = { id: 'vol-1', state: 'x', sizes: [-0, 1] };
        tx.put(volumes, sizes);
        assert.deepEqual(await tx.get(volumes, ['vol-1']), { ...sizes, sizes: [0, 1] });
      });
    });
  });

  describe(`${name}: order and pages`, () => {
    const ascending: Key[] = [
      [],
      [-Number.MAX_VALUE],
      [-1e300],
      [-2],
      [-1.5],
      [-1],
      [0],
      [5e-324],
      [0.1],
      [2],
      [2, 1],
      [2, 'a'],
      [10],
      [Number.MAX_SAFE_INTEGER],
      [''],
      ['', ''],
      ['\u0000'],
      ['\u0001'],
      ['\u0001', 'a'],
      ['\u0002'],
      ['\u0003'],
      ['10'],
      ['2'],
      ['A'],
      ['a'],
      ['a', -1],
      ['a', ''],
      ['a', 'b'],
      ['a\u0000'],
      ['a\u0001'],
      ['a '],
      ['ab'],
      ['ab', 'a'],
      ['a\u007f'],
      ['a\u0080'],
      ['é'],
      ['\ud800'],
      ['\uffff'],
      ['\u{10000}'],
      ['\u{10ffff}'],
    ];

    async function filled(t: TestContext): Promise<Store> {
      const store = open(t);
      await store.transact(async (tx) => {
        for (const key of ascending.toReversed()) tx.put(keyed, { key });
      });
      return store;
    }
    const keys = (records: readonly { key: Key }[]) => records.map((record) => record.key);

    test('keys come in order: numbers by value, then strings by code point, prefixes first', async (t) => {
      const store = await filled(t);
      assert.deepEqual(keys(await store.read((tx) => tx.list(keyed))), ascending);
      assert.deepEqual(
        keys(await store.read((tx) => tx.list(keyed, { reverse: true }))),
        ascending.toReversed(),
      );
    });

    test('every record is found under its own key and no other', async (t) => {
      const store = await filled(t);
      await store.read(async (tx) => {
        for (const key of ascending) assert.deepEqual((await tx.get(keyed, key))?.key, key);
        assert.equal(await tx.get(keyed, ['b']), undefined);
        assert.equal(await tx.get(keyed, ['a', 'b', 'c']), undefined);
      });
    });

    test('minus zero is zero, and NaN is no key', async (t) => {
      const store = await filled(t);
      assert.deepEqual(await store.read((tx) => tx.get(keyed, [-0])), { key: [0] });
      await assert.rejects(
        store.read((tx) => tx.get(keyed, [Number.NaN])),
        /NaN/,
      );
    });

    test('a prefix selects by whole parts', async (t) => {
      const store = await filled(t);
      const under = (prefix: Key) => store.read(async (tx) => keys(await tx.list(keyed, { prefix })));
      assert.deepEqual(await under(['a']), [['a'], ['a', -1], ['a', ''], ['a', 'b']]);
      assert.deepEqual(await under(['']), [[''], ['', '']]);
      assert.deepEqual(await under([2]), [[2], [2, 1], [2, 'a']]);
      assert.deepEqual(await under(['\u0001']), [['\u0001'], ['\u0001', 'a']]);
      assert.deepEqual(await under(['b']), []);
    });

    test('pages join to the whole, forwards and backwards, with and without a prefix', async (t) => {
      const store = await filled(t);
      for (const prefix of [[], ['a'], [2]] as Key[]) {
        for (const reverse of [false, true]) {
          const whole = keys(await store.read((tx) => tx.list(keyed, { prefix, reverse })));
          const joined: Key[] = [];
          for (;;) {
            const page = await store.read((tx) =>
              tx.list(keyed, { prefix, reverse, after: joined.at(-1), limit: 3 }),
            );
            if (page.length === 0) break;
            assert.ok(page.length <= 3);
            joined.push(...keys(page));
          }
          assert.ok(whole.length > 2);
          assert.deepEqual(joined, whole);
        }
      }
    });

    test('a page can continue after a key that is gone', async (t) => {
      const store = await filled(t);
      const after = (key: Key, reverse: boolean) =>
        store.read(async (tx) => keys(await tx.list(keyed, { after: key, limit: 1, reverse })));
      assert.deepEqual(await after(['aa'], false), [['ab']]);
      assert.deepEqual(await after(['aa'], true), [['a ']]);
      assert.deepEqual(await after([1], false), [[2]]);
    });
  });

  describe(`${name}: indexes`, () => {
    test('an index follows its record through change and deletion', async (t) => {
      const store = open(t);
      const find = (index: 'byState' | 'byKey', key: string) =>
        store.read(async (tx) => ids(await tx.find(volumes, index, { prefix: [key] })));
      await put(
        store,
        { id: 'vol-2', state: 'available', keys: ['k1', 'k2', 'k1'] },
        { id: 'vol-1', state: 'available', keys: ['k2'] },
        { id: 'vol-3', state: 'in-use' },
      );
      assert.deepEqual(await find('byState', 'available'), ['vol-1', 'vol-2']);
      assert.deepEqual(await find('byKey', 'k1'), ['vol-2']);
      assert.deepEqual(await find('byKey', 'k2'), ['vol-1', 'vol-2']);
      await put(store, { id: 'vol-2', state: 'in-use', keys: ['k2', 'k3'] });
      assert.deepEqual(await find('byState', 'available'), ['vol-1']);
      assert.deepEqual(await find('byState', 'in-use'), ['vol-2', 'vol-3']);
      assert.deepEqual(await find('byKey', 'k1'), []);
      assert.deepEqual(await find('byKey', 'k3'), ['vol-2']);
      await store.transact(async (tx) => tx.delete(volumes, ['vol-2']));
      assert.deepEqual(await find('byState', 'in-use'), ['vol-3']);
      assert.deepEqual(await find('byKey', 'k2'), ['vol-1']);
    });

    test('an index pages by its key and the record key together', async (t) => {
      const store = open(t);
      await put(store, ...['c', 'a', 'd', 'b'].map((id) => ({ id, state: id === 'd' ? 'y' : 'x' })));
      const page = (last: [string, string] | undefined, reverse: boolean) => {
        const after = last && { indexKey: [last[0]], key: [last[1]] };
        return store.read(async (tx) => ids(await tx.find(volumes, 'byState', { after, limit: 2, reverse })));
      };
      assert.deepEqual(await page(undefined, false), ['a', 'b']);
      assert.deepEqual(await page(['x', 'b'], false), ['c', 'd']);
      assert.deepEqual(await page(['y', 'd'], true), ['c', 'b']);
      assert.deepEqual(await page(['x', 'b'], true), ['a']);
    });

    test('an index key that continues another does not mix with the record keys under it', async (t) => {
      const marked = table<{ id: string; mark: Key }>()({
        name: 'test.marked',
        key: (record) => record.id.split('/'),
        indexes: { byMark: (record) => [record.mark] },
      });
      const store = open(t);
      await store.transact(async (tx) => {
        tx.put(marked, { id: 'c', mark: ['a', 'b'] });
        tx.put(marked, { id: 'b/c', mark: ['a'] });
        tx.put(marked, { id: 'z', mark: ['a'] });
      });
      const find = (prefix: Key) =>
        store.read(async (tx) => (await tx.find(marked, 'byMark', { prefix })).map((record) => record.id));
      assert.deepEqual(await find([]), ['b/c', 'z', 'c']);
      assert.deepEqual(await find(['a', 'b']), ['c']);
    });

    test('an unknown index is an error, not an empty answer', async (t) => {
      const store = open(t);
      await put(store, { id: 'vol-1', state: 'x' });
      const find = () => store.read((tx) => tx.find(volumes, 'byColour' as 'byState'));
      await assert.rejects(find, /byColour/);
    });
  });

  /** Whatever is asked for: from either end, from, at, between and beyond all keys, as many as there are and fewer. */
  describe(`${name}: every stretch`, () => {
    interface Item {
      readonly key: Key;
      readonly marks: readonly Key[];
    }
    const items = table<Item>()({
      name: 'test.items',
      key: ({ key }) => key,
      indexes: { byMark: ({ marks }) => marks },
    });
    const item = (key: Key, ...marks: Key[]): Item => ({ key, marks });
    const before = [
      item(['a'], ['m'], ['m', 'n']),
      item(['a', 'a'], ['m']),
      item(['a', 'b']),
      item(['c'], ['n']),
    ];
    const after = [
      item(['a'], ['m'], ['m']),
      item(['a', 'b'], ['m', 'n'], ['n']),
      item(['b'], ['m'], ['n'], ['m']),
      item(['c'], ['n'], ['m']),
    ];
    const text = (key: Key) => key.join();
    const ofRecords = (all: readonly Item[]) =>
      all.map(({ key }) => ({ prefixed: key, place: [text(key)], key }));
    const ofIndex = (all: readonly Item[]) =>
      all
        .flatMap(({ key, marks }) =>
          [...new Set(marks.map(text))].map((mark) => ({
            prefixed: mark.split(','),
            place: [mark, text(key)],
            key,
          })),
        )
        .sort((one, other) => (text(one.place) < text(other.place) ? -1 : 1));
    const isAbove = (one: Key, other: Key): boolean =>
      one[0] === other[0] ? (one[1] ?? '') > (other[1] ?? '') : (one[0] as string) > (other[0] as string);
    const PREFIXES: (Key | undefined)[] = [undefined, [], ['a'], ['a', 'b'], ['b'], ['m'], ['m', 'n'], ['x']];
    const LIMITS = [undefined, 0, 1, 2, 4, 9];

    async function assertStretches(tx: ReadTransaction, all: readonly Item[]): Promise<void> {
      for (const [places, afters, ask] of [
        [
          ofRecords(all),
          [undefined, ['0'], ['a'], ['a', 'a'], ['aa'], ['a', 'b'], ['b'], ['c'], ['d']],
          (range: Range, last?: Key) => tx.list(items, { ...range, after: last }),
        ],
        [
          ofIndex(all),
          [undefined, ['m', 'a'], ['m', 'b'], ['m', 'c'], ['m,n', 'a'], ['n', 'b'], ['n', 'c'], ['o', 'a']],
          (range: Range, last?: Key) => {
            const [mark, key] = (last ?? []) as string[];
            const place = last && { indexKey: (mark as string).split(','), key: (key as string).split(',') };
            return tx.find(items, 'byMark', { ...range, after: place });
          },
        ],
      ] as const) {
        for (const prefix of PREFIXES) {
          for (const last of afters) {
            const at = last && places[0]?.place.length === 1 ? [text(last)] : last;
            for (const reverse of [false, true]) {
              const ordered = reverse ? places.toReversed() : places;
              const within = ordered.filter(
                ({ prefixed, place }) =>
                  (prefix ?? []).every((part, index) => prefixed[index] === part) &&
                  (!at || (reverse ? isAbove(at, place) : isAbove(place, at))),
              );
              for (const limit of LIMITS) {
                const found = await ask({ prefix, reverse, limit }, last);
                assert.deepEqual(
                  found.map(({ key }) => key),
                  within.slice(0, limit).map(({ key }) => key),
                  JSON.stringify({ prefix, last, reverse, limit }),
                );
              }
            }
          }
        }
      }
    }

    test('of a table and an index, as it was, as a transaction has changed it, and as it is afterwards', async (t) => {
      const store = open(t);
      await store.transact(async (tx) => {
        for (const each of before) tx.put(items, each);
      });
      await store.read((tx) => assertStretches(tx, before));
      await store.transact(async (tx) => {
        tx.delete(items, ['a', 'a']);
        for (const each of after) tx.put(items, each);
        await assertStretches(tx, after);
      });
      await store.read((tx) => assertStretches(tx, after));
      await store.transact(async (tx) => {
        for (const { key } of after) tx.delete(items, key);
        await assertStretches(tx, []);
      });
      await put(store, { id: 'other', state: 'x' });
      await store.transact(async (tx) => tx.put(items, item(['b'], ['m'])));
      await store.read((tx) => assertStretches(tx, [item(['b'], ['m'])]));
    });

    test('of a log to which a transaction has added', async (t) => {
      const store = open(t);
      const streams = ['s', 't', 's', 's', 't', 's', 't'];
      const append = (tx: Transaction, n: number) => {
        const stream = streams[n - 1] as string;
        tx.append(trail, { stream, atMs: n, labels: { parity: String(n % 2) }, body: n });
      };
      await store.transact(async (tx) => {
        for (const n of [1, 2, 3, 4]) append(tx, n);
      });
      await store.transact(async (tx) => {
        tx.append(log('test.other'), { stream: 's', atMs: 1, labels: {}, body: 'other' });
        for (const n of [5, 6, 7]) append(tx, n);
        for (const stream of [undefined, 's', 't']) {
          for (const before of [undefined, 1, 3, 5, 6, 8]) {
            const within = [7, 6, 5, 4, 3, 2, 1].filter(
              (n) => n < (before ?? 9) && (!stream || streams[n - 1] === stream),
            );
            for (const limit of [0, 1, 2, 3, 4, 5, 9]) {
              const found = await tx.scan(trail, { stream, before, limit });
              assert.deepEqual(
                found.map(({ sequence, body }) => [sequence, body]),
                within.slice(0, limit).map((n) => [n, n]),
              );
            }
          }
        }
      });
    });
  });

  describe(`${name}: transactions`, () => {
    test('a transaction sees its own writes in every kind of read; others see them at its end', async (t) => {
      const store = open(t);
      await put(store, { id: 'a', state: 'x' }, { id: 'b', state: 'x' }, { id: 'c', state: 'x' });
      await store.transact(async (tx) => {
        tx.put(volumes, { id: 'a', state: 'y' });
        tx.delete(volumes, ['b']);
        tx.put(volumes, { id: 'bb', state: 'x' });
        tx.append(trail, { stream: 's', atMs: 1, labels: {}, body: 'own' });
        assert.deepEqual(await tx.get(volumes, ['a']), { id: 'a', state: 'y' });
        assert.equal(await tx.get(volumes, ['b']), undefined);
        assert.deepEqual(ids(await tx.list(volumes)), ['a', 'bb', 'c']);
        assert.deepEqual(ids(await tx.list(volumes, { limit: 2, reverse: true })), ['c', 'bb']);
        assert.deepEqual(ids(await tx.find(volumes, 'byState', { prefix: ['x'], limit: 1 })), ['bb']);
        assert.deepEqual(ids(await tx.find(volumes, 'byState', { prefix: ['y'] })), ['a']);
        assert.deepEqual(
          (await tx.scan(trail, { limit: 9 })).map((entry) => entry.body),
          ['own'],
        );
        const outside = await store.read(async (read) => [
          ids(await read.list(volumes)),
          await read.scan(trail, { limit: 9 }),
        ]);
        assert.deepEqual(outside, [['a', 'b', 'c'], []]);
      });
      assert.deepEqual(ids(await store.read((tx) => tx.list(volumes))), ['a', 'bb', 'c']);
    });

    test('a transaction that throws leaves nothing behind and passes its error on', async (t) => {
      const store = open(t);
      await put(store, { id: 'a', state: 'x' });
      const generation = store.generation(volumes.name);
      const thrown = new Error('refused');
      const attempt = store.transact(async (tx) => {
        tx.put(volumes, { id: 'a', state: 'y' });
        tx.put(volumes, { id: 'b', state: 'y' });
        tx.append(trail, { stream: 's', atMs: 1, labels: {}, body: null });
        await tx.list(volumes);
        throw thrown;
      });
      await assert.rejects(attempt, (error) => error === thrown);
      await store.read(async (tx) => {
        assert.deepEqual(await tx.list(volumes), [{ id: 'a', state: 'x' }]);
        assert.deepEqual(await tx.find(volumes, 'byState', { prefix: ['y'] }), []);
        assert.deepEqual(await tx.scan(trail, { limit: 9 }), []);
      });
      assert.equal(store.generation(volumes.name), generation);
    });

    test('transactions run one after another: no increment is lost', async (t) => {
      const store = open(t);
      await put(store, { id: 'count', state: '0' });
      const increment = () =>
        store.transact(async (tx) => {
          const count = Number((await tx.get(volumes, ['count']))?.state);
          await tx.list(volumes);
          tx.put(volumes, { id: 'count', state: String(count + 1) });
          return count;
        });
      const seen = await Promise.all(Array.from({ length: 50 }, increment));
      assert.deepEqual(
        seen,
        Array.from({ length: 50 }, (_, i) => i),
      );
      assert.equal((await get(store, 'count'))?.state, '50');
    });

    test('those that run beside others go step by step with them, and the next in line waits for all of them', async (t) => {
      const store = open(t);
      const steps: string[] = [];
      const two = (who: string) => async (tx: ReadTransaction) => {
        steps.push(`${who} begins`);
        await tx.get(volumes, ['a']);
        steps.push(`${who} ends`);
      };
      await Promise.all([
        store.transactBeside(two('a')),
        store.transactBeside(two('b')),
        store.transact(two('c')),
        store.transactBeside(two('d')),
        store.transactBeside(two('e')),
      ]);
      assert.deepEqual(steps, [
        ...['a begins', 'b begins', 'a ends', 'b ends'],
        ...['c begins', 'c ends'],
        ...['d begins', 'e begins', 'd ends', 'e ends'],
      ]);
      const late: string[] = [];
      const first = store.transactBeside(async (tx) => {
        void store.transactBeside(async () => late.push('second'));
        for (let i = 0; i < 9; i++) await tx.get(volumes, ['a']);
        late.push('first');
      });
      await first;
      await store.transact(async () => late.push('third'));
      assert.deepEqual(late, ['first', 'second', 'third'], 'nobody joins those who have begun');
    });

    test('of those, one that has read what another changed runs again alone, and leaves nothing of its first run', async (t) => {
      const store = open(t);
      await put(store, { id: 'count', state: '0' });
      let runs = 0;
      let heard = 0;
      const increment = (read: (tx: ReadTransaction) => Promise<Volume | undefined>) =>
        store.transactBeside(async (tx) => {
          runs++;
          const count = Number((await read(tx))?.state);
          tx.put(volumes, { id: 'count', state: String(count + 1) });
          tx.put(volumes, { id: `run-${runs}`, state: 'made' });
          tx.append(trail, { stream: 's', atMs: 1, labels: {}, body: count });
          tx.afterwards(() => heard++);
          return count;
        });
      const reads = [
        (tx: ReadTransaction) => tx.get(volumes, ['count']),
        async (tx: ReadTransaction) => (await tx.list(volumes, { limit: 1 }))[0],
        async (tx: ReadTransaction) => (await tx.list(volumes)).find(({ id }) => id === 'count'),
      ];
      const unrelated = store.transactBeside((tx) => tx.get(keyed, [1]));
      const seen = await Promise.all([0, 1, 2].flatMap(() => reads.map(increment)));
      await unrelated;
      assert.deepEqual(
        seen.toSorted((a, b) => a - b),
        Array.from({ length: 9 }, (_, i) => i),
      );
      assert.deepEqual([runs, heard], [9 + 8, 9]);
      const left = await store.read((tx) => tx.list(volumes));
      assert.equal(left.length, 1 + 9);
      const entries = await store.read((tx) => tx.scan(trail, { limit: 99 }));
      assert.deepEqual(
        entries.map(({ sequence, body }) => [sequence, body]),
        Array.from({ length: 9 }, (_, i) => [9 - i, 8 - i]),
      );
    });

    test('of two that put the same record, the later one takes what the earlier one has put out of the indexes', async (t) => {
      const store = open(t);
      await put(store, { id: 'a', state: '0' });
      const putBeside = (state: string) =>
        store.transactBeside(async (tx) => tx.put(volumes, { id: 'a', state }));
      await Promise.all(['1', '2', '3'].map(putBeside));
      const found = await Promise.all(
        ['0', '1', '2', '3'].map((state) =>
          store.read((tx) => tx.find(volumes, 'byState', { prefix: [state] })),
        ),
      );
      assert.deepEqual(found.map(ids), [[], [], [], ['a']]);
    });

    test('a long one deletes what another has put in a turn between', async (t) => {
      const store = open(t);
      const order: string[] = [];
      const deleting = store.transactBeside(async (tx) => {
        for (let i = 0; i < 250; i++) await tx.get(keyed, [1]);
        tx.delete(volumes, ['a']);
        tx.afterwards(() => order.push('deleted'));
      });
      const putting = store.transactBeside(async (tx) => {
        // Behind the other, so that within each turn it comes later.
        for (let step = 0; step < 2000; step++) await undefined;
        await turn();
        await turn();
        tx.put(volumes, { id: 'a', state: 'x' });
        tx.afterwards(() => order.push('put'));
      });
      await Promise.all([deleting, putting]);
      assert.deepEqual(order, ['put', 'deleted']);
      assert.equal(await get(store, 'a'), undefined);
    });

    test('also one that has failed over it, has scanned a log, or has only read; but none that has just written', async (t) => {
      const store = open(t);
      await put(store, ...['a', 'b', 'c'].map((id) => ({ id, state: '0' })));
      const runs: string[] = [];
      const beside = <T>(name: string, body: (tx: Transaction) => Promise<T>) =>
        store.transactBeside((tx) => {
          runs.push(name);
          return body(tx);
        });
      const idle = async (tx: ReadTransaction) => {
        for (let i = 0; i < 20; i++) await tx.get(keyed, [1]);
      };
      const ended = Promise.all([
        beside('changes', async (tx) => {
          for (const id of ['a', 'b', 'c']) tx.put(volumes, { id, state: '1' });
          tx.append(trail, { stream: 's', atMs: 1, labels: {}, body: 1 });
        }),
        beside('fails', async (tx) => {
          const a = await tx.get(volumes, ['a']);
          await idle(tx);
          const b = await tx.get(volumes, ['b']);
          if (a?.state !== b?.state) throw new Error('torn');
          return a?.state;
        }),
        beside('scans', async (tx) => {
          const before = await tx.scan(trail, { limit: 9 });
          await idle(tx);
          return [before.length, (await tx.scan(trail, { limit: 9 })).length];
        }),
        beside('reads', async (tx) => {
          const before = await tx.find(volumes, 'byState', { prefix: ['1'] });
          await idle(tx);
          return [before.length, (await tx.find(volumes, 'byState', { prefix: ['1'] })).length];
        }),
        beside('writes', async (tx) => {
          await idle(tx);
          tx.put(volumes, { id: 'c', state: '2' });
          tx.append(trail, { stream: 's', atMs: 1, labels: {}, body: 2 });
        }),
      ]);
      const [, failed, scanned, read] = await ended;
      assert.deepEqual([failed, scanned, read], ['1', [2, 2], [2, 2]]);
      const order = ['changes', 'fails', 'scans', 'reads', 'writes', 'fails', 'scans', 'reads'];
      assert.deepEqual(runs, order);
      const inState = async (state: string) =>
        ids(await store.read((tx) => tx.find(volumes, 'byState', { prefix: [state] })));
      assert.deepEqual([await inState('1'), await inState('2')], [['a', 'b'], ['c']]);
    });

    test('a read sees one state, however many transactions end while it awaits its own reads', async (t) => {
      const store = open(t);
      await put(store, { id: 'a', state: '0' }, { id: 'b', state: '0' });
      const writes = Array.from({ length: 20 }, (_, i) =>
        put(store, { id: 'a', state: String(i) }, { id: 'b', state: String(i) }),
      );
      const reads = Array.from({ length: 20 }, () =>
        store.read(async (tx) => {
          const a = await tx.get(volumes, ['a']);
          for (let i = 0; i < 7; i++) await tx.get(volumes, ['c']);
          assert.equal((await tx.get(volumes, ['b']))?.state, a?.state);
        }),
      );
      await Promise.all([...writes, ...reads]);
      assert.equal((await get(store, 'b'))?.state, '19');
    });

    test('a read that awaits something else holds up no writer', async (t) => {
      const store = open(t);
      await store.read(async (tx) => {
        await put(store, { id: 'a', state: 'x' });
        assert.deepEqual(await tx.get(volumes, ['a']), { id: 'a', state: 'x' });
      });
    });

    test('a transaction is of no use after its end', async (t) => {
      const store = open(t);
      const escaped = await store.transact(async (tx) => ({ tx }));
      assert.throws(() => escaped.tx.put(volumes, { id: 'a', state: 'x' }), /ended/);
      await assert.rejects(escaped.tx.get(volumes, ['a']), /ended/);
      const reader = await store.read(async (tx) => ({ tx }));
      await assert.rejects(reader.tx.list(volumes), /ended/);
    });

    test('nor is one that threw, nor one that waits for a read to be applied', async (t) => {
      const store = open(t);
      const escaped: Transaction[] = [];
      const refused = store.transact(async (tx) => {
        escaped.push(tx);
        throw new Error('refused');
      });
      await assert.rejects(refused, /refused/);
      const { promise: reading, resolve: stopReading } = Promise.withResolvers<void>();
      const read = store.read(() => reading);
      const waiting = store.transact(async (tx) => {
        escaped.push(tx);
        tx.put(volumes, { id: 'a', state: 'x' });
      });
      // Its body has run after so many steps, and the turn that the read is given is not over.
      for (let step = 0; step < 20; step++) await undefined;
      assert.equal(escaped.length, 2);
      for (const tx of escaped) {
        assert.throws(() => tx.put(volumes, { id: 'late', state: 'x' }), /ended/);
        assert.throws(() => tx.delete(volumes, ['a']), /ended/);
        assert.throws(() => tx.append(trail, { stream: 's', atMs: 1, labels: {}, body: 'late' }), /ended/);
        await assert.rejects(tx.get(volumes, ['a']), /ended/);
      }
      stopReading();
      await Promise.all([read, waiting]);
      assert.deepEqual(ids(await store.read((tx) => tx.list(volumes))), ['a']);
    });

    test('the generation of a table grows with its changes and with no others', async (t) => {
      const store = open(t);
      const generations: number[] = [store.generation(volumes.name)];
      const after = async (body: Parameters<Store['transact']>[0]) => {
        await store.transact(body);
        generations.push(store.generation(volumes.name));
      };
      await after(async (tx) => tx.put(volumes, { id: 'a', state: 'x' }));
      await after(async (tx) => tx.put(keyed, { key: [1] }));
      await after(async (tx) => tx.get(volumes, ['a']));
      await after(async (tx) => tx.delete(volumes, ['none']));
      await after(async (tx) => tx.delete(volumes, ['a']));
      const [first = 0] = generations;
      assert.deepEqual(generations.slice(1, 5), Array(4).fill(generations[1]));
      assert.ok(
        (generations[1] as number) > first && (generations[5] as number) > (generations[1] as number),
      );
    });

    test('a closed store finishes what was under way and refuses the rest', async (t) => {
      const store = open(t);
      const underWay = put(store, { id: 'a', state: 'x' });
      await store.close();
      await underWay;
      await assert.rejects(get(store, 'a'), /closed/);
      await assert.rejects(put(store, { id: 'b', state: 'x' }), /closed/);
      await assert.rejects(
        store.transactBeside(async () => {}),
        /closed/,
      );
      await assert.rejects(store.trim(trail, 1), /closed/);
      assert.throws(() => store.earliestMs(trail), /closed/);
      await store.close();
    });
  });

  describe(`${name}: logs`, () => {
    const COUNT = 1300;
    const streamOf = (n: number) => (n % 7 === 0 ? 'rare' : 'common');
    const labelsOf = (n: number) => ({
      Name: n % 500 === 3 ? 'Seldom' : 'Often',
      Id: `id-${n}`,
      Resource: n % 2 === 0 ? [] : [`r-${n % 5}`, `quote"\n${n % 3}`],
    });

    async function filled(t: TestContext): Promise<Store> {
      const store = open(t);
      for (let n = 1; n <= COUNT; n += 100) {
        await store.transact(async (tx) => {
          for (let i = n; i < n + 100; i++) {
            tx.append(trail, { stream: streamOf(i), atMs: i * 10, labels: labelsOf(i), body: { n: i } });
          }
        });
        await turn();
      }
      return store;
    }
    const numbers = Array.from({ length: COUNT }, (_, i) => COUNT - i);

    test('entries come newest first, whole, with their sequence numbers', async (t) => {
      const store = await filled(t);
      const [newest, second] = await store.read((tx) => tx.scan(trail, { limit: 2 }));
      assert.deepEqual(newest, {
        sequence: COUNT,
        stream: streamOf(COUNT),
        atMs: COUNT * 10,
        labels: labelsOf(COUNT),
        body: { n: COUNT },
      });
      assert.deepEqual(second?.labels, labelsOf(COUNT - 1));
    });

    test('what was appended before, in the same turn, is there for whoever comes next', async (t) => {
      const store = open(t);
      const seen: number[][] = [];
      await Promise.all(
        [1, 2, 3].map((n) =>
          store.transact(async (tx) => {
            seen.push((await tx.scan(trail, { limit: 9 })).map(({ sequence }) => sequence));
            tx.append(trail, { stream: 's', atMs: n * 10, labels: {}, body: n });
          }),
        ),
      );
      assert.deepEqual(seen, [[], [1], [2, 1]]);
    });

    test('each filter selects exactly what it says, alone and with others', async (t) => {
      const store = await filled(t);
      const cases: [string, Omit<LogRange, 'limit'>, (n: number) => boolean][] = [
        ['stream', { stream: 'rare' }, (n) => n % 7 === 0],
        ['no such stream', { stream: 'rar' }, () => false],
        ['time, inclusive', { fromMs: 100, toMs: 200 }, (n) => n >= 10 && n <= 20],
        ['old time', { toMs: 50 }, (n) => n <= 5],
        ['before', { before: 30 }, (n) => n < 30],
        ['a unique label', { label: { name: 'Id', value: 'id-4' } }, (n) => n === 4],
        ['a seldom label', { label: { name: 'Name', value: 'Seldom' } }, (n) => n % 500 === 3],
        [
          'a value in a list',
          { label: { name: 'Resource', value: 'r-1' } },
          (n) => n % 2 === 1 && n % 5 === 1,
        ],
        [
          'a value with a quote and a line break',
          { label: { name: 'Resource', value: 'quote"\n2' } },
          (n) => n % 2 === 1 && n % 3 === 2,
        ],
        ['the start of a value', { label: { name: 'Id', value: 'id-' } }, () => false],
        ['a value under another name', { label: { name: 'Name', value: 'id-4' } }, () => false],
        [
          'all at once',
          {
            stream: 'rare',
            fromMs: 1000,
            toMs: 9000,
            before: 800,
            label: { name: 'Resource', value: 'r-3' },
          },
          (n) => n % 7 === 0 && n >= 100 && n < 800 && n % 2 === 1 && n % 5 === 3,
        ],
      ];
      const select = (range: Omit<LogRange, 'limit'>) =>
        store.read(async (tx) =>
          (await tx.scan(trail, { ...range, limit: COUNT })).map((entry) => entry.sequence),
        );
      for (const [what, range, expected] of cases) {
        assert.deepEqual(await select(range), numbers.filter(expected), what);
      }
    });

    test('pages by sequence number join to the whole', async (t) => {
      const store = await filled(t);
      const joined: number[] = [];
      let before: number | undefined;
      for (;;) {
        const page = await store.read((tx) => tx.scan(trail, { stream: 'rare', before, limit: 50 }));
        if (page.length === 0) break;
        joined.push(...page.map((entry) => entry.sequence));
        before = joined.at(-1);
      }
      assert.deepEqual(
        joined,
        numbers.filter((n) => n % 7 === 0),
      );
    });

    test('what is done to an entry after it was appended does not reach the log', async (t) => {
      const store = open(t);
      const entry = { stream: 's', atMs: 1, labels: { Name: ['a'] }, body: { n: [1] } as unknown };
      await store.transact(async (tx) => {
        tx.append(trail, entry);
        entry.labels.Name.push('b');
        (entry.body as { n: number[] }).n.push(2);
        tx.append(trail, { stream: 's', atMs: 2, labels: {}, body: undefined });
      });
      const [second, first] = await store.read((tx) => tx.scan(trail, { limit: 9 }));
      assert.deepEqual(first, {
        sequence: 1,
        stream: 's',
        atMs: 1,
        labels: { Name: ['a'] },
        body: { n: [1] },
      });
      assert.equal(second?.body, null);
    });

    test('a limit of zero asks for nothing, and logs do not mix', async (t) => {
      const store = await filled(t);
      assert.deepEqual(await store.read((tx) => tx.scan(trail, { limit: 0 })), []);
      assert.deepEqual(await store.read((tx) => tx.scan(log('test.other'), { limit: 5 })), []);
    });
  });
}
