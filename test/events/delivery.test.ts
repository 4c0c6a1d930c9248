/** From what happens to a key or a volume, through a rule, into a log group that its owner reads. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import {
  CloudWatchLogsClient,
  DeleteResourcePolicyCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { CreateVolumeCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  CreateEventBusCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  type InputTransformer,
  PutEventsCommand,
  PutPermissionCommand,
  PutTargetsCommand,
  type RetryPolicy,
} from '@aws-sdk/client-eventbridge';
import {
  CreateRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  CreateKeyCommand,
  DisableKeyCommand,
  KMSClient,
  ListKeysCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import { AwsError } from '../../src/aws/aws-error.ts';
import type { Deliveries } from '../../src/control/deliveries.ts';
import type { DeliveryAttempt } from '../../src/invoke/audit/delivery-log.ts';
import type { Runtime } from '../../src/invoke/runtime.ts';
import { deliverEventWorkflow } from '../../src/services/events/event/delivery.ts';
import { ACCOUNT, REGION } from '../worlds/account.ts';
import { type CaughtEvent, eventsWorld, type Watch } from '../worlds/events.ts';
import { refusal, startServerFor, type TestServer } from '../worlds/server.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;

describe('what a rule catches is in its log group', () => {
  test('a volume whose key is disabled: createVolume failed, then deleteVolume (aws-facts D1)', async (t) => {
    const { server, watch } = await eventsWorld(t);
    const volumes = await watch('ebs', {
      pattern: { source: ['aws.ec2'], 'detail-type': ['EBS Volume Notification'] },
    });
    const kms = server.client(KMSClient);
    const { KeyMetadata: key } = await kms.send(new CreateKeyCommand({}));
    await kms.send(new DisableKeyCommand({ KeyId: key!.KeyId }));
    const made = await server.client(EC2Client).send(
      new CreateVolumeCommand({
        AvailabilityZone: 'us-east-1a',
        Size: 1,
        Encrypted: true,
        KmsKeyId: key!.Arn,
      }),
    );
    const caught = await volumes.caught();
    const named = (name: string) => caught.find(({ detail }) => (detail as { event: string }).event === name);
    const failed = named('createVolume');
    assert.deepEqual((named('deleteVolume')!.detail as { result: string }).result, 'deleted');
    assert.equal(caught.length, 2);
    const { id, time, ...event } = failed!;
    assert.match(id, UUID);
    assert.match(String(time), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    assert.deepEqual(event, {
      version: '0',
      'detail-type': 'EBS Volume Notification',
      source: 'aws.ec2',
      account: ACCOUNT,
      region: REGION,
      resources: [`arn:aws:ec2:${REGION}:${ACCOUNT}:volume/${made.VolumeId}`, key!.Arn],
      detail: {
        event: 'createVolume',
        result: 'failed',
        cause: `${key!.Arn} is disabled.`,
        'request-id': made.$metadata.requestId,
      },
    });
    assert.deepEqual(Object.keys(failed!), [
      'version',
      'id',
      'detail-type',
      'source',
      'account',
      'time',
      'region',
      'resources',
      'detail',
    ]);
  });

  test('a key whose time has come: KMS CMK Deletion (aws-facts D5)', async (t) => {
    const { server, watch } = await eventsWorld(t);
    const keys = await watch('kms', {
      pattern: { source: ['aws.kms'], 'detail-type': ['KMS CMK Deletion'] },
    });
    const kms = server.client(KMSClient);
    const { KeyMetadata: key } = await kms.send(new CreateKeyCommand({}));
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId: key!.KeyId, PendingWindowInDays: 7 }));
    await server.advance(6 * DAY_MS);
    assert.deepEqual(await keys.caught(), []);
    await server.advance(2 * DAY_MS);
    const [event, ...others] = await keys.caught();
    assert.deepEqual(others, []);
    assert.deepEqual(event!.resources, [key!.Arn]);
    assert.deepEqual(event!.detail, { 'key-id': key!.KeyId });
  });

  test('unless no resource policy lets EventBridge in, which the trail tells', async (t) => {
    const { server, logs, watch } = await eventsWorld(t);
    const volumes = await watch('ebs', { pattern: { source: ['aws.ec2'] } });
    await logs.send(new DeleteResourcePolicyCommand({ policyName: 'events' }));
    await server.client(EC2Client).send(new CreateVolumeCommand({ AvailabilityZone: 'us-east-1a', Size: 1 }));
    assert.deepEqual(await volumes.caught(), []);
    const { Events: [refused] = [] } = await server.client(CloudTrailClient).send(
      new LookupEventsCommand({
        LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'CreateLogStream' }],
      }),
    );
    const event = JSON.parse(refused!.CloudTrailEvent!);
    assert.equal(event.errorCode, 'AccessDenied');
    assert.deepEqual(event.userIdentity, { type: 'AWSService', invokedBy: 'events.amazonaws.com' });
    assert.match(
      event.errorMessage,
      /because no resource-based policy allows the logs:CreateLogStream action$/,
    );
    const { text } = await server.ask<{ text: string }>('explain', { subject: event.eventID });
    assert.match(text, /Add this statement to a resource policy of CloudWatch Logs/);
    assert.match(text, /"logs:CreateLogStream",\s+"logs:PutLogEvents"/);
    assert.ok(text.includes(`"${volumes.groupArn}:*"`));
    assert.match(text, /Verified: with this policy in place every call above is allowed/);
    const { deliveries } = await server.ask<Deliveries>('deliveries', { rule: 'ebs' });
    const [latest] = deliveries;
    assert.deepEqual(
      [latest?.outcome, latest?.error?.code, latest?.attempt, latest?.target.arn],
      ['refused', 'AccessDeniedException', 1, volumes.groupArn],
    );
    assert.match(latest?.input ?? '', /"detail-type":"EBS Volume Notification"/);
  });
});

/** Has CloudWatch Logs answer the next calls of this name with an error. */
function failNext(server: TestServer, name: string, errors: AwsError[], before = false): void {
  const runtime = server.latchkey.runtime as { invoke: Runtime['invoke'] };
  const { invoke } = runtime;
  runtime.invoke = async (invocation) => {
    if (invocation.operation.name !== name || errors.length === 0) return invoke(invocation);
    if (before) await invoke(invocation);
    throw errors.shift();
  };
}

