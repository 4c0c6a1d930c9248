import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { systemTurns } from '../../src/platform/node/index.ts';
import { Gathering } from '../../src/store/gathering.ts';
import { GroupCommit } from '../../src/store/group-commit.ts';

/** Syncs that take as long as the test says, and timers that it moves on. */
function heldBack(gathers = true) {
  let nowMs = 0;
  let size = 0;
  const groups: (number | 'rest')[] = [];
  const syncs: PromiseWithResolvers<void>[] = [];
  const waits: { readonly atMs: number; readonly callback: () => void }[] = [];
  const timers = {
    after(delayMs: number, callback: () => void) {
      const wait = { atMs: nowMs + delayMs, callback };
      waits.push(wait);
      return { cancel: () => void waits.splice(waits.indexOf(wait), 1) };
    },
  };
  let rest: PromiseWithResolvers<void> | undefined;
  const commits = new GroupCommit(
    {
      begin() {
        size = 0;
      },
      commit: () => void groups.push(size),
      rollBack() {},
      sync() {
        const sync = Promise.withResolvers<void>();
        syncs.push(sync);
        return sync.promise;
      },
      needsRest: () => rest !== undefined,
      rest: async () => {
        groups.push('rest');
        await rest?.promise;
        rest = undefined;
      },
    },
    systemTurns,
    gathers ? new Gathering(timers, () => nowMs) : undefined,
  );
  return {
    commits,
    groups,
    waits,
    /** After the next sync; it lasts until what is returned is resolved or rejected. */
    needRest: () => (rest = Promise.withResolvers<void>()),
    come(count: number) {
      for (let each = 0; each < count; each++) {
        commits.join();
        size++;
      }
    },
    /** Time goes on, and what it was waited for happens. */
    async pass(ms: number) {
      nowMs += ms;
      for (const { callback } of waits.filter(({ atMs }) => atMs <= nowMs)) callback();
      await turns();
    },
    async endSync() {
      syncs.shift()?.resolve();
      await turns();
    },
    async failSync(error: Error) {
      syncs.shift()?.reject(error);
      await turns();
    },
  };
}

/** A store whose syncs have long taken `ms`. */
async function diskOf(ms: number) {
  const store = heldBack();
  for (let sync = 0; sync < 20; sync++) {
    store.come(1);
    await turns();
    await store.pass(ms);
    await store.endSync();
  }
  store.groups.length = 0;
  return store;
}

const turns = async () => {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
};

describe('a group on a disk whose syncs take 20 ms', () => {
  /** Five have been answered after 20 ms, while three have come meanwhile. */
  async function fiveAnsweredAndThreeHere() {
    const store = await diskOf(20);
    store.come(5);
    await turns();
    store.come(3);
    await store.pass(20);
    await store.endSync();
    return store;
  }

  test('waits for those who have just been answered, and goes as soon as they have come back', async () => {
    const { groups, waits, come, pass } = await fiveAnsweredAndThreeHere();
    assert.deepEqual(groups, [5]);
    await pass(3);
    come(4);
    await turns();
    assert.deepEqual([groups, waits.length], [[5], 1]);
    come(1);
    await turns();
    assert.deepEqual([groups, waits], [[5, 8], []]);
  });

  test('waits for half a sync at most, and not again soon where nobody has come', async () => {
    const { groups, come, pass, endSync } = await fiveAnsweredAndThreeHere();
    await pass(9);
    assert.deepEqual(groups, [5]);
    await pass(1);
    assert.deepEqual(groups, [5, 3]);
    await pass(20);
    await endSync();
    come(1);
    await turns();
    assert.deepEqual(groups, [5, 3, 1]);
  });

  /** One is synced while another comes: the group of that one waits for the first, or goes without. */
  async function waitsOf(
    { groups, come, pass, endSync }: Awaited<ReturnType<typeof diskOf>>,
    rounds: number,
    comesBack: (round: number) => boolean = () => false,
  ): Promise<string> {
    let waited = '';
    for (let round = 0; round < rounds; round++) {
      const before = groups.length;
      await pass(20);
      await endSync();
      waited += groups.length === before ? 'w' : '-';
      if (groups.length === before) {
        if (comesBack(round)) come(1);
        else await pass(10);
        await turns();
      }
      assert.equal(groups.length, before + 1);
      come(1);
      await turns();
    }
    return waited;
  }

  test('waits the less often the more often nobody came, and anew once somebody did', async () => {
    const store = await diskOf(20);
    store.come(1);
    await turns();
    store.come(1);
    assert.equal(await waitsOf(store, 17, (round) => round === 8), 'w--w----ww--w----');
    const never = await diskOf(20);
    never.come(1);
    await turns();
    never.come(1);
    const gaps = (await waitsOf(never, 330)).split('w').map(({ length }) => length);
    assert.deepEqual(gaps.slice(0, 8), [0, 2, 4, 8, 16, 32, 64, 64]);
  });
});

