/** EventBridge as its clients see it: rules, targets, buses, schedules, tags, and who may do what with them. */
import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import {
  CreateEventBusCommand,
  DeleteEventBusCommand,
  DeleteRuleCommand,
  DescribeEventBusCommand,
  DescribeRuleCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  EventBridgeClient,
  ListEventBusesCommand,
  ListRuleNamesByTargetCommand,
  ListRulesCommand,
  ListTagsForResourceCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  PutPermissionCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemovePermissionCommand,
  RemoveTargetsCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-eventbridge';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { mintServiceCaller } from '../../src/invoke/caller.ts';
import { ACCOUNT, OTHER_ACCOUNT, policy, userWith } from '../worlds/account.ts';
import { groupArn } from '../worlds/events.ts';
import { refusal, startServerFor, type TestServer } from '../worlds/server.ts';

const PATTERN = '{"source":["aws.ec2"]}';
const ruleArn = (name: string) => `arn:aws:events:us-east-1:${ACCOUNT}:rule/${name}`;
const LOG = groupArn('x');

async function start(context: TestContext) {
  const server = await startServerFor(context);
  return { server, events: server.client(EventBridgeClient) };
}

/** A client of a user who has one inline policy. */
const eventsAs = async (server: TestServer, name: string, ...statements: object[]) =>
  server.client(EventBridgeClient, await userWith(server, name, ...statements));

describe('rules', () => {
  test('are put, told, disabled, enabled and deleted', async (t) => {
    const { events } = await start(t);
    const put = await events.send(
      new PutRuleCommand({ Name: 'ebs', EventPattern: PATTERN, Description: 'volumes' }),
    );
    assert.equal(put.RuleArn, ruleArn('ebs'));
    const describe = async () => {
      const { $metadata: _, ...rule } = await events.send(new DescribeRuleCommand({ Name: 'ebs' }));
      return rule;
    };
    const entry = {
      Name: 'ebs',
      Arn: ruleArn('ebs'),
      EventPattern: PATTERN,
      Description: 'volumes',
      State: 'ENABLED',
      EventBusName: 'default',
    };
    assert.deepEqual(await describe(), { ...entry, CreatedBy: ACCOUNT });
    await events.send(new DisableRuleCommand({ Name: 'ebs' }));
    assert.equal((await describe()).State, 'DISABLED');
    await events.send(new EnableRuleCommand({ Name: 'ebs' }));
    assert.deepEqual((await events.send(new ListRulesCommand({ NamePrefix: 'e' }))).Rules, [entry]);
    // What a request leaves out is gone.
    await events.send(new PutRuleCommand({ Name: 'ebs', EventPattern: PATTERN }));
    assert.equal((await describe()).Description, undefined);
    await events.send(new DeleteRuleCommand({ Name: 'ebs' }));
    await events.send(new DeleteRuleCommand({ Name: 'ebs' }));
    assert.deepEqual(await refusal(describe()), {
      code: 'ResourceNotFoundException',
      message: 'Rule ebs does not exist on EventBus default.',
      status: 400,
    });
  });

  test('are refused without a trigger, with a bad one, and with targets when they are to go', async (t) => {
    const { events } = await start(t);
    const put = (input: object) => refusal(events.send(new PutRuleCommand({ Name: 'r', ...input })));
    const none = 'Parameter(s) EventPattern or ScheduleExpression must be specified.';
    assert.equal((await put({})).message, none);
    assert.equal((await put({ EventPattern: '{' })).code, 'InvalidEventPatternException');
    for (const ScheduleExpression of ['rate(1 minutes)', 'rate(0 days)', 'cron(* * * * * *)', 'every day']) {
      const refused = await put({ ScheduleExpression });
      assert.equal(refused.message, 'Parameter ScheduleExpression is not valid.', ScheduleExpression);
    }
    assert.equal(
      (await put({ EventBusName: 'none', EventPattern: PATTERN })).message,
      'Event bus none does not exist.',
    );
    await events.send(new PutRuleCommand({ Name: 'r', EventPattern: PATTERN }));
    await events.send(new PutTargetsCommand({ Rule: 'r', Targets: [{ Id: '1', Arn: LOG }] }));
    const deleted = await refusal(events.send(new DeleteRuleCommand({ Name: 'r' })));
    assert.equal(deleted.message, "Rule can't be deleted since it has targets.");
  });

  test('are listed page by page, and by target', async (t) => {
    const { events } = await start(t);
    for (const Name of ['a', 'b', 'c']) {
      await events.send(new PutRuleCommand({ Name, EventPattern: PATTERN }));
      await events.send(new PutTargetsCommand({ Rule: Name, Targets: [{ Id: '1', Arn: LOG }] }));
    }
    const first = await events.send(new ListRulesCommand({ Limit: 2 }));
    const rest = await events.send(new ListRulesCommand({ Limit: 2, NextToken: first.NextToken }));
    const names = [...first.Rules!, ...rest.Rules!].map(({ Name }) => Name);
    assert.deepEqual([names, rest.NextToken], [['a', 'b', 'c'], undefined]);
    const { RuleNames } = await events.send(new ListRuleNamesByTargetCommand({ TargetArn: LOG }));
    assert.deepEqual(RuleNames, ['a', 'b', 'c']);
    const bad = await refusal(events.send(new ListRulesCommand({ NextToken: 'x' })));
    assert.equal(bad.code, 'ValidationException');
  });

  test('and buses carry tags', async (t) => {
    const { events } = await start(t);
    const Tags = [{ Key: 'team', Value: 'storage' }];
    await events.send(new PutRuleCommand({ Name: 'r', EventPattern: PATTERN, Tags }));
    for (const ResourceARN of [ruleArn('r'), `arn:aws:events:us-east-1:${ACCOUNT}:event-bus/default`]) {
      await events.send(new TagResourceCommand({ ResourceARN, Tags: [{ Key: 'stage', Value: 'test' }] }));
      await events.send(new UntagResourceCommand({ ResourceARN, TagKeys: ['team'] }));
      const { Tags: left } = await events.send(new ListTagsForResourceCommand({ ResourceARN }));
      assert.deepEqual(left, [{ Key: 'stage', Value: 'test' }]);
    }
  });
});

test('a rule that a service keeps is changed by force only', async (t) => {
  const { server, events } = await start(t);
  const service = 'schemas.amazonaws.com';
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Principal: { Service: service },
      Action: ['events:PutRule', 'events:DeleteRule'],
      Resource: ruleArn('kept'),
    },
  });
  await events.send(new PutPermissionCommand({ Policy }));
  const { runtime } = server.latchkey;
  await runtime.invoke({
    caller: mintServiceCaller({ service, account: ACCOUNT, region: 'us-east-1', invokedBy: service }),
    operation: runtime.registry.operation('events', 'PutRule')!,
    input: { Name: 'kept', EventPattern: PATTERN },
    requestId: 'request',
    atMs: runtime.clock.nowMs(),
  });
  assert.equal((await events.send(new DescribeRuleCommand({ Name: 'kept' }))).ManagedBy, service);
  for (const command of [
    new PutRuleCommand({ Name: 'kept', EventPattern: PATTERN }),
    new DisableRuleCommand({ Name: 'kept' }),
    new DeleteRuleCommand({ Name: 'kept' }),
    new PutTargetsCommand({ Rule: 'kept', Targets: [{ Id: '1', Arn: LOG }] }),
  ]) {
    assert.equal((await refusal(events.send(command as PutRuleCommand))).code, 'ManagedRuleException');
  }
  await events.send(new DeleteRuleCommand({ Name: 'kept', Force: true }));
});

