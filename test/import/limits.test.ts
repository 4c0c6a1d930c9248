/**
 * How much an import looks at, holds and keeps, at each limit and beside it; and where a file is cut into chunks, at every place.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Courses } from '../../src/import/cloudtrail/courses.ts';
import { Coverage } from '../../src/import/cloudtrail/coverage.ts';
import { Fold } from '../../src/import/cloudtrail/fold.ts';
import { History } from '../../src/import/cloudtrail/history.ts';
import { KeptEvents } from '../../src/import/cloudtrail/kept-events.ts';
import { RecordSplitter, recordDepth } from '../../src/import/cloudtrail/record-stream.ts';
import { SeenEvents } from '../../src/import/cloudtrail/seen-events.ts';
import { type KeptEvent, type Use, VARYING_NAMES } from '../../src/import/cloudtrail/use.ts';
import { usesOfCsv } from '../../src/import/cloudtrail/uses-csv.ts';
import { recognise } from '../../src/import/files/recognise.ts';
import { readOfCall } from '../../src/import/files/script-output.ts';
import { keyArn, record } from './records.ts';

const ACCOUNT = '111122223333';
const times = <Thing>(count: number, thing: (at: number) => Thing): Thing[] =>
  Array.from({ length: count }, (_, at) => thing(at));
const secondAt = (at: number) =>
  new Date(Date.UTC(2026, 10, 1) + at * 1000).toISOString().replace('.000', '');

test('where an output is of is sought in the first hundred entries of each list, and among two thousand values', () => {
  const told = { KeyArn: keyArn(1) };
  const isFound = (output: object) => {
    try {
      return recognise({ name: 'x.json', at: '', parsed: output }).account === ACCOUNT;
    } catch {
      return false;
    }
  };
  const silent = (count: number) => times(count, () => ({ KeyId: 'k' }));
  assert.equal(isFound({ Keys: [...silent(99), told] }), true);
  assert.equal(isFound({ Keys: [...silent(100), told] }), false);
  // The output, its two lists and their entries are looked at before what is in the last entry.
  const deep = (values: number) => ({
    Keys: times(20, () => times(100, () => 0)).map((each) => Object.assign(each, {})),
    More: [{ More: times(values, () => 0) }, { More: [keyArn(1)] }],
  });
  assert.equal(isFound({ ...deep(1), Keys: [] }), true);
  assert.equal(isFound(deep(100)), false);
});

describe('ids of events', () => {
  test('that fall on one another are told apart, and each is known from then on', () => {
    const seen = new SeenEvents();
    const ids = times(20_000, (at) => `${at.toString(16).padStart(8, '0')}-12ab`);
    assert.deepEqual(
      ids.filter((id) => seen.has(id)),
      [],
    );
    assert.deepEqual(
      ids.filter((id) => !seen.has(id)),
      [],
    );
    assert.deepEqual([seen.has(''), seen.has('')], [false, false]);
  });

  test('are known through a million others', () => {
    const seen = new SeenEvents();
    seen.has('first');
    for (let at = 0; at < 2 ** 20; at++) seen.has(`e${at}`);
    assert.equal(seen.has('first'), true);
  });
});

describe('events that are kept whole', () => {
  const event = (at: number, more: object): KeptEvent => ({
    ...record(0),
    ...{ errorCode: undefined, errorMessage: undefined, resources: undefined, requestParameters: null },
    ...{ eventTime: secondAt(at), eventID: `e${at}`, requestID: `r${at}`, readOnly: false },
    ...more,
  });
  /** One call that failed in the session, or in the request, of each of the others. */
  const failureOf = (at: number, more: object) =>
    event(at, {
      errorCode: 'AccessDenied',
      eventName: `Fails${at % 1000}`,
      eventID: `failed ${at}`,
      ...more,
    });
  const kept = (events: readonly KeptEvent[]) => {
    const all = new KeptEvents();
    for (const each of events) all.add(each);
    return new Set(all.events().map(({ eventID }) => eventID));
  };

  test('are the latest: uses of five thousand keys, as many sessions, ten thousand calls', () => {
    const session = (at: number) =>
      event(at, {
        eventSource: 'sts.amazonaws.com',
        eventName: 'AssumeRole',
        responseElements: { credentials: { accessKeyId: `ASIA${at}` } },
      });
    const kinds: Readonly<
      Record<
        string,
        readonly [limit: number, made: (at: number) => KeptEvent, failed: (at: number) => KeptEvent]
      >
    > = {
      sessions: [5000, session, (at) => failureOf(at, { userIdentity: { accessKeyId: `ASIA${at}` } })],
      calls: [
        10_000,
        (at) => event(at, { eventSource: 'ec2.amazonaws.com', eventName: 'CreateTags2' }),
        (at) => failureOf(at, { requestID: `r${at}` }),
      ],
    };
    for (const [kind, [limit, made, failed]] of Object.entries(kinds)) {
      const all = times(limit + 1, made);
      const ids = kept([...all, failed(0), failed(1), failed(limit)]);
      assert.equal(ids.has('e0'), false, kind);
      assert.equal(ids.has('e1'), true, kind);
      assert.equal(ids.has(`e${limit}`), true, kind);
    }
    // Of keys those that came first stay, each with its last use.
    const use = (at: number, key: number) =>
      event(at, { eventName: 'Decrypt', resources: [{ ARN: keyArn(key) }] });
    const ids = kept([...times(5001, (at) => use(at, at)), use(9000, 7), use(8999, 7), use(9001, 5000)]);
    assert.deepEqual(
      ['e0', 'e6', 'e7', 'e4999', 'e5000', 'e8999', 'e9000', 'e9001'].filter((id) => ids.has(id)),
      ['e0', 'e6', 'e4999', 'e9000'],
    );
  });

  test('are of what AWS does by itself the changes alone, of what calls do their own records alone', () => {
    const deletion = { eventName: 'DeleteKey', resources: [{ ARN: keyArn(1), type: 'AWS::KMS::Key' }] };
    const policy = { eventName: 'PutKeyPolicy', requestParameters: { keyId: keyArn(1), policy: '{}' } };
    const failed = { errorCode: 'InternalFailure' };
    const use = { eventName: 'Decrypt', resources: [{ ARN: keyArn(1), type: 'AWS::KMS::Key' }] };
    for (const [eventType, more, isKept] of [
      ['AwsServiceEvent', deletion, true],
      ['AwsServiceEvent', { ...deletion, ...failed }, false],
      ['AwsServiceEvent', use, false],
      ['AwsServiceEvent', { eventName: 'Other', ...failed }, false],
      ['AwsApiCall', policy, true],
      ['AwsApiCall', { ...policy, ...failed }, true],
      ['AwsApiCall', use, true],
      ['AwsVpceEvent', policy, false],
      ['AwsVpceEvent', { ...policy, errorCode: 'VpceAccessDenied' }, true],
      ['AwsConsoleSignIn', policy, false],
    ] as const) {
      const history = new History();
      history.addRecord(event(0, { eventType, ...more }), 'a log');
      assert.equal(history.events().length, isKept ? 1 : 0, `${eventType} ${JSON.stringify(more)}`);
    }
  });

  test('are calls that may have failed later, and no others', () => {
    const failed = failureOf(0, { requestID: 'one' });
    const of = (more: object) =>
      kept([event(1, { requestID: 'one', eventName: 'Asks', ...more }), failed]).has('e1');
    const ec2 = { eventSource: 'ec2.amazonaws.com' };
    assert.deepEqual(
      [
        of(ec2),
        of({ eventSource: 'autoscaling.amazonaws.com' }),
        of({ eventSource: 'cloudformation.amazonaws.com' }),
        of({ ...ec2, readOnly: true }),
        of({ ...ec2, readOnly: undefined }),
        of({ ...ec2, requestID: undefined }),
        of({ ...ec2, requestID: 'two' }),
        of({ ...ec2, eventID: '' }),
        of({ ...ec2, errorCode: 'Client.DryRunOperation' }),
        of({ eventSource: 'iam.amazonaws.com' }),
      ],
      [true, true, true, false, true, false, false, false, true, false],
    );
  });

  test('are the sessions that led to one in which something failed, though they go round', () => {
    const begun = (at: number, own: string, by: string) =>
      event(at, {
        eventSource: 'sts.amazonaws.com',
        responseElements: { credentials: { accessKeyId: own } },
        userIdentity: { accessKeyId: by },
      });
    const ids = kept([
      begun(1, 'A', 'C'),
      begun(2, 'B', 'A'),
      begun(3, 'C', 'B'),
      begun(4, 'D', 'A'),
      begun(5, 'E', ''),
      failureOf(9, { userIdentity: { accessKeyId: 'C' } }),
      event(10, {
        eventSource: 'sts.amazonaws.com',
        errorCode: 'AccessDenied',
        responseElements: { credentials: { accessKeyId: 'C' } },
      }),
    ]);
    assert.deepEqual([...ids].sort(), ['e1', 'e10', 'e2', 'e3', 'failed 9']);
  });
});