describe('a delivery that fails', () => {
  const outcomes: readonly [AwsError, boolean][] = [
    [new AwsError('InternalFailure', '', 500), true],
    [new AwsError('ServiceUnavailableException', '', 503), true],
    [new AwsError('ThrottlingException', '', 400), true],
    [new AwsError('TooManyRequestsException', '', 429), true],
    [new AwsError('AccessDeniedException', '', 400), false],
    [new AwsError('ResourceNotFoundException', '', 400), false],
  ];
  for (const [error, isTriedAgain] of outcomes) {
    test(`with ${error.code} is ${isTriedAgain ? 'tried again' : 'given up'}`, async (t) => {
      const { server, events, watch } = await eventsWorld(t);
      const orders = await watch('orders', { pattern: { source: ['my.app'] } });
      failNext(server, 'PutLogEvents', [error, error]);
      await events.send(
        new PutEventsCommand({ Entries: [{ Source: 'my.app', DetailType: 'order', Detail: '{}' }] }),
      );
      assert.equal((await orders.messages()).length, isTriedAgain ? 1 : 0);
    });
  }

  test('after its stream was made is delivered into that stream', async (t) => {
    const { server, events, logs, watch } = await eventsWorld(t);
    const orders = await watch('orders', { pattern: { source: ['my.app'] } });
    failNext(server, 'CreateLogStream', [new AwsError('InternalFailure', '', 500)], true);
    await events.send(
      new PutEventsCommand({ Entries: [{ Source: 'my.app', DetailType: 'order', Detail: '{}' }] }),
    );
    assert.equal((await orders.messages()).length, 1);
    const { logStreams } = await logs.send(
      new DescribeLogStreamsCommand({ logGroupName: '/aws/events/orders' }),
    );
    assert.equal(logStreams!.length, 1);
  });
});

