/** Turns that several wait for together. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CommonTurns } from '../../src/platform/next-turn.ts';
import type { Turns } from '../../src/platform/ports.ts';

test('who waits for the same turn goes on step by step with the others, and whoever waits again has the one after', async () => {
  const due: (() => void)[] = [];
  const turns: Turns = {
    next(callback) {
      due.push(callback);
      return { cancel: () => assert.fail('nobody gives up') };
    },
  };
  const together = new CommonTurns(turns);
  const steps: string[] = [];
  const takes = async (who: string) => {
    await together.next();
    steps.push(`${who} 1`);
    await Promise.resolve();
    steps.push(`${who} 2`);
    await together.next();
    steps.push(`${who} 3`);
  };
  const ended = Promise.all([takes('a'), takes('b')]);
  assert.deepEqual([due.length, steps], [1, []]);
  due.shift()!();
  await new Promise(setImmediate);
  assert.deepEqual([due.length, steps], [1, ['a 1', 'b 1', 'a 2', 'b 2']]);
  const later = takes('c');
  assert.equal(due.length, 1);
  due.shift()!();
  await ended;
  await new Promise(setImmediate);
  assert.deepEqual(steps.slice(4), ['a 3', 'b 3', 'c 1', 'c 2']);
  due.shift()!();
  await later;
});