describe('targets', () => {
  test('are put, changed, listed and removed', async (t) => {
    const { events } = await start(t);
    await events.send(new PutRuleCommand({ Name: 'r', EventPattern: PATTERN }));
    const put = (...Targets: { Id: string; Arn: string; Input?: string }[]) =>
      events.send(new PutTargetsCommand({ Rule: 'r', Targets }));
    await put({ Id: '1', Arn: LOG }, { Id: '2', Arn: LOG });
    await put({ Id: '1', Arn: LOG, Input: '{"a":1}' });
    const { Targets } = await events.send(new ListTargetsByRuleCommand({ Rule: 'r' }));
    assert.deepEqual(Targets, [
      { Id: '1', Arn: LOG, Input: '{"a":1}' },
      { Id: '2', Arn: LOG },
    ]);
    const gone = await events.send(new RemoveTargetsCommand({ Rule: 'r', Ids: ['1', '2', 'none'] }));
    assert.deepEqual(gone.FailedEntries, [
      {
        TargetId: 'none',
        ErrorCode: 'ResourceNotFoundException',
        ErrorMessage: 'Rule r does not have a target with the Id none.',
      },
    ]);
    const many = await refusal(put(...'123456'.split('').map((Id) => ({ Id, Arn: LOG }))));
    assert.equal(many.code, 'LimitExceededException');
  });

  test('of a kind that is not served fail by name, and leave the others', async (t) => {
    const { events } = await start(t);
    await events.send(new PutRuleCommand({ Name: 'r', EventPattern: PATTERN }));
    const queue = `arn:aws:sqs:us-east-1:${ACCOUNT}:queue`;
    const Targets = [
      { Id: '1', Arn: queue },
      { Id: '2', Arn: LOG },
      { Id: '3', Arn: LOG, DeadLetterConfig: { Arn: queue } },
    ];
    const answer = await events.send(new PutTargetsCommand({ Rule: 'r', Targets }));
    assert.deepEqual(answer.FailedEntries, [
      {
        TargetId: '1',
        ErrorCode: 'UnsupportedOperationException',
        ErrorMessage: 'Latchkey does not serve sqs as a target of rules yet.',
      },
      {
        TargetId: '3',
        ErrorCode: 'UnsupportedOperationException',
        ErrorMessage: 'Latchkey does not serve dead-letter queues of targets yet.',
      },
    ]);
    const { Targets: kept } = await events.send(new ListTargetsByRuleCommand({ Rule: 'r' }));
    assert.deepEqual(kept, [{ Id: '2', Arn: LOG }]);
  });

  test('with inputs that cannot be are refused', async (t) => {
    const { events } = await start(t);
    await events.send(new PutRuleCommand({ Name: 'r', EventPattern: PATTERN }));
    const put = async (target: object) => {
      const Targets = [{ Id: '1', Arn: LOG, ...target }];
      return (await refusal(events.send(new PutTargetsCommand({ Rule: 'r', Targets })))).message;
    };
    const one = 'Only one of Input, InputPath, or InputTransformer must be provided for target 1.';
    assert.equal(await put({ Input: '{}', InputPath: '$.a' }), one);
    assert.match(await put({ Arn: 'x' }), /Provided Arn is not in correct format/);
    assert.match(await put({ Input: '{' }), /JSON syntax error in input for target 1/);
    assert.match(await put({ InputPath: 'detail' }), /Invalid InputPath for target 1/);
    const InputTransformer = { InputPathsMap: { a: '$.a' }, InputTemplate: '<b>' };
    assert.match(await put({ InputTransformer }), /contains invalid placeholder b\./);
    const far = `arn:aws:events:us-east-1:111122223333:event-bus/default`;
    assert.equal(await put({ Arn: far }), `RoleArn is required for target ${far}.`);
  });
});