describe('calls that CloudTrail tells of', () => {
  test('reach the rules that watch them, denied ones too, and those that read only where asked for', async (t) => {
    const { server, watch } = await eventsWorld(t);
    const detail = { eventSource: ['kms.amazonaws.com'], eventName: ['DisableKey', 'ListKeys'] };
    const pattern = { 'detail-type': ['AWS API Call via CloudTrail'], source: ['aws.kms'], detail };
    const writes = await watch('writes', { pattern });
    const all = await watch('all', { pattern, State: 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS' });
    const kms = server.client(KMSClient);
    const { KeyMetadata: key } = await kms.send(new CreateKeyCommand({}));
    await kms.send(new DisableKeyCommand({ KeyId: key!.KeyId }));
    await refusal(kms.send(new DisableKeyCommand({ KeyId: '1234abcd-12ab-34cd-56ef-1234567890ab' })));
    await kms.send(new ListKeysCommand({}));
    const told = async (of: Watch) =>
      (await of.caught()).map((event) => event.detail as { eventName: string; errorCode?: string });
    // Events of one moment come in any order, as on AWS.
    const [disabled, refused, ...others] = (await told(writes)).toSorted((a, b) =>
      (a.errorCode ?? '') < (b.errorCode ?? '') ? -1 : 1,
    );
    assert.deepEqual(others, []);
    assert.deepEqual([disabled!.eventName, disabled!.errorCode], ['DisableKey', undefined]);
    assert.deepEqual([refused!.eventName, refused!.errorCode], ['DisableKey', 'NotFoundException']);
    const names = (await told(all)).map(({ eventName }) => eventName);
    assert.deepEqual(names.sort(), ['DisableKey', 'DisableKey', 'ListKeys']);
  });

  test('a rule that catches everything comes to rest', async (t) => {
    const { server, watch } = await eventsWorld(t);
    const everything = await watch('all', { pattern: { source: [{ prefix: '' }] } });
    await server.client(KMSClient).send(new CreateKeyCommand({}));
    const names = (await everything.caught()).map(
      ({ detail }) => (detail as { eventName: string }).eventName,
    );
    assert.deepEqual(names, ['PutTargets', 'CreateKey']);
  });
});

describe('what a target is handed', () => {
  const event = { Source: 'my.app', DetailType: 'order', Resources: ['a'] };
  const Detail = JSON.stringify({ state: 'open', count: 2, who: { name: 'jo' }, list: [1, 'b'] });
  const paths = {
    state: '$.detail.state',
    count: '$.detail.count',
    who: '$.detail.who',
    list: '$.detail.list',
    none: '$.detail.none',
    type: "$['detail-type']",
  };
  const CASES: readonly [name: string, target: object, expected: string][] = [
    ['a constant', { Input: '{"a":1}' }, '{"a":1}'],
    ['a part', { InputPath: '$.detail.who' }, '{"name":"jo"}'],
    ['a text', transformed('"<type> is <state>, <count> of <none>"'), '"order is open, 2 of "'],
    ['an object in a text', transformed('<who> <list>'), '{name:jo} [1,b]'],
    [
      'JSON',
      transformed('{"s": <state>, "c": <count>, "w": <who>, "l": <list>, "n": <none>}'),
      '{"s": "open", "c": 2, "w": {"name":"jo"}, "l": [1,"b"], "n": ""}',
    ],
    [
      'texts in JSON',
      transformed('{"s": "it is <state>", "c": "no <count>"}'),
      '{"s": "it is open", "c": "no 2"}',
    ],
    [
      'what EventBridge knows',
      transformed('{"rule": <aws.events.rule-name>, "arn": <aws.events.rule-arn>}'),
      `{"rule": "orders", "arn": "arn:aws:events:${REGION}:${ACCOUNT}:rule/orders"}`,
    ],
    [
      'the message of a log event',
      transformed('{"timestamp": "2026-01-01T00:00:00Z", "message": "<state>"}'),
      '',
    ],
  ];
  function transformed(InputTemplate: string) {
    return { InputTransformer: { InputPathsMap: paths, InputTemplate } };
  }
  for (const [name, target, expected] of CASES) {
    test(name, async (t) => {
      const { events, watch } = await eventsWorld(t);
      const orders = await watch('orders', { pattern: { source: ['my.app'] } }, target);
      await events.send(new PutEventsCommand({ Entries: [{ ...event, Detail }] }));
      const [message] = await orders.messages();
      // An event of long ago is too old for a log group.
      assert.equal(message ?? '', expected);
    });
  }

  test('the event itself, without its detail or whole', async (t) => {
    const { events, watch } = await eventsWorld(t);
    const template =
      '{"bare": <aws.events.event>, "whole": <aws.events.event.json>, "at": <aws.events.event.ingestion-time>}';
    const orders = await watch('orders', { pattern: { source: ['my.app'] } }, transformed(template));
    const { Entries } = await events.send(new PutEventsCommand({ Entries: [{ ...event, Detail }] }));
    const [{ bare, whole, at }] = (await orders.caught()) as unknown as [Record<string, CaughtEvent>];
    assert.equal(bare!.id, Entries![0]!.EventId);
    assert.equal(bare!.detail, undefined);
    const { detailType, ...members } = bare as CaughtEvent & { detailType: string };
    assert.deepEqual({ ...members, 'detail-type': detailType, detail: JSON.parse(Detail) }, whole);
    assert.match(String(at), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });
});

describe('a template', () => {
  const watched = async (t: TestContext, transformer: InputTransformer, Detail: string) => {
    const { events, watch, server } = await eventsWorld(t);
    const orders = await watch(
      'orders',
      { pattern: { source: ['my.app'] } },
      {
        InputTransformer: transformer,
      },
    );
    await events.send(new PutEventsCommand({ Entries: [{ Source: 'my.app', DetailType: 'order', Detail }] }));
    const messages = await orders.messages();
    assert.deepEqual(server.defects, []);
    return messages;
  };

  test('that asks for a large event thousands of times hands on nothing', async (t) => {
    const transformer = { InputPathsMap: { a: '$' }, InputTemplate: `"${'<a>'.repeat(2700)}"` };
    assert.deepEqual(await watched(t, transformer, JSON.stringify({ x: 'y'.repeat(200_000) })), []);
  });

  test('with a time that no text can be made of logs its message at the time of the event', async (t) => {
    const transformer = {
      InputPathsMap: { odd: '$.detail' },
      InputTemplate: '{"timestamp": <odd>, "message": "logged"}',
    };
    assert.deepEqual(await watched(t, transformer, '{"toString":1,"valueOf":1}'), ['logged']);
  });
});

describe('buses', () => {
  const OTHER = '111122223333';
  const entry = { Source: 'my.app', DetailType: 'order', Detail: '{"n":1}' };
  const pattern = { source: ['my.app'] };
  const busArn = (name: string, account = ACCOUNT) => `arn:aws:events:${REGION}:${account}:event-bus/${name}`;

  test('of one account hand events on to each other, and to no third', async (t) => {
    const { events, watch } = await eventsWorld(t);
    for (const Name of ['second', 'third']) await events.send(new CreateEventBusCommand({ Name }));
    const first = await watch('first', { pattern }, {});
    await events.send(
      new PutTargetsCommand({ Rule: 'first', Targets: [{ Id: 'bus', Arn: busArn('second') }] }),
    );
    const second = await watch('second', { pattern, EventBusName: 'second' });
    const onward = [{ Id: 'bus', Arn: busArn('third') }];
    await events.send(new PutTargetsCommand({ Rule: 'second', EventBusName: 'second', Targets: onward }));
    const third = await watch('third', { pattern, EventBusName: 'third' });
    await events.send(new PutEventsCommand({ Entries: [entry] }));
    assert.deepEqual(await second.caught(), await first.caught());
    assert.equal((await first.caught()).length, 1);
    assert.deepEqual(await third.caught(), []);
  });

  test('of another account take events from whom their policy lets', async (t) => {
    const here = await eventsWorld(t);
    const there = await eventsWorld(t, { server: here.server, account: OTHER });
    const caught = await there.watch('orders', { pattern: { account: [ACCOUNT] } });
    const put = () =>
      here.events.send(
        new PutEventsCommand({ Entries: [{ ...entry, EventBusName: busArn('default', OTHER) }] }),
      );
    assert.match(
      (await refusal(put())).message,
      /because no resource-based policy allows the events:PutEvents action/,
    );
    await there.events.send(
      new PutPermissionCommand({ Action: 'events:PutEvents', Principal: ACCOUNT, StatementId: 'here' }),
    );
    await put();
    const [event, ...others] = await caught.caught();
    assert.deepEqual(others, []);
    assert.deepEqual([event!.account, event!.detail], [ACCOUNT, { n: 1 }]);
  });

  test('of another account are targets by a role, which must trust EventBridge', async (t) => {
    const here = await eventsWorld(t);
    const there = await eventsWorld(t, { server: here.server, account: OTHER });
    const pattern = { 'detail-type': ['EBS Volume Notification'] };
    const caught = await there.watch('all', { pattern });
    const far = busArn('default', OTHER);
    await there.events.send(
      new PutPermissionCommand({ Action: 'events:PutEvents', Principal: ACCOUNT, StatementId: 'here' }),
    );
    const iam = here.server.client(IAMClient);
    const trusting = (Service: string) =>
      JSON.stringify({
        Version: '2012-10-17',
        Statement: { Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' },
      });
    const made = new CreateRoleCommand({
      RoleName: 'r',
      AssumeRolePolicyDocument: trusting('ec2.amazonaws.com'),
    });
    const { Role } = await iam.send(made);
    const PolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Action: 'events:PutEvents',
        Resource: far,
        Condition: { Bool: { 'events:eventBusInvocation': 'true' } },
      },
    });
    await iam.send(new PutRolePolicyCommand({ RoleName: 'r', PolicyName: 'p', PolicyDocument }));
    const near = await here.watch('volumes', { pattern });
    const Targets = [{ Id: 'far', Arn: far, RoleArn: Role!.Arn }];
    await here.events.send(new PutTargetsCommand({ Rule: 'volumes', Targets }));
    const ec2 = here.server.client(EC2Client);
    const makeVolume = () => ec2.send(new CreateVolumeCommand({ AvailabilityZone: 'us-east-1a', Size: 1 }));
    await makeVolume();
    assert.deepEqual(await caught.caught(), []);
    const PolicyOfTrust = trusting('events.amazonaws.com');
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: 'r', PolicyDocument: PolicyOfTrust }));
    await makeVolume();
    const [event, ...others] = await caught.caught();
    assert.deepEqual(others, []);
    // The event keeps its id, account and time, though it is AWS's own.
    assert.deepEqual(event, (await near.caught()).at(-1));
  });
});