describe('for whose call a service asked in a request of its own', () => {
  const group = { key: 'aws:autoscaling:groupName', value: 'web' };
  const call = (seconds: number, more: object = {}): KeptEvent => ({
    ...{
      eventSource: 'autoscaling.amazonaws.com',
      eventName: 'SetDesiredCapacity',
      eventTime: secondAt(seconds),
    },
    ...{ recipientAccountId: ACCOUNT, awsRegion: 'us-east-1', userIdentity: { type: 'IAMUser' } },
    ...{ requestParameters: { autoScalingGroupName: 'web' }, requestID: `at ${seconds}`, ...more },
  });
  const refused = (more: object = {}): KeptEvent => ({
    ...{ eventSource: 'ec2.amazonaws.com', eventName: 'RunInstances', eventTime: secondAt(100) },
    ...{ recipientAccountId: ACCOUNT, awsRegion: 'us-east-1', requestID: 'refused' },
    userIdentity: { type: 'AssumedRole', invokedBy: 'autoscaling.amazonaws.com' },
    errorCode: 'Client.UnauthorizedOperation',
    requestParameters: { tagSpecificationSet: { items: [{ tags: [group] }] } },
    ...more,
  });
  const found = (calls: readonly KeptEvent[], failed = refused()) =>
    new Courses([...calls, failed]).of(failed);

  test('is the nearest that names the same, of the same account and Region, that the service was asked', () => {
    const cases: readonly (readonly [string, readonly KeptEvent[], string | undefined, KeptEvent?])[] = [
      ['before', [call(90)], 'at 90'],
      ['the nearest', [call(10), call(95), call(80)], 'at 95'],
      ['after, for five seconds', [call(105)], 'at 105'],
      ['not later', [call(106)], undefined],
      ['of another group', [call(90, { requestParameters: { autoScalingGroupName: 'db' } })], undefined],
      ['of another account', [call(90, { recipientAccountId: '444455556666' })], undefined],
      ['of another Region', [call(90, { awsRegion: 'eu-west-1' })], undefined],
      ['to another service', [call(90, { eventSource: 'ec2.amazonaws.com' })], undefined],
      [
        'by a service',
        [call(90, { userIdentity: { type: 'IAMUser', invokedBy: 'x.amazonaws.com' } })],
        undefined,
      ],
      ['in a service’s own name', [call(90, { userIdentity: { type: 'AWSService' } })], undefined],
      ['by another account', [call(90, { userIdentity: { type: 'AWSAccount' } })], undefined],
      ['by nobody who is named', [call(90, { userIdentity: undefined })], 'at 90'],
      ['of what was not refused', [call(90)], undefined, refused({ errorCode: undefined })],
      ['of what failed otherwise', [call(90)], undefined, refused({ errorCode: 'InvalidParameterValue' })],
      ['of somebody’s own', [call(90)], undefined, refused({ userIdentity: { type: 'IAMUser' } })],
      [
        'in somebody’s own request',
        [call(90), call(99, { requestID: 'refused', eventSource: 'ec2.amazonaws.com' })],
        undefined,
      ],
      ['without a time', [call(90, { eventTime: undefined })], 'at 90'],
      [
        'named deep within',
        [call(90, { requestParameters: { a: [{ b: { c: 'arn:aws:autoscaling:us-east-1:1:group/web' } }] } })],
        'at 90',
      ],
      ['named by a text of 256', [call(90, { requestParameters: { a: `${'x'.repeat(252)}/web` } })], 'at 90'],
      ['not by a longer one', [call(90, { requestParameters: { a: `${'x'.repeat(253)}/web` } })], undefined],
      [
        'by what was refused, without tags',
        [call(90, { requestParameters: { keyId: 'alias/web', kms: 'k-1' } })],
        'at 90',
        refused({ requestParameters: null, resources: [{ ARN: 'arn:aws:kms:us-east-1:1:key/k-1' }] }),
      ],
      [
        'by the same in small letters',
        [call(90, { requestParameters: { kms: 'k-1' } })],
        'at 90',
        refused({ requestParameters: null, resources: [{ arn: 'arn:aws:kms:us-east-1:1:key/k-1' }, {}] }),
      ],
      [
        'by the sentence',
        [call(90, { requestParameters: { kms: 'k-1' } })],
        'at 90',
        refused({
          requestParameters: null,
          errorMessage: 'no, on resource: arn:aws:kms:us-east-1:1:key/k-1, as',
        }),
      ],
      [
        'by the role that it was lent',
        [call(90, { requestParameters: { roleArn: 'arn:aws:iam::1:role/app' } })],
        'at 90',
        refused({
          requestParameters: null,
          userIdentity: {
            ...{ type: 'AssumedRole', invokedBy: 'autoscaling.amazonaws.com' },
            sessionContext: { sessionIssuer: { arn: 'arn:aws:iam::1:role/app' } },
          },
        }),
      ],
      [
        'by no tag of the user’s',
        [call(90)],
        undefined,
        refused({
          requestParameters: { tags: [{ key: 'group', value: 'web' }, { key: 'aws:x', value: 7 }, null] },
        }),
      ],
    ];
    for (const [title, calls, expected, failed] of cases) assert.equal(found(calls, failed), expected, title);
  });

  test('is looked for among two hundred values, and each call is taken once while there are others', () => {
    const wide = (count: number) =>
      call(90, { requestParameters: { list: [...times(count, (at) => `x${at}`), 'web'] } });
    // The parameters and the list are values, too.
    assert.equal(found([wide(196)]), 'at 90');
    const twice = [
      refused({ requestID: 'one' }),
      refused({ requestID: 'two' }),
      refused({ requestID: 'three' }),
    ];
    const courses = new Courses([call(90), call(80), ...twice]);
    assert.deepEqual(
      twice.map((each) => courses.of(each)),
      ['at 90', 'at 80', 'at 90'],
    );
    const cutOff = { list: times(200, (at) => ({ name: `x${at}` })) };
    assert.equal(
      found([call(90, { requestParameters: { ...cutOff, further: [{ deep: { deeper: 'web' } }] } })]),
      undefined,
    );
  });
});

