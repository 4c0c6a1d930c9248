/** CloudWatch Logs as its clients see it: groups, streams, events, their expiry, and who may put them. */
import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  DeleteLogStreamCommand,
  DeleteResourcePolicyCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  DescribeResourcePoliciesCommand,
  FilterLogEventsCommand,
  type FilterLogEventsCommandInput,
  GetLogEventsCommand,
  ListTagsForResourceCommand,
  ListTagsLogGroupCommand,
  PutLogEventsCommand,
  PutResourcePolicyCommand,
  PutRetentionPolicyCommand,
  TagResourceCommand,
  UntagLogGroupCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  EventBridgeClient,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { logEvents } from '../../src/services/logs/event/event.ts';
import { logStreams } from '../../src/services/logs/stream/stream.ts';
import { newUser, policy } from '../worlds/account.ts';
import { refusal, startServerFor, type TestServer } from '../worlds/server.ts';

const GROUP = '/aws/events/ebs';
const ARN = `arn:aws:logs:us-east-1:123456789012:log-group:${GROUP}`;
const DAY_MS = 24 * 60 * 60 * 1000;

interface World {
  readonly server: TestServer;
  readonly logs: CloudWatchLogsClient;
  nowMs(): number;
  put(messages: readonly string[], stream?: string): Promise<void>;
  find(input?: Partial<FilterLogEventsCommandInput>): Promise<string[]>;
}

/** A server with one group and one stream. */
async function world(context: TestContext): Promise<World> {
  const server = await startServerFor(context);
  const logs = server.client(CloudWatchLogsClient);
  await logs.send(new CreateLogGroupCommand({ logGroupName: GROUP, tags: { team: 'storage' } }));
  await logs.send(new CreateLogStreamCommand({ logGroupName: GROUP, logStreamName: 'one' }));
  const nowMs = () => server.latchkey.runtime.clock.nowMs();
  return {
    server,
    logs,
    nowMs,
    async put(messages, logStreamName = 'one') {
      const timestamp = nowMs();
      const logEvents = messages.map((message, index) => ({ timestamp: timestamp + index, message }));
      await logs.send(new PutLogEventsCommand({ logGroupName: GROUP, logStreamName, logEvents }));
    },
    async find(input = {}) {
      const { events } = await logs.send(new FilterLogEventsCommand({ logGroupName: GROUP, ...input }));
      return events!.map(({ message }) => message!);
    },
  };
}

describe('groups and streams', () => {
  test('are described with their ARNs, and end', async (t) => {
    const { logs } = await world(t);
    const { logGroups } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/aws/' }));
    const { creationTime, ...group } = logGroups![0]!;
    assert.ok(creationTime! > 0);
    assert.deepEqual(group, {
      logGroupName: GROUP,
      arn: `${ARN}:*`,
      logGroupArn: ARN,
      logGroupClass: 'STANDARD',
      deletionProtectionEnabled: false,
      metricFilterCount: 0,
      storedBytes: 0,
    });
    const { logStreams } = await logs.send(new DescribeLogStreamsCommand({ logGroupIdentifier: ARN }));
    assert.equal(logStreams![0]!.arn, `${ARN}:log-stream:one`);
    await logs.send(new DeleteLogStreamCommand({ logGroupName: GROUP, logStreamName: 'one' }));
    await logs.send(new DeleteLogGroupCommand({ logGroupName: GROUP }));
    assert.deepEqual((await logs.send(new DescribeLogGroupsCommand({}))).logGroups, []);
  });

  test('are there once, and are missed in AWS’s words', async (t) => {
    const { logs } = await world(t);
    const again = new CreateLogGroupCommand({ logGroupName: GROUP });
    assert.deepEqual(await refusal(logs.send(again)), {
      code: 'ResourceAlreadyExistsException',
      message: 'The specified log group already exists',
      status: 400,
    });
    const twice = new CreateLogStreamCommand({ logGroupName: GROUP, logStreamName: 'one' });
    assert.equal((await refusal(logs.send(twice))).message, 'The specified log stream already exists');
    const missed = new DeleteLogGroupCommand({ logGroupName: 'none' });
    assert.equal((await refusal(logs.send(missed))).message, 'The specified log group does not exist.');
    const stream = new GetLogEventsCommand({ logGroupName: GROUP, logStreamName: 'none' });
    assert.equal((await refusal(logs.send(stream))).message, 'The specified log stream does not exist.');
    const both = { logGroupName: GROUP, logGroupIdentifier: GROUP };
    const { code, message } = await refusal(logs.send(new DescribeLogStreamsCommand(both)));
    assert.deepEqual(
      [code, message],
      ['ValidationException', 'LogGroup name and LogGroup ARN are mutually exclusive parameters.'],
    );
  });

  test('refuse by name what is not served', async (t) => {
    const { logs } = await world(t);
    const guarded = new CreateLogGroupCommand({ logGroupName: 'x', deletionProtectionEnabled: true });
    assert.equal((await refusal(logs.send(guarded))).code, 'UnsupportedOperationException');
    const bad = new CreateLogGroupCommand({ logGroupName: 'a b' });
    assert.equal((await refusal(logs.send(bad))).code, 'InvalidParameterException');
  });

  test('carry tags', async (t) => {
    const { logs } = await world(t);
    await logs.send(new TagResourceCommand({ resourceArn: ARN, tags: { stage: 'test' } }));
    const { tags } = await logs.send(new ListTagsForResourceCommand({ resourceArn: ARN }));
    assert.deepEqual(tags, { team: 'storage', stage: 'test' });
    await logs.send(new UntagLogGroupCommand({ logGroupName: GROUP, tags: ['team'] }));
    const left = await logs.send(new ListTagsLogGroupCommand({ logGroupName: GROUP }));
    assert.deepEqual(left.tags, { stage: 'test' });
  });
});