describe('schedules', () => {
  const minutes = (count: number) => count * 60_000;

  test('run as often as they say, until the rule is disabled', async (t) => {
    const { server, events, watch } = await eventsWorld(t);
    const ticks = await watch('tick', { ScheduleExpression: 'rate(5 minutes)' });
    await server.advance(minutes(4));
    assert.deepEqual(await ticks.caught(), []);
    await server.advance(minutes(1.5));
    await server.advance(minutes(5));
    const caught = await ticks.caught();
    assert.equal(caught.length, 2);
    const { id: _, time: __, ...event } = caught[0]!;
    assert.deepEqual(event, {
      version: '0',
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account: ACCOUNT,
      region: REGION,
      resources: [`arn:aws:events:${REGION}:${ACCOUNT}:rule/tick`],
      detail: {},
    });
    await events.send(new DisableRuleCommand({ Name: 'tick' }));
    await server.advance(minutes(20));
    assert.equal((await ticks.caught()).length, 2);
    await events.send(new EnableRuleCommand({ Name: 'tick' }));
    await server.advance(minutes(5.5));
    assert.equal((await ticks.caught()).length, 3);
  });

  test('run at the times that a cron expression names', async (t) => {
    const { server, watch } = await eventsWorld(t);
    const sinceNoon = (server.latchkey.runtime.clock.nowMs() + DAY_MS / 2) % DAY_MS;
    await server.advance(DAY_MS - sinceNoon + minutes(60));
    const noons = await watch('noon', { ScheduleExpression: 'cron(0 12 * * ? *)' });
    await server.advance(minutes(22 * 60));
    assert.deepEqual(await noons.caught(), []);
    for (const day of [1, 2]) {
      await server.advance(day === 1 ? minutes(90) : DAY_MS);
      assert.equal((await noons.caught()).length, day);
    }
  });
});

