/**
 * How an import asks AWS: how long it waits, how often it asks again, by what went wrong, and what it asks for by pages. Its clock
 * is moved by its own sleep alone.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AwsCall } from '../../src/import/aws/aws-calls.ts';
import { NoAnswerCame, Pace } from '../../src/import/aws/pace.ts';
import { AccountReading, type Begun } from '../../src/import/aws/read-accounts.ts';
import { historyCalls, readHistory } from '../../src/import/aws/read-history.ts';
import { Workload } from '../../src/import/aws/workload.ts';
import { READS } from '../../src/import/reads.ts';

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
  const aSecond = { kms: 40, ec2: 10, events: 10, ssm: 10, sts: 10, autoscaling: 5, cloudformation: 5 };
  const fewer = { cloudwatch: 5, iam: 5, logs: 5, organizations: 4, cloudtrail: 2, 'never-heard-of': 2 };
  for (const [service, calls] of Object.entries({ ...aSecond, ...fewer })) {
    const stepMs = 1000 / calls;
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

type Json = Readonly<Record<string, unknown>>;

/** Answers as given, and what was asked. */
function answering(answer: (call: AwsCall) => object) {
  const asked: AwsCall[] = [];
  const calls = {
    async call(call: AwsCall) {
      asked.push(call);
      return answer(call);
    },
    homeRegion: async () => 'us-east-1',
    close: () => undefined,
  };
  const waiting = { nowMs: () => 0, sleep: async () => undefined };
  return { asked, pace: new Pace(calls, waiting, false, () => undefined) };
}

const READER = { account: ACCOUNT, by: 'somebody', isStillKnown: async () => true };
const REFUSED = errorOf('ValidationException', 400);
const WITH_PAGES = READS.filter(({ token, each }) => token && !each);

describe('an answer that comes by pages', () => {
  const PLACE = { account: ACCOUNT, region: 'us-east-1' };
  const OPERATION = 'kms:ListAliases';
  const aliases = (...names: string[]) => ({ Aliases: names.map((AliasName) => ({ AliasName })) });
  /** Reads a Region, of which only the aliases are of interest; `tokens` are those that came with the call. */
  async function read(begun: readonly Begun[], answer: (token: unknown) => object) {
    const { asked, pace } = answering(({ operation, input }) =>
      operation === 'ListAliases' ? answer((input as { Marker?: string }).Marker) : {},
    );
    const kept: Begun[] = [];
    const journal = {
      reads: [],
      pages: begun,
      add: () => undefined,
      addPage: (page: Begun) => kept.push(page),
    };
    const reading = new AccountReading({ pace, journal, workload: new Workload(() => 0), nowMs: () => 0 });
    await reading.readRegion(READER, 'us-east-1');
    const tokens = asked
      .filter(({ operation }) => operation === 'ListAliases')
      .map(({ input }) => (input as { Marker?: string }).Marker);
    const { output, refused } = reading.reads.get(OPERATION, PLACE, {}) ?? {};
    const names = (output?.Aliases as { AliasName: string }[] | undefined)?.map(({ AliasName }) => AliasName);
    return { tokens, names, refused: refused?.code, kept: kept.map(({ token }) => token) };
  }
  const pages: Readonly<Record<string, object>> = {
    undefined: { ...aliases('a'), NextMarker: 'second', Truncated: true },
    second: { ...aliases('b'), NextMarker: 'third', Truncated: true },
    third: { ...aliases('c'), NextMarker: '' },
  };
  const page = (token: unknown) => pages[String(token)] as object;
  const begun: Begun[] = [
    { operation: OPERATION, ...PLACE, input: {}, output: aliases('a'), token: 'second' },
  ];

  test('is asked for until the last, of each row that has pages', async () => {
    for (const row of WITH_PAGES) {
      const [parameter, member] = row.token as readonly [string, string];
      const name = row.operation.split(':')[1] as string;
      // The same operation may be asked about several things.
      const same = ({ operation, input }: AwsCall) =>
        operation === name &&
        Object.entries(row.input ?? {}).every(([each, value]) => (input as Json)[each] === value);
      const next: Json = { undefined: 'page 1', 'page 1': 'page 2' };
      const { asked, pace } = answering((call) =>
        same(call) ? { [member]: next[String((call.input as Json)[parameter])] } : {},
      );
      const journal = { reads: [], pages: [], add: () => undefined, addPage: () => undefined };
      const reading = new AccountReading({ pace, journal, workload: new Workload(() => 0), nowMs: () => 0 });
      await (row.scope === 'region' ? reading.readRegion(READER, 'us-east-1') : reading.readGlobal(READER));
      const tokens = asked.filter(same).map(({ input }) => (input as Json)[parameter]);
      assert.deepEqual(
        tokens,
        [undefined, 'page 1', 'page 2'],
        `${row.operation} ${JSON.stringify(row.input)}`,
      );
    }
  });

  test('is whole, and each page but the last is kept as it comes', async () => {
    assert.deepEqual(await read([], page), {
      tokens: [undefined, 'second', 'third'],
      names: ['a', 'b', 'c'],
      refused: undefined,
      kept: ['second', 'third'],
    });
  });

  test('goes on where it was left; where its token is refused by then, it begins anew', async () => {
    const wentOn = await read(begun, page);
    assert.deepEqual(
      [wentOn.tokens, wentOn.names],
      [
        ['second', 'third'],
        ['a', 'b', 'c'],
      ],
    );
    let isExpired = true;
    const anew = await read(begun, (token) => {
      if (token === 'second' && isExpired) {
        isExpired = false;
        throw REFUSED;
      }
      return page(token);
    });
    assert.deepEqual(
      [anew.tokens, anew.names],
      [
        ['second', undefined, 'second', 'third'],
        ['a', 'b', 'c'],
      ],
    );
  });

  test('is refused where a later page is, and where one that was asked for anew is', async () => {
    for (const [before, refusedAt] of [
      [[], undefined],
      [[], 'second'],
      [begun, 'third'],
    ] as const) {
      const { names, refused } = await read(before, (token) => {
        if (token === refusedAt) throw REFUSED;
        return page(token);
      });
      assert.deepEqual([names, refused], [undefined, 'ValidationException'], String(refusedAt));
    }
  });

  test('does not go round where AWS gives the same token again', async () => {
    const { tokens } = await read([], () => ({ ...aliases('a'), NextMarker: 'second' }));
    assert.deepEqual(tokens, [undefined, 'second']);
  });
});

