/** EventBridge, CloudWatch Logs and CloudTrail as AWS answered when it was recorded. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  PutLogEventsCommand,
  PutMetricFilterCommand,
  PutResourcePolicyCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import * as sdk from '@aws-sdk/client-eventbridge';
import { ACCOUNT, REGION } from '../worlds/account.ts';
import { groupArn } from '../worlds/events.ts';
import { codeAndMessage, refusal, startServerFor, type TestServer } from '../worlds/server.ts';

let server: TestServer;
let events: sdk.EventBridgeClient;
let logs: CloudWatchLogsClient;
before(async () => {
  server = await startServerFor(undefined);
  events = server.client(sdk.EventBridgeClient);
  logs = server.client(CloudWatchLogsClient);
  await logs.send(
    new PutResourcePolicyCommand({
      policyName: 'events',
      policyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'events.amazonaws.com' },
            Action: 'logs:*',
            Resource: '*',
          },
        ],
      }),
    }),
  );
});
after(() => server.close());

const BUS = `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/default`;
const validation = (message: string) => ['ValidationException', message];

describe('an input template', () => {
  const DETAIL = { o: { a: 'b' }, l: ['x', 'y'], t: 'te"xt', n: 5 };
  let count = 0;

  /** What of one event arrives in a log group, by a template. */
  async function delivered(InputTemplate: string): Promise<string[]> {
    const name = `t${count++}`;
    const logGroupName = `/aws/events/${name}`;
    await logs.send(new CreateLogGroupCommand({ logGroupName }));
    await events.send(
      new sdk.PutRuleCommand({ Name: name, EventPattern: JSON.stringify({ source: [name] }) }),
    );
    const InputPathsMap = { o: '$.detail.o', l: '$.detail.l', t: '$.detail.t', n: '$.detail.n' };
    await events.send(
      new sdk.PutTargetsCommand({
        Rule: name,
        Targets: [{ Id: 't', Arn: groupArn(name), InputTransformer: { InputPathsMap, InputTemplate } }],
      }),
    );
    await events.send(
      new sdk.PutEventsCommand({
        Entries: [{ Source: name, DetailType: 'd', Detail: JSON.stringify(DETAIL) }],
      }),
    );
    await server.settled();
    const found = await logs.send(new FilterLogEventsCommand({ logGroupName }));
    return (found.events ?? []).map(({ message }) => message!);
  }

  for (const template of ['{"payload": "<o>"}', '{"l": "<l>"}', '{"path": "users/<o>", "b": <o>}']) {
    test(`that gives no JSON delivers nothing: ${template}`, async () => {
      assert.deepEqual(await delivered(template), []);
    });
  }

  test('puts texts and numbers into texts, and objects beside them', async () => {
    const [message] = await delivered('{"t": "<t>", "n": "no <n>", "o": <o>}');
    assert.deepEqual(JSON.parse(message!), { t: 'te"xt', n: 'no 5', o: { a: 'b' } });
  });

  test('spells the type of the event in its own way, and as it is in the JSON of the event', async () => {
    const [message] = await delivered('{"event": <aws.events.event>, "json": <aws.events.event.json>}');
    const { event, json } = JSON.parse(message!);
    assert.equal(event.detailType, 'd');
    assert.ok(!('detail-type' in event) && !('detail' in event));
    assert.equal(json['detail-type'], 'd');
  });

  test('names what no path gives', async () => {
    await events.send(new sdk.PutRuleCommand({ Name: 'unmapped', EventPattern: '{"source":["x"]}' }));
    const put = new sdk.PutTargetsCommand({
      Rule: 'unmapped',
      Targets: [
        { Id: 't', Arn: groupArn('unmapped'), InputTransformer: { InputTemplate: '{"a": <notdefinedkey>}' } },
      ],
    });
    assert.deepEqual(
      await codeAndMessage(events.send(put)),
      validation('InputTemplate for target t contains invalid placeholder notdefinedkey.'),
    );
  });
});

