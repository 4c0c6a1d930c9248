/** How long an import waits, and how often it asks again, by what went wrong. Its clock is moved by its own sleep alone. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AwsCall } from '../../src/import/aws/aws-calls.ts';
import { NoAnswerCame, Pace } from '../../src/import/aws/pace.ts';

const ACCOUNT = '111122223333';
const callOf = (service: string, region = 'us-east-1'): AwsCall => ({
  service,
  operation: 'List',
  region,
  input: {},
});
const errorOf = (name: string, httpStatusCode?: number) =>
  Object.assign(new Error('no'), { name, $metadata: { httpStatusCode } });

/** `failures`: what the first calls end with, one after the other. */
function paced(isLimited: boolean, failures: readonly Error[] = []) {
  const rest = [...failures];
  const calledAtMs: number[] = [];
  const waits: number[] = [];
  let nowMs = 0;
  const calls = {
    async call() {
      calledAtMs.push(nowMs);
      const failure = rest.shift();
      if (failure) throw failure;
      return {};
    },
    homeRegion: async () => 'us-east-1',
    close: () => undefined,
  };
  const waiting = {
    nowMs: () => nowMs,
    async sleep(ms: number) {
      const untilMs = nowMs + ms;
      // Whatever else is under way comes first.
      await new Promise(setImmediate);
      nowMs = Math.max(nowMs, untilMs);
    },
  };
  const pace = new Pace(calls, waiting, isLimited, ({ ms }) => void waits.push(ms));
  return { pace, calledAtMs, waits };
}

test('calls on one service in one place are spread over each second, and others do not wait for them', async () => {
  for (const [service, stepMs] of [
    ['kms', 25],
    ['cloudtrail', 500],
    ['never-heard-of', 500],
  ] as const) {
    const { pace, calledAtMs } = paced(true);
    for (let count = 0; count < 3; count++) await pace.ask(callOf(service), ACCOUNT);
    await pace.ask(callOf(service, 'eu-west-1'), ACCOUNT);
    await pace.ask(callOf(service), '444455556666');
    assert.deepEqual(calledAtMs, [0, stepMs, 2 * stepMs, 2 * stepMs, 2 * stepMs], service);
  }
  const { pace, calledAtMs } = paced(false);
  for (let count = 0; count < 3; count++) await pace.ask(callOf('kms'), ACCOUNT);
  assert.deepEqual(calledAtMs, [0, 0, 0]);
});

describe('what goes wrong is tried again after waits that grow', () => {
  const busy = errorOf('ThrottlingException', 400);
  const failing = errorOf('InternalFailure', 500);
  const unreachable = errorOf('TimeoutError');
  const doubled = (count: number) =>
    Array.from({ length: count }, (_, at) => Math.min(60_000, 500 * 2 ** at));
  for (const [title, failure, tries, isCounted, end] of [
    [
      'AWS asks to wait',
      busy,
      10,
      true,
      /kms:List in us-east-1: AWS still asks to wait after 11 calls \(ThrottlingException: no\)/,
    ],
    ['the service fails', failing, 5, true, /^no$/],
    [
      'nobody answers',
      unreachable,
      3,
      false,
      /kms:List in us-east-1: no answer came after 4 calls \(TimeoutError: no\)/,
    ],
    ['it is refused', errorOf('AccessDenied', 403), 0, false, /^no$/],
  ] as const)
    test(title, async () => {
      const { pace, waits, calledAtMs } = paced(false, Array(99).fill(failure));
      const error = await pace.ask(callOf('kms'), ACCOUNT).catch((thrown: Error) => thrown as Error);
      assert.match((error as Error).message, end);
      assert.equal(error instanceof NoAnswerCame, failure === unreachable);
      assert.deepEqual(waits, doubled(tries));
      assert.equal(calledAtMs.length, tries + 1);
      const waitedMs = waits.reduce((sum, ms) => sum + ms, 0);
      assert.equal(calledAtMs.at(-1), waitedMs);
      assert.deepEqual(pace.slowedDown, isCounted ? { times: tries, waitedMs } : { times: 0, waitedMs: 0 });
    });

  test('and several that are put off at once wait once', async () => {
    const { pace } = paced(false, [busy, busy]);
    await Promise.all([pace.ask(callOf('kms'), ACCOUNT), pace.ask(callOf('kms'), ACCOUNT)]);
    assert.deepEqual(pace.slowedDown, { times: 2, waitedMs: 500 });
  });
});
