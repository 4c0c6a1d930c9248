import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BusyPolling } from '../../src/dataplane/nbd/busy-polling.ts';

/** An event loop whose every turn takes 10 µs, and which sleeps when nothing is to be done. */
function simulatedLoop(cores: number) {
  let nowMs = 0;
  let next: (() => void) | undefined;
  const polling = new BusyPolling({
    cores,
    nowMs: () => nowMs,
    nextTurn(callback) {
      assert.equal(next, undefined, 'one turn is asked for at a time');
      next = callback;
    },
  });
  return {
    serveRequest: (ms = 0) =>
      polling.around(() => {
        nowMs += ms;
      }),
    /** Somebody else has the core. */
    preempt(ms: number): void {
      nowMs += ms;
    },
    /** How many turns the loop stays awake while nothing comes for `ms`. */
    wait(ms: number): number {
      const untilMs = nowMs + ms;
      let turns = 0;
      for (; next !== undefined && nowMs < untilMs; turns++, nowMs += 0.01) {
        const callback = next;
        next = undefined;
        callback();
      }
      nowMs = untilMs;
      return turns;
    },
  };
}

test('a thread stays awake after requests that follow each other closely, and then sleeps', () => {
  const loop = simulatedLoop(2);
  loop.serveRequest();
  assert.equal(loop.wait(0.1), 0, 'one request promises no other');
  loop.serveRequest();
  assert.equal(loop.wait(0.1), 10, 'the second one does');
  loop.serveRequest();
  const turns = loop.wait(1000);
  assert.ok(turns > 18 && turns < 23, `${turns} turns`);
  loop.serveRequest();
  assert.equal(loop.wait(1), 0, 'a request long after is one by itself');
  for (const [gapMs, isClose] of [
    [0.45, true],
    [0.55, false],
  ] as const) {
    loop.serveRequest();
    loop.wait(gapMs);
    loop.serveRequest();
    assert.equal(loop.wait(10) > 0, isClose, `${gapMs}`);
  }
});

test('where others want the core a thread sleeps between requests, for a while', () => {
  const loop = simulatedLoop(2);
  const staysAwake = (requestMs = 0) => {
    loop.serveRequest(requestMs);
    loop.wait(0.05);
    loop.serveRequest(requestMs);
    return loop.wait(0.05) > 0;
  };
  assert.ok(staysAwake());
  loop.preempt(3);
  loop.wait(0.01);
  assert.ok(!staysAwake());
  loop.wait(1000);
  assert.ok(staysAwake());
  assert.ok(staysAwake(20), 'a request that takes long is its own');
  loop.wait(0.05);
  assert.ok(staysAwake(), 'and a sign of nobody else');
});

test('others want the core where a turn takes a millisecond, and for half a second from then on', () => {
  for (const [preemptedMs, restsMs, staysAwake] of [
    [0.9, 0, true],
    [1.1, 499, false],
    [1.1, 500.5, true],
  ] as const) {
    const loop = simulatedLoop(2);
    for (let request = 0; request < 2; request++) loop.serveRequest();
    loop.wait(0.01);
    loop.preempt(preemptedMs);
    loop.wait(0.01);
    loop.wait(restsMs);
    for (let request = 0; request < 2; request++) loop.serveRequest();
    assert.equal(loop.wait(0.05) > 0, staysAwake, `${preemptedMs}, ${restsMs}`);
  }
});

test('on a single core a thread leaves the core to the client', () => {
  const loop = simulatedLoop(1);
  for (let request = 0; request < 5; request++) {
    loop.serveRequest();
    assert.equal(loop.wait(0.05), 0);
  }
});