describe('an archive', () => {
  test('is filled by a rule that everybody sees and nobody changes', async () => {
    const EventPattern = '{"source":["archived"]}';
    await events.send(new sdk.CreateArchiveCommand({ ArchiveName: 'a', EventSourceArn: BUS, EventPattern }));
    const rule = async () => events.send(new sdk.DescribeRuleCommand({ Name: 'Events-Archive-a' }));
    const { ManagedBy, EventPattern: pattern } = await rule();
    assert.equal(ManagedBy, 'prod.vhs.events.aws.internal');
    assert.deepEqual(JSON.parse(pattern!), { source: ['archived'], 'replay-name': [{ exists: false }] });
    const { Targets } = await events.send(new sdk.ListTargetsByRuleCommand({ Rule: 'Events-Archive-a' }));
    assert.equal(Targets?.[0]?.Arn, `arn:aws:events:${REGION}:::`);
    const deletion = await refusal(events.send(new sdk.DeleteRuleCommand({ Name: 'Events-Archive-a' })));
    assert.equal(deletion.code, 'ManagedRuleException');
    await events.send(new sdk.UpdateArchiveCommand({ ArchiveName: 'a', EventPattern: '{"source":["b"]}' }));
    assert.match((await rule()).EventPattern!, /"source":\["b"\]/);
    await events.send(new sdk.DeleteArchiveCommand({ ArchiveName: 'a' }));
    assert.equal((await refusal(rule())).code, 'ResourceNotFoundException');
  });

  test('counts what was put, and twenty bytes an event', async () => {
    await events.send(
      new sdk.CreateArchiveCommand({
        ArchiveName: 'sized',
        EventSourceArn: BUS,
        EventPattern: '{"source":["sized"]}',
      }),
    );
    const Detail = '{"a":"b"}';
    await events.send(
      new sdk.PutEventsCommand({ Entries: [{ Source: 'sized', DetailType: 'type', Detail }] }),
    );
    await server.settled();
    const { SizeBytes } = await events.send(new sdk.DescribeArchiveCommand({ ArchiveName: 'sized' }));
    assert.equal(SizeBytes, 'sized'.length + 'type'.length + Detail.length + 20);
  });

  test('that is not there is not replayed, and lists take one filter', async () => {
    const replay = new sdk.StartReplayCommand({
      ReplayName: 'r',
      EventSourceArn: `arn:aws:events:${REGION}:${ACCOUNT}:archive/nosuch`,
      EventStartTime: new Date(0),
      EventEndTime: new Date(1000),
      Destination: { Arn: BUS },
    });
    assert.deepEqual(
      await codeAndMessage(events.send(replay)),
      validation('Parameter EventSourceArn is not valid. Reason: Archive nosuch does not exist.'),
    );
    const filters = { NamePrefix: 'a', EventSourceArn: BUS };
    assert.deepEqual(
      await codeAndMessage(events.send(new sdk.ListArchivesCommand(filters))),
      validation(
        'At most one filter is allowed for ListArchives. Use either : State, EventSourceArn, or NamePrefix.',
      ),
    );
    assert.equal(
      (await codeAndMessage(events.send(new sdk.ListReplaysCommand(filters))))[0],
      'ValidationException',
    );
  });
});

test('more entries than ten are shown as AWS prints its own', async () => {
  const [code, message] = await codeAndMessage(
    events.send(
      new sdk.PutEventsCommand({
        Entries: Array(11).fill({ Source: 's', DetailType: 'd', Detail: '{"a":1}', Resources: ['r', 'q'] }),
      }),
    ),
  );
  const entry =
    'PutEventsRequestEntry(time=null, source=s, resources=[r, q], detailType=d, detail={"a":1}, eventBusName=null, ' +
    'traceHeader=null, kmsKeyIdentifier=null, internalMetadata=null)';
  assert.equal(code, 'ValidationException');
  assert.equal(
    message,
    `1 validation error detected: Value '[${Array(11).fill(entry).join(', ')}]' at 'entries' failed to satisfy ` +
      'constraint: Member must have length less than or equal to 10',
  );
});