describe('buses', () => {
  test('are the default one, which stays, and those that are made', async (t) => {
    const { events } = await start(t);
    const made = await events.send(new CreateEventBusCommand({ Name: 'orders', Description: 'o' }));
    assert.equal(made.EventBusArn, `arn:aws:events:us-east-1:${ACCOUNT}:event-bus/orders`);
    const names = async () =>
      (await events.send(new ListEventBusesCommand({}))).EventBuses!.map(({ Name }) => Name);
    assert.deepEqual(await names(), ['default', 'orders']);
    const again = await refusal(events.send(new CreateEventBusCommand({ Name: 'orders' })));
    assert.deepEqual(
      [again.code, again.message],
      ['ResourceAlreadyExistsException', 'Event bus orders already exists.'],
    );
    const scheduled = new PutRuleCommand({
      Name: 'r',
      EventBusName: 'orders',
      ScheduleExpression: 'rate(1 day)',
    });
    const onlyDefault = 'ScheduleExpression is supported only on the default event bus.';
    assert.equal((await refusal(events.send(scheduled))).message, onlyDefault);
    await events.send(new DeleteEventBusCommand({ Name: 'orders' }));
    await events.send(new DeleteEventBusCommand({ Name: 'orders' }));
    assert.deepEqual(await names(), ['default']);
    const kept = await refusal(events.send(new DeleteEventBusCommand({ Name: 'default' })));
    assert.equal(kept.message, 'Cannot delete event bus default.');
  });

  test('let others in by statements of their policy', async (t) => {
    const { events } = await start(t);
    const permit = (StatementId: string, Principal: string) =>
      events.send(new PutPermissionCommand({ Action: 'events:PutEvents', StatementId, Principal }));
    await permit('one', '111122223333');
    await permit('all', '*');
    const policy = async () => {
      const { Policy } = await events.send(new DescribeEventBusCommand({}));
      return Policy && JSON.parse(Policy).Statement;
    };
    const Resource = `arn:aws:events:us-east-1:${ACCOUNT}:event-bus/default`;
    const common = { Effect: 'Allow', Action: 'events:PutEvents', Resource };
    assert.deepEqual(await policy(), [
      { Sid: 'one', Principal: { AWS: 'arn:aws:iam::111122223333:root' }, ...common },
      { Sid: 'all', Principal: '*', ...common },
    ]);
    await events.send(new RemovePermissionCommand({ StatementId: 'one' }));
    const gone = await refusal(events.send(new RemovePermissionCommand({ StatementId: 'one' })));
    assert.equal(gone.message, 'Statement with the provided id does not exist.');
    await events.send(new RemovePermissionCommand({ RemoveAllPermissions: true }));
    assert.equal(await policy(), undefined);
  });
});