describe('events', () => {
  test('are read forward and backward, until the token comes back that was given', async (t) => {
    const { logs, put } = await world(t);
    await put(['a', 'b', 'c', 'd', 'e']);
    const get = async (input: { nextToken?: string; startFromHead?: boolean }) => {
      const page = await logs.send(
        new GetLogEventsCommand({ logGroupName: GROUP, logStreamName: 'one', limit: 2, ...input }),
      );
      return { ...page, text: page.events!.map(({ message }) => message).join('') };
    };
    const tail = await get({});
    assert.equal(tail.text, 'de');
    const before = await get({ nextToken: tail.nextBackwardToken });
    assert.equal(before.text, 'bc');
    assert.equal((await get({ nextToken: before.nextForwardToken })).text, 'de');
    const head = await get({ startFromHead: true });
    assert.equal(head.text, 'ab');
    const end = await get({ nextToken: tail.nextForwardToken });
    assert.equal(end.text, '');
    assert.equal(end.nextForwardToken, tail.nextForwardToken);
    const start = await get({ nextToken: head.nextBackwardToken });
    assert.equal(start.nextBackwardToken, head.nextBackwardToken);
    assert.equal((await refusal(get({ nextToken: 'x' }))).code, 'InvalidParameterException');
  });

  test('of words are found by their fields', async (t) => {
    const { put, find } = await world(t);
    const access = '127.0.0.1 Prod frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534';
    const [info, warning, error] = [
      'INFO 12:00 GET /a 1200',
      'WARNING 12:01 bad',
      'ERROR 12:02 Failed to do',
    ];
    const all = [access, info, warning, error];
    await put(all);
    for (const [filterPattern, found] of [
      ['[w1=ERROR, w2]', [error]],
      ['[w1=ERROR || w1=WARN*, w2]', [warning, error]],
      ['[w1!=ERROR && w1!=WARNING, w2]', [access, info]],
      ['[ip, server, user, time, request, status, bytes > 1000]', [access]],
      ['[ip, server, user, time, request, status, bytes > 1534]', []],
      ['[ip, server, user, time=10/Oct*, request =*.html*, status = 4*, bytes]', [access]],
      ['[..., request =*.html*, status = 404 || status = 410, bytes]', [access]],
      ['[level, ..., bytes = "1200"]', [info]],
      ['[level, time, (verb = GET || verb = POST) && verb != P*, ...]', [info]],
      ['[..., last != 1534]', [info, warning, error]],
      ['[a, b, c, d, e]', [access, info, error]],
      ['[a, b, c, d, e, f]', [access]],
      ['[...]', all],
    ] as const) {
      assert.deepEqual(await find({ filterPattern }), found, filterPattern);
    }
    for (const filterPattern of [
      '[a, b',
      '[]',
      '[a,]',
      '[..., a, ...]',
      '[a > x]',
      '[$.a = 1]',
      '[a = ]',
      '[a b]',
    ]) {
      assert.equal((await refusal(find({ filterPattern }))).message, 'Invalid filter pattern', filterPattern);
    }
    const { code } = await refusal(find({ filterPattern: '[a = %x+%]' }));
    assert.equal(code, 'UnsupportedOperationException');
  });

  test('of all streams are found by time and by what they say, in order, page by page', async (t) => {
    const { logs, put, find, nowMs } = await world(t);
    await logs.send(new CreateLogStreamCommand({ logGroupName: GROUP, logStreamName: 'two' }));
    const fromMs = nowMs();
    await put(['plain error', '{"detail":{"result":"failed","n":3}}']);
    await put(['{"detail":{"result":"available","n":5}}', 'other text'], 'two');
    assert.equal((await find()).length, 4);
    assert.deepEqual(await find({ logStreamNamePrefix: 't', filterPattern: 'text' }), ['other text']);
    assert.deepEqual(await find({ filterPattern: '"plain error"' }), ['plain error']);
    assert.deepEqual(await find({ filterPattern: '?text ?plain' }), await find({ filterPattern: '-detail' }));
    assert.deepEqual(await find({ filterPattern: '{ $.detail.result = "fail*" }' }), [
      '{"detail":{"result":"failed","n":3}}',
    ]);
    assert.deepEqual(await find({ filterPattern: '{ ($.detail.n > 3) && ($.none NOT EXISTS) }' }), [
      '{"detail":{"result":"available","n":5}}',
    ]);
    assert.deepEqual(await find({ startTime: fromMs + 60_000 }), []);
    assert.equal((await refusal(find({ filterPattern: '{ $.a' }))).message, 'Invalid filter pattern');

    const all: string[] = [];
    let nextToken: string | undefined;
    do {
      const page = await logs.send(new FilterLogEventsCommand({ logGroupName: GROUP, limit: 3, nextToken }));
      assert.ok(page.events!.length <= 3);
      all.push(...page.events!.map(({ message }) => message!));
      nextToken = page.nextToken;
    } while (nextToken);
    assert.deepEqual(all, await find());
  });

  test('that are too old, too new or out of order are refused', async (t) => {
    const { logs, nowMs, find } = await world(t);
    const put = (...timestamps: number[]) =>
      logs.send(
        new PutLogEventsCommand({
          logGroupName: GROUP,
          logStreamName: 'one',
          logEvents: timestamps.map((timestamp) => ({ timestamp, message: String(timestamp) })),
        }),
      );
    const disorder = await refusal(put(nowMs(), nowMs() - 5));
    assert.match(disorder.message, /chronological order/);
    const old = await put(nowMs() - 15 * DAY_MS);
    assert.deepEqual(old.rejectedLogEventsInfo, { tooOldLogEventEndIndex: 1 });
    const late = await put(nowMs(), nowMs() + 3 * 60 * 60 * 1000);
    assert.deepEqual(late.rejectedLogEventsInfo, { tooNewLogEventStartIndex: 1 });
    assert.equal((await find()).length, 1);
  });

  test('end with their stream, and a namesake starts empty', async (t) => {
    const { logs, put, find } = await world(t);
    await put(['before']);
    const stream = { logGroupName: GROUP, logStreamName: 'one' };
    await logs.send(new DeleteLogStreamCommand(stream));
    await logs.send(new CreateLogStreamCommand(stream));
    await put(['after']);
    assert.deepEqual(await find(), ['after']);
  });

  test('expire after the days of the group’s retention, and weigh no more', async (t) => {
    const { server, logs, put, find } = await world(t);
    const retention = (retentionInDays: number) =>
      logs.send(new PutRetentionPolicyCommand({ logGroupName: GROUP, retentionInDays }));
    assert.match((await refusal(retention(2))).message, /Member must satisfy enum value set: \[1, 3, 5/);
    await put(['first']);
    await server.advance(DAY_MS / 2);
    await put(['second']);
    await retention(1);
    await server.advance(DAY_MS * 0.6);
    assert.deepEqual(await find(), ['second']);
    const weight = async () => (await logs.send(new DescribeLogGroupsCommand({}))).logGroups![0]!.storedBytes;
    assert.equal(await weight(), 'second'.length + 26);
    await server.advance(DAY_MS);
    assert.deepEqual(await find(), []);
    assert.equal(await weight(), 0);
  });

  test('are data events: the trail shows who made the stream, and not who wrote', async (t) => {
    const { server, put } = await world(t);
    await put(['x']);
    const { Events } = await server.client(CloudTrailClient).send(
      new LookupEventsCommand({
        LookupAttributes: [{ AttributeKey: 'EventSource', AttributeValue: 'logs.amazonaws.com' }],
      }),
    );
    assert.deepEqual(
      Events!.map(({ EventName }) => EventName),
      ['CreateLogStream', 'CreateLogGroup'],
    );
  });
});

describe('permissions', () => {
  test('name the group with its streams, as AWS’s policies do', async (t) => {
    const { server, put } = await world(t);
    await put(['x']);
    const iam = server.client(IAMClient);
    await iam.send(new CreateUserCommand({ UserName: 'reader' }));
    const { AccessKey: key } = await iam.send(new CreateAccessKeyCommand({ UserName: 'reader' }));
    const reader = server.client(CloudWatchLogsClient, {
      accessKeyId: key!.AccessKeyId!,
      secretAccessKey: key!.SecretAccessKey!,
    });
    const read = () => reader.send(new FilterLogEventsCommand({ logGroupName: GROUP }));
    assert.deepEqual(await refusal(read()), {
      code: 'AccessDeniedException',
      message: `User: arn:aws:iam::123456789012:user/reader is not authorized to perform: logs:FilterLogEvents on resource: ${ARN}:log-stream: because no identity-based policy allows the logs:FilterLogEvents action`,
      status: 400,
    });
    const PolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Action: 'logs:FilterLogEvents', Resource: `${ARN}:*` },
    });
    await iam.send(new PutUserPolicyCommand({ UserName: 'reader', PolicyName: 'read', PolicyDocument }));
    assert.equal((await read()).events!.length, 1);
  });

  test('of services are resource policies of the account, or of a group', async (t) => {
    const { logs } = await world(t);
    const policyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: `${ARN}:*`,
      },
    });
    const put = (input: object) => logs.send(new PutResourcePolicyCommand({ policyDocument, ...input }));
    await put({ policyName: 'events' });
    const { resourcePolicy } = await put({ resourceArn: ARN });
    assert.equal(resourcePolicy!.policyScope, 'RESOURCE');
    assert.equal((await refusal(put({ resourceArn: ARN }))).code, 'OperationAbortedException');
    const bad = await refusal(put({ policyName: 'bad', policyDocument: '{' }));
    assert.equal(bad.code, 'InvalidParameterException');
    const list = await logs.send(new DescribeResourcePoliciesCommand({}));
    assert.deepEqual(
      list.resourcePolicies!.map(({ policyName }) => policyName),
      ['events'],
    );
    await logs.send(new DeleteResourcePolicyCommand({ policyName: 'events' }));
    const gone = await refusal(logs.send(new DeleteResourcePolicyCommand({ policyName: 'events' })));
    assert.equal(gone.message, 'Policy with name [events] does not exist');
  });
});