test('a test of a pattern with an event that lacks something, and with a network that is none', async () => {
  const tested = (EventPattern: string, Event: string) =>
    codeAndMessage(events.send(new sdk.TestEventPatternCommand({ EventPattern, Event })));
  assert.deepEqual(
    await tested('{"source":["x"]}', '{"source":"x"}'),
    validation('Parameter Event is not valid.'),
  );
  const [code, message] = await tested('{"source":[{"cidr":"bad-/64filter"}]}', '{}');
  assert.equal(code, 'InvalidEventPatternException');
  assert.match(message!, /Malformed CIDR, mask bits must be an integer/);
});

describe('CloudWatch Logs', () => {
  test('takes a resource policy about what is no ARN', async () => {
    const policyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'delivery.logs.amazonaws.com' },
          Action: 'logs:PutLogEvents',
          Resource: 'log_arn',
        },
      ],
    });
    await logs.send(new PutResourcePolicyCommand({ policyName: 'odd', policyDocument }));
  });

  test('gives a sequence token to streams with events only, and says what is not protected', async () => {
    const logGroupName = 'streams';
    await logs.send(new CreateLogGroupCommand({ logGroupName }));
    await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName: 's' }));
    const token = async () =>
      (await logs.send(new DescribeLogStreamsCommand({ logGroupName }))).logStreams?.[0]?.uploadSequenceToken;
    assert.equal(await token(), undefined);
    const logEvents = [{ timestamp: Date.now(), message: 'm' }];
    await logs.send(new PutLogEventsCommand({ logGroupName, logStreamName: 's', logEvents }));
    assert.ok(await token());
    const { logGroups } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: logGroupName }));
    assert.equal(logGroups?.[0]?.deletionProtectionEnabled, false);
  });

  test('shows metrics as AWS prints its own', async () => {
    const metric = (metricName: string) => ({ metricName, metricNamespace: 'n', metricValue: '1' });
    const shown = (name: string) =>
      `MetricTransformation(metricName=${name}, metricNamespace=n, metricValue=1, defaultValue=null, unit=null, dimensions=null)`;
    assert.deepEqual(
      await codeAndMessage(
        logs.send(
          new PutMetricFilterCommand({
            logGroupName: 'g',
            filterName: 'f',
            filterPattern: ' ',
            metricTransformations: [metric('a'), metric('b')],
          }),
        ),
      ),
      [
        'InvalidParameterException',
        `1 validation error detected: Value '[${shown('a')}, ${shown('b')}]' at 'metricTransformations' failed to ` +
          'satisfy constraint: Member must have length less than or equal to 1',
      ],
    );
  });

  test('refuses a name that is too long', async () => {
    const create = logs.send(new CreateLogGroupCommand({ logGroupName: 'x'.repeat(513) }));
    assert.deepEqual(await codeAndMessage(create), [
      'InvalidParameterException',
      'Invalid LogGroup or LogStream, both must have length less than or equal to 512.',
    ]);
  });
});

describe('LookupEvents', () => {
  const lookup = (input: object) => server.client(CloudTrailClient).send(new LookupEventsCommand(input));

  test('has an error for each member', async () => {
    const code = async (input: object) => (await refusal(lookup(input))).code;
    assert.equal(await code({ MaxResults: 0 }), 'InvalidMaxResultsException');
    assert.equal(await code({ MaxResults: 51 }), 'InvalidMaxResultsException');
    assert.equal(await code({ EventCategory: 'nosuch' }), 'InvalidEventCategoryException');
    const attribute = { AttributeKey: 'EventName', AttributeValue: 'x' };
    assert.equal(
      await code({ LookupAttributes: [attribute, attribute] }),
      'InvalidLookupAttributesException',
    );
  });

  test('finds no insights', async () => {
    assert.ok((await lookup({})).Events?.length);
    assert.deepEqual((await lookup({ EventCategory: 'insight' })).Events, []);
  });
});
