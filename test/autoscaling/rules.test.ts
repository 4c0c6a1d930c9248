/** Rules of Auto Scaling that show only at their edges: suspended processes, several hooks, namesakes, launches tried again. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as sdk from '@aws-sdk/client-auto-scaling';
import { DescribeInstancesCommand, StopInstancesCommand } from '@aws-sdk/client-ec2';
import { CreateRoleCommand } from '@aws-sdk/client-iam';
import { AwsError } from '../../src/aws/aws-error.ts';
import type { Runtime } from '../../src/invoke/runtime.ts';
import { ACCOUNT, HOUR_MS, trust } from '../worlds/account.ts';
import { type GroupWorld, groupWorld } from '../worlds/groups.ts';
import { refusal } from '../worlds/server.ts';

const AutoScalingGroupName = 'web';
const LAUNCHING = 'autoscaling:EC2_INSTANCE_LAUNCHING';

const instancesOf = async (world: GroupWorld) => (await world.group()).Instances ?? [];
const idsOf = async (world: GroupWorld) => (await instancesOf(world)).map(({ InstanceId }) => InstanceId!);

async function running(t: Parameters<typeof groupWorld>[0], input: object = {}): Promise<GroupWorld> {
  const world = await groupWorld(t);
  await world.newGroup(await world.newTemplate(), input);
  await world.server.settled();
  return world;
}

describe('an instance that has stopped', () => {
  const cases: readonly [string[], boolean][] = [
    [[], true],
    [['HealthCheck'], false],
    [['ReplaceUnhealthy'], false],
    [['Terminate'], false],
    [['AZRebalance', 'AlarmNotification', 'ScheduledActions'], true],
  ];
  for (const [ScalingProcesses, isReplaced] of cases) {
    const what = ScalingProcesses.length === 0 ? 'nothing' : ScalingProcesses.join(', ');
    test(`is ${isReplaced ? 'replaced' : 'left'} with ${what} suspended`, async (t) => {
      const world = await running(t);
      const [id] = await idsOf(world);
      if (ScalingProcesses.length > 0) {
        await world.autoscaling.send(
          new sdk.SuspendProcessesCommand({ AutoScalingGroupName, ScalingProcesses }),
        );
      }
      await world.ec2.send(new StopInstancesCommand({ InstanceIds: [id!] }));
      await world.server.advance(10 * 60_000);
      const ids = await idsOf(world);
      assert.equal(ids.length, 1);
      assert.equal(ids[0] !== id, isReplaced);
    });
  }
});

describe('lifecycle hooks', () => {
  const hook = (LifecycleHookName: string, more: object = {}) => ({
    LifecycleHookName,
    LifecycleTransition: LAUNCHING,
    ...more,
  });
  const complete = (world: GroupWorld, LifecycleHookName: string, result: string, InstanceId: string) =>
    world.autoscaling.send(
      new sdk.CompleteLifecycleActionCommand({
        AutoScalingGroupName,
        LifecycleHookName,
        LifecycleActionResult: result,
        InstanceId,
      }),
    );

  test('all let the instance go, and one that is abandoned ends the others', async (t) => {
    const world = await running(t, { LifecycleHookSpecificationList: [hook('one'), hook('two')] });
    const [id] = await idsOf(world);
    const state = async () => (await instancesOf(world))[0]?.LifecycleState;
    await complete(world, 'one', 'CONTINUE', id!);
    await world.server.settled();
    assert.equal(await state(), 'Pending:Wait');
    await complete(world, 'two', 'CONTINUE', id!);
    await world.server.settled();
    assert.equal(await state(), 'InService');
    await world.autoscaling.send(
      new sdk.SetDesiredCapacityCommand({ AutoScalingGroupName, DesiredCapacity: 2 }),
    );
    await world.server.settled();
    const next = (await idsOf(world)).find((each) => each !== id)!;
    await complete(world, 'one', 'ABANDON', next);
    await world.server.settled();
    assert.equal((await refusal(complete(world, 'two', 'CONTINUE', next))).code, 'ValidationError');
  });

  test('are put off by heartbeats to 48 hours or a hundred timeouts, and no longer', async (t) => {
    const HeartbeatTimeout = 60;
    const world = await running(t, {
      LifecycleHookSpecificationList: [hook('one', { HeartbeatTimeout, DefaultResult: 'CONTINUE' })],
    });
    const [InstanceId] = await idsOf(world);
    const state = async () => (await instancesOf(world))[0]?.LifecycleState;
    // A hundred times a minute.
    for (let beats = 0; beats < 99; beats++) {
      await world.server.advance(59_000);
      await world.autoscaling.send(
        new sdk.RecordLifecycleActionHeartbeatCommand({
          AutoScalingGroupName,
          LifecycleHookName: 'one',
          InstanceId,
        }),
      );
    }
    assert.equal(await state(), 'Pending:Wait');
    await world.server.advance(100_000 + 60_000);
    assert.equal(await state(), 'InService');
  });
});

describe('a group that was deleted', () => {
  test('leaves nothing to a namesake: no policy, hook, action or refresh', async (t) => {
    const world = await running(t, {
      LifecycleHookSpecificationList: [{ LifecycleHookName: 'one', LifecycleTransition: LAUNCHING }],
    });
    const { autoscaling } = world;
    await autoscaling.send(
      new sdk.PutScalingPolicyCommand({
        AutoScalingGroupName,
        PolicyName: 'up',
        AdjustmentType: 'ChangeInCapacity',
        ScalingAdjustment: 1,
      }),
    );
    await autoscaling.send(
      new sdk.PutScheduledUpdateGroupActionCommand({
        AutoScalingGroupName,
        ScheduledActionName: 'later',
        StartTime: new Date(Date.now() + 24 * HOUR_MS),
        DesiredCapacity: 3,
      }),
    );
    await autoscaling.send(
      new sdk.DeleteAutoScalingGroupCommand({ AutoScalingGroupName, ForceDelete: true }),
    );
    await world.server.advance(HOUR_MS);
    await world.newGroup(await world.newTemplate(), { DesiredCapacity: 0 });
    await world.server.settled();
    const found = await Promise.all([
      autoscaling.send(new sdk.DescribePoliciesCommand({ AutoScalingGroupName })),
      autoscaling.send(new sdk.DescribeLifecycleHooksCommand({ AutoScalingGroupName })),
      autoscaling.send(new sdk.DescribeScheduledActionsCommand({ AutoScalingGroupName })),
      autoscaling.send(new sdk.DescribeInstanceRefreshesCommand({ AutoScalingGroupName })),
    ]);
    assert.deepEqual(
      [found[0].ScalingPolicies, found[1].LifecycleHooks, found[2].ScheduledUpdateGroupActions].map(
        (each) => each!.length,
      ),
      [0, 0, 0],
    );
    assert.equal(found[3].InstanceRefreshes!.length, 0);
    await world.server.advance(25 * HOUR_MS);
    assert.equal((await world.group()).DesiredCapacity, 0);
  });
});

describe('an instance refresh', () => {
  const start = (world: GroupWorld, Preferences: sdk.RefreshPreferences) =>
    world.autoscaling.send(new sdk.StartInstanceRefreshCommand({ AutoScalingGroupName, Preferences }));
  const inService = async (world: GroupWorld) =>
    (await instancesOf(world)).filter(({ LifecycleState }) => LifecycleState === 'InService').length;
  const terminating = async (world: GroupWorld) =>
    (await world.activities()).filter(({ Description }) => Description!.startsWith('Terminating')).length;

  test('is cancelled once', async (t) => {
    const world = await running(t);
    await start(world, { InstanceWarmup: 600 });
    const cancel = () =>
      world.autoscaling.send(new sdk.CancelInstanceRefreshCommand({ AutoScalingGroupName }));
    await cancel();
    assert.match((await refusal(cancel())).code, /^ActiveInstanceRefreshNotFound/);
  });

  // Of an odd number half is more than half: what must stay is rounded up.
  for (const [size, percentage, atOnce] of [
    [3, 50, 1],
    [4, 50, 2],
    [4, 51, 1],
    [3, 90, 1],
    [4, 0, 4],
  ] as const) {
    test(`of ${size} keeps ${percentage} % of them: ${atOnce} go at once`, async (t) => {
      const world = await running(t, { DesiredCapacity: size });
      assert.equal(await inService(world), size);
      await start(world, { MinHealthyPercentage: percentage, InstanceWarmup: 600 });
      await world.server.settled();
      assert.equal(await terminating(world), atOnce);
    });
  }
});

test('a launch that is asked for again after it was made is the same launch', async (t) => {
  const world = await groupWorld(t);
  const runtime = world.server.latchkey.runtime as { invoke: Runtime['invoke'] };
  const { invoke } = runtime;
  const tokens: unknown[] = [];
  runtime.invoke = async (invocation) => {
    const reply = await invoke(invocation);
    if (invocation.operation.name !== 'RunInstances') return reply;
    tokens.push((invocation.input as { ClientToken?: string }).ClientToken);
    return reply;
  };
  await world.newGroup(await world.newTemplate(), { DesiredCapacity: 2 });
  await world.server.settled();
  const { Reservations } = await world.ec2.send(new DescribeInstancesCommand({}));
  assert.equal(Reservations!.flatMap(({ Instances }) => Instances!).length, 2);
  assert.ok(tokens.length >= 2);
  assert.ok(tokens.every((token) => typeof token === 'string' && token.length > 0));
  assert.equal(new Set(tokens).size, 2);
});

test('a launch that succeeds ends the pauses of those that failed before it', async (t) => {
  const world = await groupWorld(t);
  const runtime = world.server.latchkey.runtime as { invoke: Runtime['invoke'] };
  const { invoke } = runtime;
  let failures = 4;
  runtime.invoke = async (invocation) => {
    const isGroups = invocation.caller.kind === 'service-role';
    if (isGroups && invocation.operation.name === 'RunInstances' && failures > 0) {
      failures--;
      throw new AwsError('InsufficientInstanceCapacity', 'not now', 500);
    }
    return invoke(invocation);
  };
  // In its one zone: elsewhere there would be room.
  await world.newGroup(await world.newTemplate(), {
    AvailabilityZoneDistribution: { CapacityDistributionStrategy: 'balanced-only' },
  });
  for (let halfHours = 0; halfHours < 12; halfHours++) await world.server.advance(HOUR_MS / 2);
  assert.equal((await instancesOf(world)).length, 1);
  // The next failure is the first of its own: soon tried again.
  failures = 1;
  const [first] = await idsOf(world);
  await world.autoscaling.send(
    new sdk.SetDesiredCapacityCommand({ AutoScalingGroupName, DesiredCapacity: 2 }),
  );
  await world.server.settled();
  for (let seconds = 0; seconds < 4; seconds++) await world.server.advance(30_000);
  const ids = await idsOf(world);
  assert.equal(ids.length, 2);
  assert.ok(ids.includes(first!));
});

test('only a service-linked role of Auto Scaling works for a group', async (t) => {
  const world = await groupWorld(t);
  const { Role } = await world.iam.send(
    new CreateRoleCommand({
      RoleName: 'mine',
      AssumeRolePolicyDocument: trust({ Service: 'autoscaling.amazonaws.com' }),
    }),
  );
  const template = await world.newTemplate();
  for (const ServiceLinkedRoleARN of [
    Role!.Arn!,
    `arn:aws:iam::${ACCOUNT}:role/aws-service-role/ec2.amazonaws.com/AWSServiceRoleForEC2`,
    `arn:aws:iam::${ACCOUNT}:role/AWSServiceRoleForAutoScaling`,
    'arn:aws:iam::210987654321:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling',
  ]) {
    const { code } = await refusal(world.newGroup(template, { ServiceLinkedRoleARN }));
    assert.equal(code, 'ValidationError', ServiceLinkedRoleARN);
  }
});