const HOUR_MS = 3_600_000;

describe('limits of a batch', () => {
  /** What becomes of a batch of one event at this distance from now. */
  const fateOf = async ({ logs, nowMs }: World, awayMs: number) => {
    const logEvents = [{ timestamp: nowMs() + awayMs, message: 'x' }];
    const { rejectedLogEventsInfo: rejected } = await logs.send(
      new PutLogEventsCommand({ logGroupName: GROUP, logStreamName: 'one', logEvents }),
    );
    return rejected ? Object.keys(rejected) : [];
  };

  test('two hours ahead, fourteen days back', async (t) => {
    const given = await world(t);
    const { server } = given;
    // The clock stands still, so that the edge can be hit.
    const clock = server.latchkey.runtime.clock as { nowMs(): number };
    const stillMs = clock.nowMs();
    clock.nowMs = () => stillMs;
    const still = { ...given, nowMs: () => stillMs };
    assert.deepEqual(await fateOf(still, 2 * HOUR_MS), []);
    assert.deepEqual(await fateOf(still, 2 * HOUR_MS + 1), ['tooNewLogEventStartIndex']);
    assert.deepEqual(await fateOf(still, -14 * 24 * HOUR_MS), []);
    assert.deepEqual(await fateOf(still, -14 * 24 * HOUR_MS - 1), ['tooOldLogEventEndIndex']);
  });

  test('a day from the first event to the last, and a megabyte', async (t) => {
    const { logs, nowMs } = await world(t);
    const startMs = nowMs() - 48 * HOUR_MS;
    const put = (logEvents: { timestamp: number; message: string }[]) =>
      logs.send(new PutLogEventsCommand({ logGroupName: GROUP, logStreamName: 'one', logEvents }));
    const spanning = (ms: number) => [
      { timestamp: startMs, message: 'first' },
      { timestamp: startMs + ms, message: 'last' },
    ];
    await put(spanning(24 * HOUR_MS));
    assert.match((await refusal(put(spanning(24 * HOUR_MS + 1)))).message, /cannot span more than 24 hours/);
    assert.match((await refusal(put(spanning(48 * HOUR_MS)))).message, /cannot span more than 24 hours/);
    // Each event weighs 26 bytes more than its message.
    const heavy = (bytes: number) => {
      const message = 'x'.repeat(200_000);
      const rest = bytes - 5 * (message.length + 26) - 26;
      return [...Array(5).fill(message), 'y'.repeat(rest)].map((each) => ({
        timestamp: startMs,
        message: each,
      }));
    };
    await put(heavy(1_048_576));
    assert.match((await refusal(put(heavy(1_048_577)))).message, /^Upload too large: 1048577 bytes/);
  });
});

