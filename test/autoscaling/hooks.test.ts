/** Lifecycle hooks: instances wait until somebody has done with them, or until their time is over. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  AutoScalingClient,
  CompleteLifecycleActionCommand,
  DeleteAutoScalingGroupCommand,
  DeleteLifecycleHookCommand,
  DescribeLifecycleHooksCommand,
  PutLifecycleHookCommand,
  RecordLifecycleActionHeartbeatCommand,
  SetDesiredCapacityCommand,
} from '@aws-sdk/client-auto-scaling';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { ACCOUNT, allowing, trust, userWith } from '../worlds/account.ts';
import { type GroupWorld, groupWorld } from '../worlds/groups.ts';
import { refusal } from '../worlds/server.ts';

const AutoScalingGroupName = 'web';
const LAUNCHING = 'autoscaling:EC2_INSTANCE_LAUNCHING';
const TERMINATING = 'autoscaling:EC2_INSTANCE_TERMINATING';

async function worldWithHook(
  t: Parameters<typeof groupWorld>[0],
  LifecycleTransition: string,
  hook: { HeartbeatTimeout?: number; DefaultResult?: string; NotificationMetadata?: string } = {},
): Promise<GroupWorld> {
  const world = await groupWorld(t);
  await world.newGroup(await world.newTemplate(), {
    LifecycleHookSpecificationList: [{ LifecycleHookName: 'prepare', LifecycleTransition, ...hook }],
  });
  await world.server.settled();
  return world;
}

const states = async (world: GroupWorld) =>
  (await world.group()).Instances!.map(({ LifecycleState }) => LifecycleState);

const only = async (world: GroupWorld) => (await world.group()).Instances![0]!.InstanceId!;

const complete = (world: GroupWorld, LifecycleActionResult: string, named: object) =>
  world.autoscaling.send(
    new CompleteLifecycleActionCommand({
      AutoScalingGroupName,
      LifecycleHookName: 'prepare',
      LifecycleActionResult,
      ...named,
    }),
  );

describe('a launch hook', () => {
  test('keeps the instance in Pending:Wait and tells of it; continued by its token it comes into service', async (t) => {
    const world = await worldWithHook(t, LAUNCHING, { NotificationMetadata: 'some words' });
    assert.deepEqual(await states(world), ['Pending:Wait']);
    const [activity] = await world.activities();
    assert.deepEqual([activity!.StatusCode, activity!.Progress], ['MidLifecycleAction', 40]);
    const [event, ...others] = await world.groupEvents('EC2 Instance-launch Lifecycle Action');
    const { detail, resources } = event!;
    assert.deepEqual(others, []);
    assert.deepEqual(resources, [(await world.group()).AutoScalingGroupARN]);
    assert.deepEqual(
      { ...detail, LifecycleActionToken: typeof detail.LifecycleActionToken },
      {
        LifecycleActionToken: 'string',
        AutoScalingGroupName,
        LifecycleHookName: 'prepare',
        EC2InstanceId: await only(world),
        LifecycleTransition: LAUNCHING,
        NotificationMetadata: 'some words',
        Origin: 'EC2',
        Destination: 'AutoScalingGroup',
      },
    );
    const { LifecycleActionToken } = detail;
    await complete(world, 'CONTINUE', { LifecycleActionToken });
    assert.deepEqual(await states(world), ['InService']);
    const again = await refusal(complete(world, 'CONTINUE', { LifecycleActionToken }));
    assert.equal(again.message, `No active Lifecycle Action found with token ${LifecycleActionToken}`);
  });

  test('abandoned: the instance is terminated, and another is launched', async (t) => {
    const world = await worldWithHook(t, LAUNCHING);
    const first = await only(world);
    await complete(world, 'ABANDON', { InstanceId: first });
    await world.server.settled();
    assert.equal((await world.instance(first)).State!.Name, 'terminated');
    const [activity] = await world.activities();
    assert.equal(activity!.StatusCode, 'Cancelled');
    assert.match(
      activity!.StatusMessage!,
      /^Instance failed to complete user's Lifecycle Action: Lifecycle Action with token \S+ was abandoned: Lifecycle Action Completed with ABANDON Result$/,
    );
    await world.server.advance(60_000);
    assert.deepEqual(await states(world), ['Pending:Wait']);
    assert.notEqual(await only(world), first);
  });

  test('runs out of time with its default result, which heartbeats put off', async (t) => {
    const world = await worldWithHook(t, LAUNCHING, { HeartbeatTimeout: 100, DefaultResult: 'CONTINUE' });
    await world.server.advance(90_000);
    await world.autoscaling.send(
      new RecordLifecycleActionHeartbeatCommand({
        AutoScalingGroupName,
        LifecycleHookName: 'prepare',
        InstanceId: await only(world),
      }),
    );
    await world.server.advance(90_000);
    assert.deepEqual(await states(world), ['Pending:Wait']);
    await world.server.advance(11_000);
    assert.deepEqual(await states(world), ['InService']);
  });

  test('that is deleted abandons what waits for it', async (t) => {
    const world = await worldWithHook(t, LAUNCHING);
    const first = await only(world);
    const names = { AutoScalingGroupName, LifecycleHookName: 'prepare' };
    await world.autoscaling.send(new DeleteLifecycleHookCommand(names));
    await world.server.advance(60_000);
    assert.equal((await world.instance(first)).State!.Name, 'terminated');
    assert.deepEqual(await states(world), ['InService']);
  });
});

describe('a termination hook', () => {
  test('keeps the instance running in Terminating:Wait until it is completed', async (t) => {
    const world = await worldWithHook(t, TERMINATING);
    const id = await only(world);
    await world.autoscaling.send(new SetDesiredCapacityCommand({ AutoScalingGroupName, DesiredCapacity: 0 }));
    await world.server.settled();
    assert.deepEqual(await states(world), ['Terminating:Wait']);
    assert.equal((await world.instance(id)).State!.Name, 'running');
    assert.equal((await world.groupEvents('EC2 Instance-terminate Lifecycle Action')).length, 1);
    await complete(world, 'CONTINUE', { InstanceId: id });
    await world.server.settled();
    assert.deepEqual(await states(world), []);
    assert.equal((await world.instance(id)).State!.Name, 'terminated');
  });

  test('is waited for by a group that is deleted by force, too', async (t) => {
    const world = await worldWithHook(t, TERMINATING);
    const id = await only(world);
    await world.autoscaling.send(
      new DeleteAutoScalingGroupCommand({ AutoScalingGroupName, ForceDelete: true }),
    );
    await world.server.settled();
    assert.deepEqual(await states(world), ['Terminating:Wait']);
    await world.server.advance(3_600_000);
    assert.equal((await world.instance(id)).State!.Name, 'terminated');
    assert.equal(await world.group(), undefined);
  });
});

test('hooks are put, changed member by member, and described with their times', async (t) => {
  const world = await groupWorld(t);
  await world.newGroup(await world.newTemplate(), { DesiredCapacity: 0 });
  const put = (input: object) =>
    world.autoscaling.send(
      new PutLifecycleHookCommand({ AutoScalingGroupName, LifecycleHookName: 'prepare', ...input }),
    );
  assert.equal((await refusal(put({}))).code, 'ValidationError');
  await put({ LifecycleTransition: LAUNCHING });
  await put({ HeartbeatTimeout: 60 });
  const { LifecycleHooks } = await world.autoscaling.send(
    new DescribeLifecycleHooksCommand({ AutoScalingGroupName }),
  );
  assert.deepEqual(LifecycleHooks, [
    {
      AutoScalingGroupName,
      LifecycleHookName: 'prepare',
      LifecycleTransition: LAUNCHING,
      HeartbeatTimeout: 60,
      GlobalTimeout: 6000,
      DefaultResult: 'ABANDON',
    },
  ]);
  assert.equal((await refusal(put({ HeartbeatTimeout: 10 }))).code, 'ValidationError');
});

describe('whom a hook tells', () => {
  const TOPIC = `arn:aws:sns:us-east-1:${ACCOUNT}:topic`;
  const QUEUE = `arn:aws:sqs:us-east-1:${ACCOUNT}:queue`;
  const roleTrusting = async (world: GroupWorld, name: string, service: string) => {
    const AssumeRolePolicyDocument = trust({ Service: service });
    const made = { RoleName: name, AssumeRolePolicyDocument };
    const { Role } = await world.server.client(IAMClient).send(new CreateRoleCommand(made));
    return Role!.Arn!;
  };
  const hookOf = async (world: GroupWorld) => {
    const { LifecycleHooks: [hook] = [] } = await world.autoscaling.send(
      new DescribeLifecycleHooksCommand({ AutoScalingGroupName }),
    );
    return [hook!.NotificationTargetARN, hook!.RoleARN];
  };
  const put = (world: GroupWorld, input: object, client = world.autoscaling) =>
    client.send(
      new PutLifecycleHookCommand({
        AutoScalingGroupName,
        LifecycleHookName: 'prepare',
        LifecycleTransition: LAUNCHING,
        ...input,
      }),
    );

  test('is kept and described, also from the group’s own request, until an empty name takes it away', async (t) => {
    const world = await groupWorld(t);
    const RoleARN = await roleTrusting(world, 'notifying', 'autoscaling.amazonaws.com');
    const hook = { LifecycleHookName: 'prepare', LifecycleTransition: LAUNCHING };
    await world.newGroup(await world.newTemplate(), {
      DesiredCapacity: 0,
      LifecycleHookSpecificationList: [{ ...hook, NotificationTargetARN: TOPIC, RoleARN }],
    });
    assert.deepEqual(await hookOf(world), [TOPIC, RoleARN]);
    await put(world, { NotificationTargetARN: QUEUE });
    assert.deepEqual(await hookOf(world), [QUEUE, RoleARN]);
    await put(world, { HeartbeatTimeout: 60 });
    assert.deepEqual(await hookOf(world), [QUEUE, RoleARN]);
    await put(world, { NotificationTargetARN: '' });
    assert.deepEqual(await hookOf(world), [undefined, undefined]);
    const NotificationTargetARN = `arn:aws:lambda:us-east-1:${ACCOUNT}:function:f`;
    await put(world, { NotificationTargetARN });
    assert.deepEqual(await hookOf(world), [NotificationTargetARN, undefined]);
  });

  test('is refused where no test message could be sent, and where the role may not be passed', async (t) => {
    const world = await groupWorld(t);
    const RoleARN = await roleTrusting(world, 'notifying', 'autoscaling.amazonaws.com');
    const other = await roleTrusting(world, 'another', 'ec2.amazonaws.com');
    await world.newGroup(await world.newTemplate(), { DesiredCapacity: 0 });
    for (const target of [
      { NotificationTargetARN: TOPIC, RoleARN: other },
      { NotificationTargetARN: TOPIC, RoleARN: other.replace('another', 'none') },
      { NotificationTargetARN: `${QUEUE}.fifo`, RoleARN },
      { NotificationTargetARN: TOPIC.replace('us-east-1', 'eu-west-1'), RoleARN },
    ]) {
      assert.deepEqual(await refusal(put(world, target)), {
        code: 'ValidationError',
        message:
          `Unable to publish test message to notification target ${target.NotificationTargetARN} using IAM role ${target.RoleARN}. ` +
          'Please check your target and role configuration and try to put lifecycle hook again.',
        status: 400,
      });
    }
    for (const target of [
      { NotificationTargetARN: TOPIC },
      { NotificationTargetARN: 'arn:aws:s3:::bucket', RoleARN },
      { NotificationTargetARN: TOPIC, RoleARN: 'notifying' },
    ]) {
      assert.equal((await refusal(put(world, target))).code, 'ValidationError', JSON.stringify(target));
    }
    const bob = world.server.client(
      AutoScalingClient,
      await userWith(world.server, 'bob', allowing('autoscaling:*')),
    );
    const { message } = await refusal(put(world, { NotificationTargetARN: TOPIC, RoleARN }, bob));
    assert.match(
      message,
      /user\/bob is not authorized to perform: iam:PassRole on resource: .*role\/notifying/,
    );
    await put(world, {}, bob);
    assert.deepEqual(await hookOf(world), [undefined, undefined]);
  });
});
