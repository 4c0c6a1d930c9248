import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { openMemoryStore } from '../../src/store/memory/memory-store.ts';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import {
  type IndexRange,
  type Key,
  type LogEntry,
  type LogRange,
  log,
  type Range,
  type ReadTransaction,
  type Store,
  type Transaction,
  table,
} from '../../src/store/store.ts';

/**
 * Random programs, run on both adapters and on a model that is too simple to be wrong: records in an array, sorted
 * by comparing keys part by part; log entries in an array, filtered.
 */
interface Thing {
  readonly key: Key;
  readonly marks: readonly Key[];
}

const things = table<Thing>()({
  name: 'test.things',
  key: (thing) => thing.key,
  indexes: { byMark: (thing) => thing.marks },
});
const trail = log('test.trail');

type Step =
  | { readonly do: 'put'; readonly thing: Thing }
  | { readonly do: 'delete'; readonly key: Key }
  | { readonly do: 'append'; readonly entry: LogEntry }
  | { readonly do: 'get'; readonly key: Key }
  | { readonly do: 'list'; readonly range: Range }
  | { readonly do: 'find'; readonly range: IndexRange }
  | { readonly do: 'scan'; readonly range: LogRange };

interface Act {
  readonly steps: readonly Step[];
  readonly end: 'commit' | 'throw' | 'read' | 'reopen';
}

// Few values, chosen to collide: prefixes of one another, escapes, characters beyond the basic plane.
const part = fc.constantFrom(
  '',
  'a',
  'ab',
  'b',
  '\u0000',
  '\u0001',
  'a\u0001',
  'é',
  '\uffff',
  '\u{10000}',
  -1,
  0,
  2,
  10,
);
const key = fc.array(part, { minLength: 1, maxLength: 2 });
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const stretch = {
  prefix: maybe(fc.array(part, { maxLength: 2 })),
  limit: maybe(fc.nat(4)),
  reverse: fc.boolean(),
};
const range: fc.Arbitrary<Range> = fc.record({ ...stretch, after: maybe(key) });
const indexRange: fc.Arbitrary<IndexRange> = fc.record({
  ...stretch,
  after: maybe(fc.record({ indexKey: key, key })),
});
const stream = fc.constantFrom('s', 't');
const label = fc.constantFrom('x', 'y', '"\n');
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('put' as const),
      thing: fc.record({ key, marks: fc.array(key, { maxLength: 3 }) }),
    }),
  },
  fc.record({ do: fc.constant('delete' as const), key }),
  fc.record({ do: fc.constant('get' as const), key }),
  fc.record({ do: fc.constant('list' as const), range }),
  { weight: 2, arbitrary: fc.record({ do: fc.constant('find' as const), range: indexRange }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('append' as const),
      entry: fc.record({
        stream,
        atMs: fc.nat(9),
        labels: fc.dictionary(
          fc.constantFrom('one', 'two'),
          fc.oneof(label, fc.array(label, { maxLength: 2 })),
        ),
        body: fc.jsonValue({ maxDepth: 1 }),
      }),
    }),
  },
  fc.record({
    do: fc.constant('scan' as const),
    range: fc.record({
      stream: maybe(stream),
      fromMs: maybe(fc.nat(9)),
      toMs: maybe(fc.nat(9)),
      before: maybe(fc.nat(20)),
      label: maybe(fc.record({ name: fc.constantFrom('one', 'two'), value: label })),
      limit: fc.nat(4),
    }),
  }),
);
const program: fc.Arbitrary<Act[]> = fc
  .array(
    fc.record({
      steps: fc.array(step, { maxLength: 8 }),
      end: fc.oneof(
        { weight: 6, arbitrary: fc.constant('commit' as const) },
        fc.constantFrom('throw' as const, 'read' as const, 'reopen' as const),
      ),
    }),
    { maxLength: 12 },
  )
  // As JSON would have it: no prototypes, no minus zero.
  .map((acts) => JSON.parse(JSON.stringify(acts)) as Act[]);