describe('searching', () => {
  test('ends with its end time, which it includes; reading ends before it', async (t) => {
    const { logs, find, nowMs } = await world(t);
    const timestamp = nowMs() - 1000;
    const logEvents = [0, 1, 2].map((index) => ({ timestamp: timestamp + index, message: `${index}` }));
    await logs.send(new PutLogEventsCommand({ logGroupName: GROUP, logStreamName: 'one', logEvents }));
    assert.deepEqual(await find({ endTime: timestamp + 1 }), ['0', '1']);
    assert.deepEqual(await find({ startTime: timestamp + 1 }), ['1', '2']);
    assert.deepEqual(await find({ startTime: timestamp + 1, endTime: timestamp + 1 }), ['1']);
    const { events } = await logs.send(
      new GetLogEventsCommand({
        logGroupName: GROUP,
        logStreamName: 'one',
        startTime: timestamp,
        endTime: timestamp + 1,
      }),
    );
    assert.deepEqual(
      events!.map(({ message }) => message),
      ['0'],
    );
  });

  test('goes on by the token of the same search and of no other', async (t) => {
    const { logs, put } = await world(t);
    await put(['a', 'b', 'c']);
    const page = (input: Partial<FilterLogEventsCommandInput>) =>
      logs.send(new FilterLogEventsCommand({ logGroupName: GROUP, limit: 1, ...input }));
    const searches: Partial<FilterLogEventsCommandInput>[] = [
      {},
      { filterPattern: '?a ?b ?c' },
      { logStreamNames: ['one'] },
      { logStreamNamePrefix: 'o' },
    ];
    for (const [index, search] of searches.entries()) {
      const { nextToken } = await page(search);
      const next = await page({ ...search, nextToken });
      assert.equal(next.events![0]!.message, 'b');
      const other = searches[(index + 1) % searches.length];
      assert.equal((await refusal(page({ ...other, nextToken }))).code, 'InvalidParameterException');
    }
  });
});