test('what differs from call to call is told up to sixteen; a trail has thirty-two of the files that it came in', () => {
  for (const [count, shown] of [
    [0, 0],
    [1, 1],
    [16, 16],
    [17, '*'],
    [18, '*'],
  ] as const) {
    const fold = new Fold();
    for (let at = 0; at < Math.max(1, count); at++)
      fold.addRecord({
        ...record(0),
        eventID: `e${at}`,
        userIdentity: { type: 'AssumedRole', principalId: count === 0 ? 'AROA' : `AROA:s${at}` },
        sourceIPAddress: count === 0 ? '' : `192.0.2.${at}`,
      });
    const [use] = [...fold.uses()];
    for (const name of ['sessions', 'addresses'] as const)
      assert.deepEqual(
        shown === '*' ? use?.[name] : use?.[name].length,
        shown === '*' ? ['*'] : shown,
        `${count} ${name}`,
      );
  }
  const coverage = new Coverage();
  for (const at of [...times(33, (at) => at), 3]) coverage.add(record(0), `file ${at}`);
  const [trail] = coverage.trails();
  assert.deepEqual(
    trail?.from,
    times(32, (at) => `file ${at}`),
  );
  assert.equal(trail?.records, 34);
});

test('records that are older than what is known count, but where whole days are asked for again', () => {
  const of = (at: number, eventSource = 'kms.amazonaws.com') => ({
    ...record(at),
    ...{ eventID: `e${at}`, eventTime: secondAt(at), eventSource },
  });
  const earlier = new History();
  earlier.addRecord(of(5), 'a log');
  for (const [options, counted] of [
    [undefined, 5],
    [{ skipsKnown: false }, 5],
    [{ skipsKnown: true }, 3],
  ] as const) {
    const history = new History(options);
    history.restore({
      ...{ uses: earlier.uses(), events: earlier.events(), coverage: earlier.coverage(), files: [] },
    });
    for (const at of [4, 6]) history.addRecord(of(at), 'another');
    // Of an end that is known to the second, what else is of that second may have been counted.
    history.addRecord({ ...of(5), eventID: 'another' }, 'another');
    history.addRecord(of(3, 'ec2.amazonaws.com'), 'another');
    const records = history.coverage().reduce((sum, trail) => sum + trail.records, 0);
    assert.equal(records, counted, JSON.stringify(options));
  }
});