test('a disk counts as slow once eight syncs in a row were', async () => {
  const { groups, come, pass, endSync } = await diskOf(0);
  let slow = 0;
  come(1);
  for (let before = -1; groups.length > before; slow++) {
    await turns();
    before = groups.length;
    come(1);
    await pass(20);
    await endSync();
  }
  assert.equal(slow, 8);
});

test('nobody is waited for where half a sync is less than a millisecond', async () => {
  for (const [syncMs, groupsThen] of [
    [2, [1]],
    [1.9, [1, 1]],
  ] as const) {
    const { groups, come, pass, endSync } = await diskOf(syncMs);
    come(1);
    await turns();
    come(1);
    await pass(syncMs);
    await endSync();
    assert.deepEqual(groups, groupsThen, `${syncMs}`);
  }
});

test('a group is committed after a turn in which nobody came, and after four in any case', async () => {
  for (const [others, turnsTaken] of [
    [0, 1],
    [1, 2],
    [2, 3],
    [9, 4],
  ] as const) {
    const { groups, come } = heldBack();
    come(1);
    let turn = 0;
    for (; groups.length === 0; turn++) {
      if (turn < others) come(1);
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.deepEqual([turn, groups], [turnsTaken, [1 + Math.min(others, 4)]], `${others}`);
  }
});

test('where nobody is gathered a group is acknowledged after its sync all the same', async () => {
  const { commits, groups, come, endSync } = heldBack(false);
  come(2);
  let isDurable = false;
  commits.durable().then(() => {
    isDurable = true;
  });
  await turns();
  assert.deepEqual([groups, isDurable], [[2], false]);
  await endSync();
  assert.ok(isDurable);
});

test('a group that is given up is not committed, and nobody need hear of it', async () => {
  const { commits, groups, come } = heldBack();
  come(2);
  commits.abandon(new Error('given up'));
  await turns();
  assert.deepEqual(groups, []);
  come(1);
  await turns();
  assert.deepEqual(groups, [1]);
});

describe('a store that needs rest', () => {
  /** One is committed, another has come during its sync, and the sync has ended. */
  async function resting() {
    const store = heldBack();
    const rest = store.needRest();
    store.come(1);
    await turns();
    store.come(2);
    const acknowledged = store.commits.durable();
    await store.endSync();
    return { ...store, rest, acknowledged };
  }

  test('lets nobody in until it has had it, after what is open is committed and synced', async () => {
    const { commits, groups, come, endSync, rest, acknowledged } = await resting();
    assert.deepEqual(groups, [1, 2]);
    const admission = commits.admission();
    assert.ok(admission);
    await endSync();
    await acknowledged;
    assert.deepEqual(groups, [1, 2, 'rest']);
    assert.equal(commits.admission(), admission);
    rest.resolve();
    await admission;
    assert.equal(commits.admission(), undefined);
    come(1);
    await turns();
    assert.deepEqual(groups, [1, 2, 'rest', 1]);
  });

  test('whose rest has failed accepts nothing more, and whoever waits hears it', async () => {
    const { commits, come, endSync, rest } = await resting();
    const admission = commits.admission();
    await endSync();
    const failure = new Error('the disk is gone');
    rest.reject(failure);
    await admission;
    assert.throws(() => come(1), failure);
    await assert.rejects(commits.durable(), failure);
  });
});

test('once a sync has failed nothing is accepted, and nothing acknowledged', async () => {
  const { commits, groups, come, failSync } = heldBack();
  come(1);
  const first = commits.durable();
  await turns();
  come(1);
  const second = commits.durable();
  const failure = new Error('the disk is gone');
  await Promise.all([
    assert.rejects(first, failure),
    assert.rejects(second, failure),
    failSync(failure).then(() => assert.throws(() => commits.join(), failure)),
  ]);
  await assert.rejects(commits.durable(), failure);
  assert.deepEqual(groups, [1]);
});

test('a group on a disk whose syncs take no time is committed once a turn brings nobody, after a slow sync too', async () => {
  for (const lastSyncMs of [0, 20]) {
    const { groups, come, pass, endSync } = await diskOf(0);
    come(5);
    await turns();
    come(3);
    await pass(lastSyncMs);
    await endSync();
    assert.deepEqual(groups, [5, 3]);
  }
});