test('what is past its retention is not shown, though it was not removed yet', async (t) => {
  const { server, logs, find, nowMs } = await world(t);
  const day = 24 * HOUR_MS;
  for (const age of [0.5, 0.9]) {
    const logEvents = [{ timestamp: nowMs() - age * day, message: `${age}` }];
    await logs.send(new PutLogEventsCommand({ logGroupName: GROUP, logStreamName: 'one', logEvents }));
  }
  await logs.send(new PutRetentionPolicyCommand({ logGroupName: GROUP, retentionInDays: 1 }));
  const { runtime } = server.latchkey;
  const read = async () => {
    const { events } = await logs.send(
      new GetLogEventsCommand({ logGroupName: GROUP, logStreamName: 'one', startFromHead: true }),
    );
    return [events!.map(({ message }) => message), await find()];
  };
  assert.deepEqual(await read(), [
    ['0.9', '0.5'],
    ['0.9', '0.5'],
  ]);
  // Time passes, and nothing that is due is done yet.
  const clock = runtime.clock as { nowMs(): number };
  const before = clock.nowMs.bind(clock);
  clock.nowMs = () => before() + 0.3 * day;
  assert.deepEqual(await read(), [['0.5'], ['0.5']]);
});

test('a deleted group leaves no event behind, however many there were', async (t) => {
  const { server, logs, nowMs } = await world(t);
  const timestamp = nowMs() - 1000;
  for (const logStreamName of ['one', 'two']) {
    if (logStreamName === 'two') {
      await logs.send(new CreateLogStreamCommand({ logGroupName: GROUP, logStreamName }));
    }
    const logEvents = Array.from({ length: 800 }, (_, n) => ({ timestamp, message: `${n}` }));
    await logs.send(new PutLogEventsCommand({ logGroupName: GROUP, logStreamName, logEvents }));
  }
  await logs.send(new DeleteLogGroupCommand({ logGroupName: GROUP }));
  await server.settled();
  const { store } = server.latchkey.runtime;
  assert.deepEqual(await store.read((tx) => tx.list(logEvents)), []);
  assert.deepEqual(await store.read((tx) => tx.list(logStreams)), []);
});