const USE: Use = {
  ...{ identity: 'IAMUser', arn: 'a', id: 'i', account: ACCOUNT, invokedBy: '', recipient: ACCOUNT },
  ...{ region: 'us-east-1', source: 'kms', name: 'Decrypt', resource: 'r', context: '', grant: '' },
  ...{ error: '', denied: '', reason: '', count: 2, first: secondAt(0), last: secondAt(9), lastEvent: 'e' },
  ...{ sessions: ['b', 'a'], addresses: [], vpcEndpoints: [], mfa: [] },
};

test('a CSV of uses: rows and cells as every program writes them, and what none writes', () => {
  const columns = Object.keys(USE);
  const cell = (value: unknown) => (Array.isArray(value) ? value.join(' ') : String(value));
  const row = (more: object = {}) =>
    Object.values({ ...USE, ...more })
      .map((value) => `"${cell(value).replaceAll('"', '""')}"`)
      .join(',');
  const read = (text: string) => {
    try {
      return [...usesOfCsv(text, 'x.csv')];
    } catch (error) {
      return (error as Error).message;
    }
  };
  const csv = (...rows: string[]) => [columns.join(','), ...rows].join('\n');
  const use = { ...USE, sessions: ['a', 'b'] };
  assert.deepEqual(read(csv(row())), [use]);
  assert.deepEqual(read(csv(row(), '', row(), '')), [use, use]);
  assert.deepEqual(read(csv(row()).replaceAll('\n', '\r\n')), [use]);
  assert.deepEqual(read(csv(row({ identity: '' }))), [{ ...use, identity: '' }]);
  assert.deepEqual(read(csv(row().replaceAll('"', ''))), [use]);
  for (const header of [`\ufeff${columns.join(',')}`, columns.join(', '), ` "${columns.join('", "')}"`])
    assert.deepEqual(read(`${header}\n${row()}`), [use]);
  assert.deepEqual(read(csv(row({ arn: 'a,"b"\nc' }))), [{ ...use, arn: 'a,"b"\nc' }]);
  assert.deepEqual(read(csv(row({ context: '{"b":"x1","a":"y"}' }))), [
    { ...use, context: '{"a":"y","b":"*"}' },
  ]);
  const last = columns.at(-1) as string;
  assert.equal(VARYING_NAMES.at(-1), last);
  // The last cell is empty, and nothing follows.
  assert.deepEqual(read(csv(row().replace(/""$/, ''))), [use]);
  assert.deepEqual(read(columns.join(',')), []);
  const width = columns.length;
  for (const [text, fault] of [
    [csv('a'), `a row has 1 cells, and the header ${width}`],
    [csv(',a'), `a row has 2 cells, and the header ${width}`],
    [csv(`${row()},"x"`), `a row has ${width + 1} cells, and the header ${width}`],
    [csv(row({ count: 0 })), '"0" is no count of calls'],
    [csv(row({ count: 1.5 })), '"1.5" is no count of calls'],
    [csv(row({ count: 2 ** 53 })), '"9007199254740992" is no count of calls'],
    [csv(row({ first: 'x' })), '"x" is no time'],
    [csv(row({ last: '' })), '"" is no time'],
    [csv('"a'), 'a quoted cell does not end'],
    [csv('"a"b'), 'text stands after a quoted cell'],
  ] as const)
    assert.equal(read(text), `x.csv is damaged: ${fault}`);
});