function comparePart(a: string | number | undefined, b: string | number | undefined): number {
  if (a === undefined || b === undefined) return Number(b === undefined) - Number(a === undefined);
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a !== typeof b) return typeof a === 'number' ? -1 : 1;
  return Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)));
}

function compareKeys(a: Key, b: Key): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const order = comparePart(a[i], b[i]);
    if (order !== 0) return order;
  }
  return 0;
}

const sameKey = (a: Key, b: Key) => compareKeys(a, b) === 0;

type Place = readonly [Key, Key];

function comparePlaces(a: Place, b: Place): number {
  return compareKeys(a[0], b[0]) || compareKeys(a[1], b[1]);
}

class Model {
  things: Thing[] = [];
  entries: LogEntry[] = [];

  run(step: Step): unknown {
    if (step.do === 'get') return this.things.find((thing) => sameKey(thing.key, step.key));
    if (step.do === 'list') {
      const { after, ...range } = step.range;
      return this.#range(range, after && [after, after], (thing) => [thing.key]);
    }
    if (step.do === 'find') {
      const { after, ...range } = step.range;
      return this.#range(range, after && [after.indexKey, after.key], ({ marks }) =>
        marks.filter((mark, at) => marks.findIndex((other) => sameKey(other, mark)) === at),
      );
    }
    if (step.do === 'scan') return this.#scan(step.range);
    if (step.do === 'append') this.entries.push(step.entry);
    else {
      const at = step.do === 'put' ? step.thing.key : step.key;
      this.things = this.things.filter((thing) => !sameKey(thing.key, at));
      if (step.do === 'put') this.things.push(step.thing);
    }
    return undefined;
  }

  /** `after` and places are pairs: the key that orders, and the record's own key, which breaks ties. */
  #range(
    range: Omit<Range, 'after'>,
    after: Place | undefined,
    keysOf: (thing: Thing) => readonly Key[],
  ): Thing[] {
    const { prefix = [], limit, reverse = false } = range;
    const direction = reverse ? -1 : 1;
    return this.things
      .flatMap((thing) => keysOf(thing).map((at) => ({ at: [at, thing.key] as Place, thing })))
      .filter(({ at }) => sameKey(at[0].slice(0, prefix.length), prefix))
      .filter(({ at }) => after === undefined || comparePlaces(at, after) * direction > 0)
      .sort((a, b) => comparePlaces(a.at, b.at) * direction)
      .slice(0, limit)
      .map(({ thing }) => thing);
  }

  #scan({ stream, fromMs = 0, toMs = 99, before = 999, label, limit }: LogRange): unknown[] {
    return this.entries
      .map((entry, at) => ({ ...entry, sequence: at + 1 }))
      .filter((entry) => entry.sequence < before && entry.atMs >= fromMs && entry.atMs <= toMs)
      .filter((entry) => stream === undefined || entry.stream === stream)
      .filter((entry) => label === undefined || [entry.labels[label.name]].flat().includes(label.value))
      .reverse()
      .slice(0, limit);
  }
}

async function runStep(tx: ReadTransaction & Partial<Transaction>, step: Step): Promise<unknown> {
  if (step.do === 'get') return tx.get(things, step.key);
  if (step.do === 'list') return tx.list(things, step.range);
  if (step.do === 'find') return tx.find(things, 'byMark', step.range);
  if (step.do === 'scan') return tx.scan(trail, step.range);
  if (step.do === 'append') tx.append?.(trail, step.entry);
  else if (step.do === 'put') tx.put?.(things, step.thing);
  else tx.delete?.(things, step.key);
  return undefined;
}

const reads = (step: Step) => ['get', 'list', 'find', 'scan'].includes(step.do);

class Thrown extends Error {}

/** Transactions that come at one time; `waits` is by how much each falls behind the others with every step. */
const throng: fc.Arbitrary<readonly Member[]> = fc
  .array(
    fc.record({
      steps: fc.array(step, { maxLength: 5 }),
      isBeside: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, fc.constant(false)),
      waits: fc.nat(3),
    }),
    { maxLength: 8 },
  )
  .map((members) => JSON.parse(JSON.stringify(members)) as Member[]);

