/** Turns that several wait for together, and those that long work leaves to others. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CommonTurns, Pace } from '../../src/platform/next-turn.ts';
import type { Turns } from '../../src/platform/ports.ts';

/** Turns that come when they are called, one at a time. */
function turnsByHand() {
  const due: (() => void)[] = [];
  const turns: Turns = {
    next(callback) {
      due.push(callback);
      return { cancel: () => assert.fail('nobody gives up') };
    },
  };
  const turn = async () => {
    assert.equal(due.length, 1, 'one turn is awaited, whoever waits for it');
    due.shift()!();
    await new Promise(setImmediate);
  };
  return { turns, turn, isAwaited: () => due.length > 0 };
}

test('who waits for the same turn goes on step by step with the others, and whoever waits again has the one after', async () => {
  const { turns, turn, isAwaited } = turnsByHand();
  const together = new CommonTurns(turns);
  const steps: string[] = [];
  const goOn = async (who: string) => {
    await together.next();
    steps.push(`${who} 1`);
    await Promise.resolve();
    steps.push(`${who} 2`);
    await together.next();
    steps.push(`${who} 3`);
  };
  const ended = [goOn('a'), goOn('b')];
  await turn();
  assert.deepEqual(steps, []);
  await turn();
  assert.deepEqual(steps, ['a 1', 'b 1', 'a 2', 'b 2']);
  ended.push(goOn('c'));
  await turn();
  await turn();
  assert.deepEqual(steps.slice(4), ['a 3', 'b 3', 'c 1', 'c 2']);
  await turn();
  await Promise.all(ended);
  assert.equal(steps.at(-1), 'c 3');
  assert.equal(isAwaited(), false);
});

test('while turns bring more of them, the first wait for the last, but not for ever', async () => {
  const { turns, turn, isAwaited } = turnsByHand();
  const together = new CommonTurns(turns);
  const gone: string[] = [];
  const come = (...all: string[]) => {
    for (const who of all) void together.next().then(() => gone.push(who));
  };
  come('a');
  await turn();
  assert.deepEqual(gone, ['a'], 'nobody waits for those who may not come');
  come('b', 'c');
  await turn();
  come('d');
  await turn();
  assert.deepEqual(gone, ['a']);
  await turn();
  assert.deepEqual(gone, ['a', 'b', 'c', 'd']);
  for (let each = 0; each < 4; each++) {
    assert.equal(gone.length, 4);
    come(`${each}`, `${each}'`);
    await turn();
  }
  assert.equal(gone.length, 12);
  assert.equal(isAwaited(), false);
});

test('no more go on at one time than take some milliseconds, and in the order in which they came', async () => {
  const { turns, turn, isAwaited } = turnsByHand();
  const together = new CommonTurns(turns);
  const gone: number[] = [];
  for (let who = 0; who < 70; who++) void together.next().then(() => gone.push(who));
  const counts: number[] = [];
  while (isAwaited()) {
    await turn();
    counts.push(gone.length);
  }
  assert.deepEqual(counts, [32, 64, 64, 70]);
  assert.deepEqual(
    gone,
    gone.toSorted((a, b) => a - b),
  );
});

test('long work lets others have their turn after each piece, and short work waits for nothing', async () => {
  const { turns, turn, isAwaited } = turnsByHand();
  const pace = new Pace(turns, 10);
  assert.deepEqual(
    [pace.next(), pace.next(8), isAwaited(), pace.isLong],
    [undefined, undefined, false, false],
  );
  const waits = [pace.next()];
  assert.equal(isAwaited(), true);
  await turn();
  assert.equal(pace.isLong, false);
  assert.equal(pace.next(9), undefined);
  assert.equal(pace.isLong, true);
  // What is longer than a piece of its own is one turn all the same.
  waits.push(pace.next(35));
  await turn();
  // What cannot wait is counted, and the turn comes with what can.
  pace.count(50);
  assert.equal(isAwaited(), false);
  waits.push(pace.next());
  await turn();
  assert.equal(pace.next(), undefined);
  assert.deepEqual(await Promise.all(waits), [undefined, undefined, undefined]);
});