test('a resource policy of CloudWatch Logs is for services: it lets no user in', async (t) => {
  const { server, logs } = await world(t);
  const policyDocument = policy({ Effect: 'Allow', Principal: '*', Action: 'logs:*', Resource: '*' });
  await logs.send(new PutResourcePolicyCommand({ policyName: 'open', policyDocument }));
  const user = await newUser(server, 'outsider');
  const own = server.client(CloudWatchLogsClient, user.credentials);
  for (const call of [
    own.send(new CreateLogStreamCommand({ logGroupName: GROUP, logStreamName: 'two' })),
    own.send(new GetLogEventsCommand({ logGroupName: GROUP, logStreamName: 'one' })),
    own.send(
      new PutLogEventsCommand({
        logGroupName: GROUP,
        logStreamName: 'one',
        logEvents: [{ timestamp: Date.now(), message: 'x' }],
      }),
    ),
  ]) {
    assert.equal((await refusal(call)).code, 'AccessDeniedException');
  }
});

test('what a group loses with time, or when it is deleted, is its own', async (t) => {
  const { server, logs, put, nowMs } = await world(t);
  // Some of these sort before the group's own events, and some after them.
  const others = [...Array(6).keys()].map((n) => `/other/${n}`);
  for (const logGroupName of others) {
    const stream = { logGroupName, logStreamName: 'one' };
    await logs.send(new CreateLogGroupCommand({ logGroupName }));
    await logs.send(new CreateLogStreamCommand(stream));
    const logEvents = [{ timestamp: nowMs(), message: 'kept' }];
    await logs.send(new PutLogEventsCommand({ ...stream, logEvents }));
  }
  const kept = async () =>
    Promise.all(
      others.map(async (logGroupName) => {
        const { events } = await logs.send(new FilterLogEventsCommand({ logGroupName }));
        return events!.length;
      }),
    );
  await put(['old']);
  await logs.send(new PutRetentionPolicyCommand({ logGroupName: GROUP, retentionInDays: 1 }));
  await server.advance(2 * DAY_MS);
  assert.deepEqual(await kept(), [1, 1, 1, 1, 1, 1]);
  await put(['new']);
  await logs.send(new DeleteLogGroupCommand({ logGroupName: GROUP }));
  await server.settled();
  assert.deepEqual(await kept(), [1, 1, 1, 1, 1, 1]);
});

test('a service is let in by any policy of the account, or by that of the group, and by none of another group', async (t) => {
  const { server, logs, find } = await world(t);
  const events = server.client(EventBridgeClient);
  const other = `${GROUP}-other`;
  await logs.send(new CreateLogGroupCommand({ logGroupName: other }));
  await events.send(new PutRuleCommand({ Name: 'all', EventPattern: '{"source":["my.app"]}' }));
  await events.send(new PutTargetsCommand({ Rule: 'all', Targets: [{ Id: 'log', Arn: ARN }] }));
  const letting = (Service: string) =>
    policy({
      Sid: 'Same',
      Effect: 'Allow',
      Principal: { Service },
      Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: '*',
    });
  const put = (input: object, service = 'events.amazonaws.com') =>
    logs.send(new PutResourcePolicyCommand({ policyDocument: letting(service), ...input }));
  const remove = (input: object) => logs.send(new DeleteResourcePolicyCommand(input));
  const delivered = async () => {
    const Entries = [{ Source: 'my.app', DetailType: 'd', Detail: '{}' }];
    await events.send(new PutEventsCommand({ Entries }));
    await server.settled();
    return (await find()).length;
  };
  await put({ resourceArn: ARN.replace(GROUP, other) });
  assert.equal(await delivered(), 0);
  await put({ policyName: 'first' }, 'delivery.logs.amazonaws.com');
  assert.equal(await delivered(), 0);
  await put({ policyName: 'second' });
  assert.equal(await delivered(), 1);
  await remove({ policyName: 'first' });
  assert.equal(await delivered(), 2);
  await remove({ policyName: 'second' });
  assert.equal(await delivered(), 2);
  await put({ resourceArn: ARN });
  assert.equal(await delivered(), 3);
});