test('what the script notes of a call says whole which it was', () => {
  const note = {
    operation: 'kms:ListKeys',
    account: ACCOUNT,
    region: 'us-east-1',
    input: { a: 1 },
    at: secondAt(0),
    by: 'ann',
  };
  const read = (more: object | undefined, pages: readonly unknown[] = [{ Keys: [] }], error?: string) => {
    try {
      return readOfCall('1.call', more && { ...note, ...more }, pages, error);
    } catch (failure) {
      return (failure as Error).message;
    }
  };
  const about = { ...note, from: '1.call' };
  assert.deepEqual(read({}), { ...about, output: { Keys: [] } });
  assert.deepEqual(read({ region: 'global' }), { ...about, region: 'global', output: { Keys: [] } });
  assert.deepEqual(read({ input: undefined, by: undefined }), {
    ...about,
    input: {},
    by: undefined,
    output: { Keys: [] },
  });
  for (const more of [
    undefined,
    { operation: 'kms:Decrypt' },
    { operation: 7 },
    { account: '11112222333' },
    { account: '1111222233334' },
    { region: 'Global' },
    { region: 'us-east' },
    { region: 'aus-east-1' },
    { input: null },
    { input: [] },
    { input: 'x' },
    { input: 7 },
    { at: 'x' },
    { at: 7 },
    { by: 7 },
    { by: null },
  ])
    assert.equal(
      read(more),
      '1.call does not say which call it is of; run the script again',
      JSON.stringify(more),
    );
  const refused = (error?: string, pages: readonly unknown[] = []) =>
    (read({}, pages, error) as { refused?: object }).refused;
  const refusal =
    'An error occurred (AccessDenied) when calling the ListKeys operation (reached max retries: 4): no\n';
  assert.deepEqual(refused(refusal), { code: 'AccessDenied', message: 'no' });
  assert.deepEqual(refused(refusal, ['text']), { code: 'AccessDenied', message: 'no' });
  assert.deepEqual(refused(' odd \n'), { code: 'Unknown', message: 'odd' });
  assert.deepEqual(refused(), { code: 'Unknown', message: 'the call gave no output' });
  assert.deepEqual(refused(`${refusal.trim()}${'x'.repeat(600)}`), {
    code: 'AccessDenied',
    message: `no${'x'.repeat(498)}`,
  });
  assert.deepEqual(refused('y'.repeat(600)), { code: 'Unknown', message: 'y'.repeat(500) });
  const none =
    'An error occurred (AWSOrganizationsNotInUseException) when calling the ListRoots operation: none';
  assert.deepEqual(read({ operation: 'organizations:ListRoots', region: 'global' }, [], none), {
    ...about,
    ...{ operation: 'organizations:ListRoots', region: 'global', output: {} },
  });
});