describe('PutEvents', () => {
  test('fails an entry by itself, and takes what is for a bus that is not there', async (t) => {
    const { events } = await start(t);
    const entry = { Source: 'my.app', DetailType: 'order', Detail: '{}' };
    const answer = await events.send(
      new PutEventsCommand({
        Entries: [
          entry,
          { ...entry, Source: undefined },
          { ...entry, Detail: '[1]' },
          { ...entry, Source: 'aws.ec2' },
          { ...entry, EventBusName: 'none' },
        ],
      }),
    );
    assert.equal(answer.FailedEntryCount, 3);
    assert.deepEqual(
      answer.Entries!.map(({ ErrorCode, ErrorMessage }) => [ErrorCode, ErrorMessage].join(' ').trim()),
      [
        '',
        'InvalidArgument Parameter Source is not valid. Reason: Source is a required argument.',
        'MalformedDetail Detail is malformed.',
        'NotAuthorizedForSourceException Not authorized for the source.',
        '',
      ],
    );
    const large = { ...entry, Detail: JSON.stringify({ text: 'x'.repeat(262_144) }) };
    assert.equal(
      (await refusal(events.send(new PutEventsCommand({ Entries: [large] })))).message,
      'Total size of the entries in the request is over the limit.',
    );
  });
});

describe('permissions', () => {
  test('may ask for the source and the type of an event, and for the source of what a rule catches', async (t) => {
    const { server } = await start(t);
    const john = await eventsAs(server, 'john', {
      Effect: 'Allow',
      Action: ['events:PutEvents', 'events:PutRule'],
      Resource: '*',
      Condition: {
        StringEquals: { 'events:source': 'my.app' },
        StringEqualsIfExists: { 'events:detail-type': 'd' },
      },
    });
    const put = (...entries: [Source: string, DetailType: string][]) =>
      john.send(
        new PutEventsCommand({
          Entries: entries.map(([Source, DetailType]) => ({ Source, DetailType, Detail: '{}' })),
        }),
      );
    assert.equal((await put(['my.app', 'd'])).FailedEntryCount, 0);
    assert.equal((await refusal(put(['my.app', 'd'], ['other', 'd']))).code, 'AccessDeniedException');
    assert.equal((await refusal(put(['my.app', 'd'], ['my.app', 'e']))).code, 'AccessDeniedException');
    const rule = (source: string) =>
      john.send(new PutRuleCommand({ Name: 'r', EventPattern: JSON.stringify({ source: [source] }) }));
    await rule('my.app');
    assert.match(
      (await refusal(rule('aws.kms'))).message,
      /not authorized to perform: events:PutRule on resource: arn:aws:events:us-east-1:123456789012:rule\/r because no identity-based policy allows/,
    );
  });

  test('to give a target a role need iam:PassRole', async (t) => {
    const { server, events } = await start(t);
    await events.send(new PutRuleCommand({ Name: 'r', EventPattern: PATTERN }));
    const { Role } = await server.client(IAMClient).send(
      new CreateRoleCommand({
        RoleName: 'forwarder',
        AssumeRolePolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: {
            Effect: 'Allow',
            Principal: { Service: 'events.amazonaws.com' },
            Action: 'sts:AssumeRole',
          },
        }),
      }),
    );
    const allowed = { Effect: 'Allow', Action: 'events:*', Resource: '*' };
    const john = await eventsAs(server, 'john', allowed);
    const passes = { Effect: 'Allow', Action: 'iam:PassRole', Resource: Role!.Arn };
    const onlyToEvents = { StringEquals: { 'iam:PassedToService': 'events.amazonaws.com' } };
    const jane = await eventsAs(server, 'jane', allowed, { ...passes, Condition: onlyToEvents });
    const Targets = [{ Id: '1', Arn: LOG, RoleArn: Role!.Arn }];
    const put = (client: EventBridgeClient) => client.send(new PutTargetsCommand({ Rule: 'r', Targets }));
    assert.match((await refusal(put(john))).message, /not authorized to perform: iam:PassRole/);
    assert.equal((await put(jane)).FailedEntryCount, 0);
  });

  test('may ask for the target of a rule', async (t) => {
    const { server, events } = await start(t);
    await events.send(new PutRuleCommand({ Name: 'r', EventPattern: PATTERN }));
    const john = await eventsAs(server, 'john', {
      Effect: 'Allow',
      Action: 'events:PutTargets',
      Resource: '*',
      Condition: { 'ForAllValues:ArnLike': { 'events:TargetArn': groupArn('mine*') } },
    });
    const put = (Arn: string) => john.send(new PutTargetsCommand({ Rule: 'r', Targets: [{ Id: '1', Arn }] }));
    assert.equal((await put(groupArn('mine-1'))).FailedEntryCount, 0);
    assert.equal((await refusal(put(LOG))).code, 'AccessDeniedException');
  });
});