interface Member {
  readonly steps: readonly Step[];
  readonly isBeside: boolean;
  readonly waits: number;
}

/** Whatever ran side by side has seen and done what it would have one after another, in the order in which it was kept. */
async function checkThrongs(throngs: readonly (readonly Member[])[], store: Store): Promise<number> {
  const model = new Model();
  let runs = 0;
  try {
    for (const members of throngs) {
      const kept: { readonly steps: readonly Step[]; readonly seen: readonly unknown[] }[] = [];
      const all = members.map(({ steps, isBeside, waits }) => {
        const body = async (tx: Transaction) => {
          runs++;
          const seen: unknown[] = [];
          for (const step of steps) {
            for (let wait = 0; wait < waits; wait++) await undefined;
            seen.push(await runStep(tx, step));
          }
          tx.afterwards(() => kept.push({ steps, seen }));
        };
        return isBeside ? store.transactBeside(body) : store.transact(body);
      });
      await Promise.all(all);
      assert.equal(kept.length, members.length);
      for (const { steps, seen } of kept) {
        assert.deepEqual(
          seen,
          steps.map((step) => model.run(step)),
        );
      }
    }
    await store.read(async (tx) => {
      assert.deepEqual(await tx.find(things, 'byMark'), model.run({ do: 'find', range: {} }));
      assert.deepEqual(
        await tx.scan(trail, { limit: 999 }),
        model.run({ do: 'scan', range: { limit: 999 } }),
      );
    });
  } finally {
    await store.close();
  }
  return runs;
}

async function check(
  acts: readonly Act[],
  store: Store,
  reopen: (store: Store) => Promise<Store>,
): Promise<void> {
  let current = store;
  const model = new Model();
  try {
    for (const { steps, end } of acts) {
      const before = { things: model.things, entries: [...model.entries] };
      const seen: unknown[] = [];
      const expected: unknown[] = [];
      const body = async (tx: ReadTransaction & Partial<Transaction>) => {
        for (const step of end === 'read' ? steps.filter(reads) : steps) {
          seen.push(await runStep(tx, step));
          expected.push(model.run(step));
        }
        if (end === 'throw') throw new Thrown();
      };
      if (end === 'read') await current.read(body);
      else await current.transact(body).catch((error) => assert.ok(error instanceof Thrown, error));
      if (end === 'throw') Object.assign(model, before);
      if (end === 'reopen') current = await reopen(current);
      assert.deepEqual(seen, expected);
    }
    await current.read(async (tx) => {
      assert.deepEqual(await tx.list(things), model.run({ do: 'list', range: {} }));
      assert.deepEqual(await tx.find(things, 'byMark'), model.run({ do: 'find', range: {} }));
      assert.deepEqual(
        await tx.scan(trail, { limit: 999 }),
        model.run({ do: 'scan', range: { limit: 999 } }),
      );
    });
  } finally {
    await current.close();
  }
}

describe('a store does what a model of it does', () => {
  test('in memory', async () => {
    await fc.assert(
      fc.asyncProperty(program, (acts) => check(acts, openMemoryStore(), async (store) => store)),
      { numRuns: 500 },
    );
  });

  test('in memory, when transactions run side by side', async () => {
    let again = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(throng, { maxLength: 3 }), async (throngs) => {
        again += (await checkThrongs(throngs, openMemoryStore())) - throngs.flat().length;
      }),
      { numRuns: 500 },
    );
    assert.ok(again > 500, `only ${again} had to run again`);
  });

  test('in SQLite, also when it is closed and opened again in between', async (t) => {
    const directory = mkdtempSync(join(tmpdir(), 'latchkey-model-'));
    t.after(() => rmSync(directory, { recursive: true }));
    let files = 0;
    await fc.assert(
      fc.asyncProperty(program, async (acts) => {
        const file = join(directory, `${files++}.db`);
        await check(acts, openSqliteStore({ file }), async (store) => {
          await store.close();
          return openSqliteStore({ file });
        });
      }),
      { numRuns: 50 },
    );
  });
});