describe('a file of records, in chunks', () => {
  const split = (chunks: readonly Buffer[], depth = 2) => {
    const found: string[] = [];
    const splitter = new RecordSplitter(depth, 'x');
    try {
      for (const chunk of chunks) splitter.write(chunk, (bytes) => void found.push(bytes.toString()));
      splitter.end();
    } catch (error) {
      return (error as Error).message.replace('x is damaged: ', '');
    }
    return found;
  };

  test('is the same wherever it is cut', () => {
    const records = ['{"a":"}\\"{\\\\"}', '{"b":["]",{"c":{}}]}', '{"d":"\\\\\\\\","\\"":"☃"}'];
    const text = `{"Records":[${records.join(' , ')}],"More":"\\"}"}`;
    const bytes = Buffer.from(text);
    for (let at = 0; at <= bytes.length; at++)
      assert.deepEqual(split([bytes.subarray(0, at), bytes.subarray(at)]), records, `at ${at}`);
    assert.deepEqual(split([...bytes].map((byte) => Buffer.from([byte]))), records);
    // A chunk is used again by whoever reads.
    const buffer = Buffer.alloc(8);
    const found: string[] = [];
    const splitter = new RecordSplitter(2, 'x');
    for (let at = 0; at < bytes.length; at += 8) {
      const length = bytes.copy(buffer, 0, at, at + 8);
      splitter.write(buffer.subarray(0, length), (each) => void found.push(each.toString()));
    }
    assert.deepEqual(found, records);
    for (let at = 1; at < bytes.length; at++)
      assert.equal(split([bytes.subarray(0, at)]), 'it is cut off', `at ${at}`);
    assert.equal(split([Buffer.from(`${text}]`)]), 'it closes more brackets than it opens');
    assert.deepEqual(split([Buffer.from('{}\n{"a":1}\n')], 0), ['{}', '{"a":1}']);
    assert.equal(split([Buffer.from('{}\n"')], 0), 'it is cut off');
  });

  test('is read as long as records follow, of two megabytes at most', () => {
    const megabytes = 2 * 1024 * 1024;
    const record = (held: number) => [
      Buffer.from('{"Records":['),
      Buffer.from(`{"a":"${'x'.repeat(held - 6)}`),
      Buffer.from('"}]}'),
    ];
    assert.equal(split(record(megabytes)).length, 1);
    assert.equal(split(record(megabytes + 1)), 'a record is larger than CloudTrail makes any');
    // What is no bracket counts, within strings too, and a record begins the count anew.
    const gap = 64 * 1024;
    const named = '"Records":'.length - 1;
    const blanks = (count: number) => [
      Buffer.from(`{"Records":[${' '.repeat(count)}{}${' '.repeat(count)}{}]}`),
    ];
    assert.equal(split(blanks(gap - named)).length, 2);
    assert.equal(split(blanks(gap - named + 1)), 'no record follows for more than 64 KB');
    const text = (length: number) =>
      ['{"Records":["', 'x'.repeat(length), '",{}]}'].map((each) => Buffer.from(each));
    assert.deepEqual(split(text(gap - named - 2)), ['{}']);
    assert.equal(split(text(gap - named - 1)), 'no record follows for more than 64 KB');
    // A token after the last record, in which a chunk ends.
    const whole = `{"Events":[${'{},'.repeat(30_000)}{}],"NextToken":"${'t'.repeat(300)}"}`;
    assert.equal(split([Buffer.from(whole.slice(0, -9)), Buffer.from(whole.slice(-9))]).length, 30_001);
  });

  test('is told by its beginning', () => {
    const list = '"Records": [';
    for (const [beginning, depth] of [
      [`{${list}`, 2],
      [`\n { ${list}`, 2],
      ['{"Events":[', 2],
      ['{"events" : [', 2],
      [`{"NextToken":"a","Events":[`, 2],
      [`{"NextToken":{},"Events":[`, undefined],
      ['{"records":[', undefined],
      ['[{"a":1,"eventVersion":', 1],
      ['[ {"EventId":', 1],
      ['[{"a":{},"eventVersion":', undefined],
      [`[{${' '.repeat(4000)}"eventName"`, 1],
      [`[{${' '.repeat(4001)}"eventName"`, undefined],
      ['[{"name":', undefined],
      ['{"eventVersion":', 0],
      ['{"a":1, "eventSource" :', 0],
      [`{${' '.repeat(4000)}"eventSource":`, 0],
      [`{${' '.repeat(4001)}"eventSource":`, undefined],
      ['{"eventTime":', undefined],
      ['{"detail":{"eventVersion":', 0],
      ['', undefined],
    ] as const)
      assert.equal(recordDepth(beginning), depth, beginning.slice(0, 60));
  });
});