describe('a target that cannot take an event now', () => {
  const MINUTE_MS = 60_000;
  const target = { Id: 'log', Arn: `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:/aws/events/x` };
  const delivery = {
    deliveryId: 'd',
    event: { version: '0', id: 'e', time: '2026-01-01T00:00:00Z', detail: {} },
    ruleArn: 'arn',
    ruleName: 'rule',
    ingestedAtMs: 0,
    attempts: 0,
  };

  /** The pauses between the tries, in seconds, until it is given up. */
  async function pauses(
    error: AwsError,
    RetryPolicy?: RetryPolicy,
    outcomes: string[] = [],
  ): Promise<number[]> {
    const tx = {
      append: (_log: object, { body }: { body: DeliveryAttempt }) => outcomes.push(body.outcome),
    };
    const call = () => Promise.reject(error);
    const seen: number[] = [];
    let next: object | undefined = { ...delivery, target: { ...target, RetryPolicy } };
    for (let nowMs = 0; next && seen.length < 1000; ) {
      const step = await deliverEventWorkflow.run({ asService: () => ({ call }) } as never, next);
      next = undefined;
      const schedule = (_ref: object, payload: object, { delayMs }: { delayMs: number }) => {
        seen.push(delayMs / 1000);
        nowMs += delayMs;
        next = payload;
      };
      const ports = { delays: { scaled: (ms: number) => ms } };
      await step?.({ nowMs, schedule, ports, tx } as never);
    }
    return seen;
  }
  const busy = new AwsError('ServiceUnavailable', '', 503);

  test('is tried again with growing pauses, as often as its retry policy says', async () => {
    const outcomes: string[] = [];
    const few = await pauses(busy, { MaximumRetryAttempts: 4 }, outcomes);
    assert.deepEqual(few, [1, 2, 4, 8]);
    assert.deepEqual(outcomes, ['retrying', 'retrying', 'retrying', 'retrying', 'given up']);
    assert.deepEqual(await pauses(busy, { MaximumRetryAttempts: 0 }), []);
  });

  test('or until the event is too old, a day where it says nothing', async () => {
    assert.deepEqual(await pauses(busy, { MaximumEventAgeInSeconds: 60 }), [1, 2, 4, 8, 16]);
    const all = await pauses(busy);
    assert.ok(all.length < 185 && Math.max(...all) * 1000 === 15 * MINUTE_MS);
    const total = all.reduce((sum, pause) => sum + pause, 0);
    assert.ok(total > 85_000 && total <= 86_400, String(total));
  });

  test('and not at all where it refuses for good', async () => {
    const outcomes: string[] = [];
    assert.deepEqual(await pauses(new AwsError('AccessDeniedException', ''), undefined, outcomes), []);
    assert.deepEqual(outcomes, ['refused']);
  });
});

test('a delivery goes on after a restart', async (t) => {
  const data = mkdtempSync(join(tmpdir(), 'latchkey-events-'));
  t.after(() => rmSync(data, { recursive: true, force: true }));
  const before = await startServerFor(t, { data, delays: 1 });
  const world = await eventsWorld(t, { server: before });
  await world.watch('tick', { ScheduleExpression: 'rate(1 hour)' });
  await world.watch('kms', { pattern: { source: ['aws.kms'] } });
  const kms = before.client(KMSClient);
  const { KeyMetadata: key } = await kms.send(new CreateKeyCommand({}));
  await kms.send(new ScheduleKeyDeletionCommand({ KeyId: key!.KeyId, PendingWindowInDays: 7 }));
  await before.close();

  const after = await startServerFor(t, { data });
  await after.advance(8 * DAY_MS);
  const logs = after.client(CloudWatchLogsClient);
  const read = async (name: string) => {
    const { events } = await logs.send(new FilterLogEventsCommand({ logGroupName: `/aws/events/${name}` }));
    return events!.map(({ message }) => JSON.parse(message!)['detail-type']);
  };
  assert.deepEqual(await read('tick'), ['Scheduled Event']);
  assert.ok((await read('kms')).includes('KMS CMK Deletion'));
});
