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
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
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
  });

  test('refuse by name what is not served', async (t) => {
    const { logs } = await world(t);
    const archive = new CreateLogGroupCommand({ logGroupName: 'x', logGroupClass: 'INFREQUENT_ACCESS' });
    assert.equal((await refusal(logs.send(archive))).code, 'UnsupportedOperationException');
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
    assert.equal((await refusal(find({ filterPattern: '[a, b]' }))).code, 'UnsupportedOperationException');

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