describe('limits', () => {
  test('five targets a rule: one of five may be changed, a sixth not be added', async (t) => {
    const { events } = await start(t);
    await events.send(new PutRuleCommand({ Name: 'full', EventPattern: PATTERN }));
    const put = (...ids: string[]) =>
      events.send(new PutTargetsCommand({ Rule: 'full', Targets: ids.map((Id) => ({ Id, Arn: LOG })) }));
    await put('1', '2', '3', '4');
    assert.equal((await refusal(put('5', '6'))).code, 'LimitExceededException');
    await put('5');
    await put('3', '5');
    assert.equal((await refusal(put('6'))).code, 'LimitExceededException');
    assert.equal((await refusal(put('1', '6'))).code, 'LimitExceededException');
    const { Targets } = await events.send(new ListTargetsByRuleCommand({ Rule: 'full' }));
    assert.equal(Targets!.length, 5);
  });

  test('10 KiB a policy of a bus', async (t) => {
    const { events } = await start(t);
    const Policy = policy({
      Effect: 'Allow',
      Principal: { AWS: OTHER_ACCOUNT },
      Action: 'events:PutEvents',
      Resource: `arn:aws:events:us-east-1:${ACCOUNT}:event-bus/default`,
    });
    const put = (bytes: number) => events.send(new PutPermissionCommand({ Policy: Policy.padEnd(bytes) }));
    await put(10_240);
    assert.deepEqual(await refusal(put(10_241)), {
      code: 'PolicyLengthExceededException',
      message: 'Policy size would be larger than the maximum allowed.',
      status: 400,
    });
  });

  test('256 KiB a request of events, what names and details take counted', async (t) => {
    const { events } = await start(t);
    const put = (bytes: number, more: object = {}) => {
      const entry = { Source: 'my.app', DetailType: 'd', ...more };
      const rest = entry.Source.length + entry.DetailType.length + ('Time' in more ? 14 : 0);
      const frame = JSON.stringify({ text: '' }).length;
      const Detail = JSON.stringify({ text: 'x'.repeat(bytes - rest - frame) });
      return events.send(new PutEventsCommand({ Entries: [{ ...entry, Detail }] }));
    };
    await put(262_144);
    assert.equal((await refusal(put(262_145))).code, 'ValidationException');
    await put(262_144, { Time: new Date() });
    assert.equal((await refusal(put(262_145, { Time: new Date() }))).code, 'ValidationException');
  });
});
