/** The server's clock over a machine's clock that steps. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { steadyClock } from '../../src/platform/node/index.ts';

test('goes on where the machine steps back, follows it where it steps forward, and is moved on by hand', () => {
  let machineMs = 1_000_000;
  const clock = steadyClock(500, { nowMs: () => machineMs });
  assert.equal(clock.nowMs(), 1_000_500);
  machineMs += 10;
  assert.equal(clock.nowMs(), 1_000_510);
  machineMs -= 3_600_000;
  assert.equal(clock.nowMs(), 1_000_510);
  machineMs += 25;
  assert.equal(clock.nowMs(), 1_000_535);
  machineMs += 7_200_000;
  assert.equal(clock.nowMs(), 8_200_535);
  clock.advance(1_000);
  assert.equal(clock.nowMs(), 8_201_535);
  assert.equal(clock.offsetMs, 500 + 3_600_010 - 10 + 1_000);
});