describe('the event history', () => {
  const BEGUN_MS = Date.parse('2026-11-29T12:00:00Z');
  type Page = { readonly Events: readonly object[]; readonly NextToken?: string };
  /** `left`: what an import that was stopped has of the part that is asked for first. */
  async function read(
    sinceDays: number,
    answer: (token: string | undefined) => Page,
    left: { readonly pages: number; readonly last?: Page } = { pages: 0 },
    region = 'us-east-1',
  ) {
    const kept: string[] = [];
    const { asked, pace } = answering(({ input }) => answer((input as { NextToken?: string }).NextToken));
    let isFirst = true;
    const parts: boolean[] = [];
    const refused = await readHistory(READER, region, {
      pace,
      sinceDays,
      begunAtMs: BEGUN_MS,
      pages: {
        kept() {
          const of = isFirst ? left : { pages: 0 };
          isFirst = false;
          return of;
        },
        keep: ({ day, source }, number) => void kept.push(`${day} ${source} ${number}`),
      },
      onPart: (_part, wasAsked) => void parts.push(wasAsked),
    });
    return { asked: asked.map(({ input }) => input as Record<string, unknown>), kept, parts, refused };
  }
  const none: Page = { Events: [] };

  test('is asked for by service and day, in as many calls as were announced', async () => {
    for (const region of ['us-east-1', 'eu-west-1'])
      for (const days of [0, 1, 3, 90, 365]) {
        const { asked, parts } =
          days === 0 ? { asked: [], parts: [] } : await read(days, () => none, undefined, region);
        assert.equal(asked.length, historyCalls(region, days), `${region} ${days}`);
        assert.equal(parts.filter(Boolean).length, asked.length);
      }
    const { asked } = await read(1, () => none, undefined, 'eu-west-1');
    const [first] = asked as { StartTime: Date; EndTime: Date; LookupAttributes: object[] }[];
    assert.deepEqual(
      [first?.StartTime, first?.EndTime],
      [new Date('2026-11-28T00:00:00Z'), new Date('2026-11-28T23:59:59Z')],
    );
    const last = asked.at(-1) as { StartTime: Date };
    assert.deepEqual(last.StartTime, new Date('2026-11-29T00:00:00Z'));
  });

  test('goes on at the page where it was left, and not where it was whole', async () => {
    const whole = await read(1, () => none, { pages: 2, last: none });
    assert.equal(whole.parts[0], false);
    assert.equal(whole.asked.length, historyCalls('us-east-1', 1) - 1);
    const half = await read(1, () => none, { pages: 2, last: { Events: [], NextToken: 'third' } });
    assert.deepEqual([half.asked[0]?.NextToken, half.kept[0]], ['third', '2026-11-28 kms 2']);
  });

  test('begins a part anew whose token is refused by then; any other refusal stands', async () => {
    const left = { pages: 2, last: { Events: [], NextToken: 'third' } };
    const anew = await read(
      1,
      (token) => {
        if (token === 'third') throw REFUSED;
        return none;
      },
      left,
    );
    assert.deepEqual(
      [anew.refused, anew.asked[0]?.NextToken, anew.asked[1]?.NextToken, anew.kept[0]],
      [undefined, 'third', undefined, '2026-11-28 kms 0'],
    );
    const refuses = (at: string | undefined, error: Error) => (token: string | undefined) => {
      if (token === at) throw error;
      return token === undefined ? { Events: [], NextToken: 'second' } : none;
    };
    const first = await read(1, refuses(undefined, REFUSED));
    const second = await read(1, refuses('second', REFUSED));
    for (const { refused, asked } of [first, second]) {
      assert.equal(refused?.code, 'ValidationException');
      assert.ok(asked.length <= 2);
    }
    await assert.rejects(read(1, refuses('third', errorOf('TimeoutError')), left), NoAnswerCame);
  });
});
