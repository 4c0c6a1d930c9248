/** Warm pools: how they are filled and emptied, what comes out of them into service, and what KMS is asked then. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CompleteLifecycleActionCommand,
  DeleteAutoScalingGroupCommand,
  DeleteWarmPoolCommand,
  DescribeWarmPoolCommand,
  PutLifecycleHookCommand,
  PutWarmPoolCommand,
  type PutWarmPoolCommandInput,
  SetDesiredCapacityCommand,
  StartInstanceRefreshCommand,
  UpdateAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling';
import { StartInstancesCommand, StopInstancesCommand, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { PutKeyPolicyCommand } from '@aws-sdk/client-kms';
import { ACCOUNT } from '../worlds/account.ts';
import { type GroupWorld, groupWorld, SERVICE_ROLE } from '../worlds/groups.ts';
import { refusal } from '../worlds/server.ts';

const AutoScalingGroupName = 'web';

const put = (world: GroupWorld, input: Partial<PutWarmPoolCommandInput> = {}) =>
  world.autoscaling.send(new PutWarmPoolCommand({ AutoScalingGroupName, ...input }));

const pool = (world: GroupWorld) =>
  world.autoscaling.send(new DescribeWarmPoolCommand({ AutoScalingGroupName }));

const states = async (world: GroupWorld) =>
  (await pool(world)).Instances!.map(({ LifecycleState }) => LifecycleState);

const inService = async (world: GroupWorld) =>
  (await world.group()).Instances!.map(({ InstanceId }) => InstanceId!).sort();

async function resize(world: GroupWorld, DesiredCapacity: number): Promise<void> {
  await world.autoscaling.send(new SetDesiredCapacityCommand({ AutoScalingGroupName, DesiredCapacity }));
  await world.server.settled();
}

async function poolWorld(
  t: Parameters<typeof groupWorld>[0],
  input: Partial<PutWarmPoolCommandInput> = {},
  DesiredCapacity = 1,
): Promise<GroupWorld> {
  const world = await groupWorld(t);
  await world.newGroup(await world.newTemplate(), { DesiredCapacity, MaxSize: 3 });
  await world.server.settled();
  await put(world, input);
  await world.server.settled();
  return world;
}

describe('a warm pool', () => {
  test('has what the group may grow by, stopped, and none of it counts', async (t) => {
    const world = await poolWorld(t);
    const { WarmPoolConfiguration, Instances } = await pool(world);
    assert.deepEqual(WarmPoolConfiguration, { MinSize: 0, PoolState: 'Stopped' });
    assert.deepEqual(await states(world), ['Warmed:Stopped', 'Warmed:Stopped']);
    for (const { InstanceId } of Instances!) {
      assert.equal((await world.instance(InstanceId!)).State!.Name, 'stopped');
    }
    const group = await world.group();
    assert.deepEqual([group.Instances!.length, group.WarmPoolSize], [1, 2]);
    const [latest] = await world.activities();
    assert.match(latest!.Description!, /^Launching a new EC2 instance into warm pool: i-/);
    const [event] = (await world.groupEvents('EC2 Instance Launch Successful')).slice(-1);
    assert.deepEqual([event!.detail.Origin, event!.detail.Destination], ['EC2', 'WarmPool']);
  });

  test('gives the group its instances before others are launched, and is filled again as far as it may', async (t) => {
    const world = await poolWorld(t, { MaxGroupPreparedCapacity: 2 });
    const { Instances: [warm] = [] } = await pool(world);
    await resize(world, 2);
    assert.ok((await inService(world)).includes(warm!.InstanceId!));
    assert.deepEqual(await states(world), []);
    const descriptions = (await world.activities()).map(({ Description }) => Description);
    assert.equal(descriptions[0], `Launching a new EC2 instance from warm pool: ${warm!.InstanceId}`);
    await resize(world, 1);
    assert.deepEqual(await states(world), ['Warmed:Stopped']);
  });

  test('may be kept running, and have a size of its own', async (t) => {
    const world = await poolWorld(t, { PoolState: 'Running', MinSize: 1, MaxGroupPreparedCapacity: 1 });
    assert.deepEqual(await states(world), ['Warmed:Running']);
    const { Instances: [warm] = [] } = await pool(world);
    await resize(world, 2);
    assert.ok((await inService(world)).includes(warm!.InstanceId!));
    await put(world, { MinSize: 0 });
    await world.server.settled();
    assert.deepEqual(await states(world), []);
  });

  test('takes instances back on scale-in where it reuses them', async (t) => {
    const world = await poolWorld(
      t,
      { InstanceReusePolicy: { ReuseOnScaleIn: true }, MaxGroupPreparedCapacity: 2 },
      2,
    );
    const before = await inService(world);
    await resize(world, 1);
    const { Instances: [warm] = [] } = await pool(world);
    assert.equal(warm!.LifecycleState, 'Warmed:Stopped');
    assert.ok(before.includes(warm!.InstanceId!));
    const [event] = (await world.groupEvents('EC2 Instance Terminate Successful')).slice(-1);
    assert.deepEqual([event!.detail.Origin, event!.detail.Destination], ['AutoScalingGroup', 'WarmPool']);
  });

  test('replaces what is terminated behind its back', async (t) => {
    const world = await poolWorld(t, { MaxGroupPreparedCapacity: 2 });
    const { Instances: [before] = [] } = await pool(world);
    await world.ec2.send(new TerminateInstancesCommand({ InstanceIds: [before!.InstanceId!] }));
    await world.server.settled();
    const { Instances: [now] = [] } = await pool(world);
    assert.notEqual(now!.InstanceId, before!.InstanceId);
    assert.equal(now!.LifecycleState, 'Warmed:Stopped');
  });

  for (const PoolState of ['Stopped', 'Running'] as const) {
    test(`that is kept ${PoolState} replaces what is otherwise`, async (t) => {
      const world = await poolWorld(t, { PoolState, MaxGroupPreparedCapacity: 2 });
      const { Instances: [before] = [] } = await pool(world);
      const InstanceIds = [before!.InstanceId!];
      if (PoolState === 'Running') await world.ec2.send(new StopInstancesCommand({ InstanceIds }));
      else await world.ec2.send(new StartInstancesCommand({ InstanceIds }));
      await world.server.settled();
      const { Instances: [now] = [] } = await pool(world);
      assert.notEqual(now!.InstanceId, before!.InstanceId);
      assert.equal(now!.LifecycleState, `Warmed:${PoolState}`);
    });
  }

  test('shrinks by the default policy, whatever that of the group is', async (t) => {
    const world = await poolWorld(t, { MaxGroupPreparedCapacity: 2 });
    await world.autoscaling.send(
      new UpdateAutoScalingGroupCommand({ AutoScalingGroupName, TerminationPolicies: ['NewestInstance'] }),
    );
    const { Instances: [oldest] = [] } = await pool(world);
    await world.server.advance(60_000);
    await put(world, { MaxGroupPreparedCapacity: 3 });
    await world.server.settled();
    await put(world, { MaxGroupPreparedCapacity: 2 });
    await world.server.settled();
    const { Instances: left } = await pool(world);
    assert.equal(left!.length, 1);
    assert.notEqual(left![0]!.InstanceId, oldest!.InstanceId);
  });

  test('gives no instance to a refresh that has still to replace it, and is refreshed last', async (t) => {
    const world = await poolWorld(t, { MaxGroupPreparedCapacity: 2 });
    const [{ InstanceId: old } = {}] = (await pool(world)).Instances!;
    await world.autoscaling.send(
      new StartInstanceRefreshCommand({
        AutoScalingGroupName,
        Preferences: { MinHealthyPercentage: 100, MaxHealthyPercentage: 110, InstanceWarmup: 0 },
      }),
    );
    await world.server.settled();
    assert.ok(!(await inService(world)).includes(old!));
    const { Instances: [now] = [] } = await pool(world);
    assert.equal(now!.LifecycleState, 'Warmed:Stopped');
    assert.notEqual(now!.InstanceId, old);
  });

  test('is deleted with its instances, and by force with its group', async (t) => {
    const world = await poolWorld(t);
    await world.autoscaling.send(new DeleteWarmPoolCommand({ AutoScalingGroupName }));
    assert.equal((await pool(world)).WarmPoolConfiguration!.Status, 'PendingDelete');
    await world.server.settled();
    const { WarmPoolConfiguration, Instances } = await pool(world);
    assert.deepEqual([WarmPoolConfiguration, Instances], [undefined, []]);
    await put(world);
    await world.server.settled();
    await world.autoscaling.send(
      new DeleteAutoScalingGroupCommand({ AutoScalingGroupName, ForceDelete: true }),
    );
    await world.server.settled();
    assert.equal(await world.group(), undefined);
  });

  test('waits for hooks on the way in, and on the way out', async (t) => {
    const world = await groupWorld(t);
    await world.newGroup(await world.newTemplate(), { DesiredCapacity: 0, MaxSize: 1 });
    await world.autoscaling.send(
      new PutLifecycleHookCommand({
        AutoScalingGroupName,
        LifecycleHookName: 'ready',
        LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
      }),
    );
    await put(world);
    await world.server.settled();
    assert.deepEqual(await states(world), ['Warmed:Pending:Wait']);
    const { InstanceId } = (await pool(world)).Instances![0]!;
    const proceed = async () => {
      await world.autoscaling.send(
        new CompleteLifecycleActionCommand({
          AutoScalingGroupName,
          LifecycleHookName: 'ready',
          LifecycleActionResult: 'CONTINUE',
          InstanceId,
        }),
      );
      await world.server.settled();
    };
    await proceed();
    assert.deepEqual(await states(world), ['Warmed:Stopped']);
    await resize(world, 1);
    assert.equal((await world.group()).Instances![0]!.LifecycleState, 'Pending:Wait');
    await proceed();
    assert.equal((await world.group()).Instances![0]!.LifecycleState, 'InService');
    const journeys = (await world.groupEvents('EC2 Instance-launch Lifecycle Action')).map(
      ({ detail }) => `${detail.Origin} to ${detail.Destination}`,
    );
    assert.deepEqual(journeys, ['EC2 to WarmPool', 'WarmPool to AutoScalingGroup']);
  });
});

test("an instance that leaves the pool asks KMS again, as the group's role", async (t) => {
  const world = await groupWorld(t);
  const keyArn = await world.newKey();
  const owner = {
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
    Action: 'kms:*',
    Resource: '*',
  };
  const admit = (...roles: string[]) =>
    world.kms.send(
      new PutKeyPolicyCommand({
        KeyId: keyArn,
        Policy: JSON.stringify({
          Version: '2012-10-17',
          Statement: [owner, ...roles.map((AWS) => ({ ...owner, Principal: { AWS } }))],
        }),
      }),
    );
  const BlockDeviceMappings = [{ DeviceName: '/dev/xvda', Ebs: { Encrypted: true, KmsKeyId: keyArn } }];
  await world.newGroup(await world.newTemplate({ BlockDeviceMappings }), { DesiredCapacity: 0, MaxSize: 1 });
  await admit(SERVICE_ROLE);
  await put(world);
  await world.server.settled();
  assert.deepEqual(await states(world), ['Warmed:Stopped']);
  // Revoked, it stops what is to start, and nothing that is there.
  await admit();
  await resize(world, 1);
  const failed = (await world.activities()).find(({ StatusCode }) => StatusCode === 'Cancelled');
  assert.match(failed!.Description!, /^Launching a new EC2 instance from warm pool: i-/);
  const explained = await world.server.ask<{ text: string; remediesVerified: boolean }>('explain', {
    subject: 'web',
  });
  assert.match(explained.text, /AWSServiceRoleForAutoScaling/);
  assert.ok(explained.remediesVerified);
});

test('a pool for fewer than the group has is empty: so Terraform drains it', async (t) => {
  const world = await groupWorld(t);
  await world.newGroup(await world.newTemplate(), { DesiredCapacity: 1, MaxSize: 2 });
  await put(world, { MinSize: 1 });
  await world.server.settled();
  await put(world, { MinSize: 0, MaxGroupPreparedCapacity: 0 });
  await world.server.settled();
  const { Instances, WarmPoolConfiguration } = await world.autoscaling.send(
    new DescribeWarmPoolCommand({ AutoScalingGroupName }),
  );
  assert.deepEqual([Instances, WarmPoolConfiguration!.MaxGroupPreparedCapacity], [[], 0]);
});

describe('refused is', () => {
  test('a pool that is hibernated, and one of a group that is weighted or Spot', async (t) => {
    const world = await groupWorld(t);
    const LaunchTemplateId = await world.newTemplate();
    await world.newGroup(LaunchTemplateId, { DesiredCapacity: 2 });
    await world.server.settled();
    const message = async (input: Partial<PutWarmPoolCommandInput>) =>
      (await refusal(put(world, input))).message;
    assert.match(
      await message({ PoolState: 'Hibernated' }),
      /does not serve warm pools of the state Hibernated/,
    );
    const without = await refusal(
      world.autoscaling.send(new DeleteWarmPoolCommand({ AutoScalingGroupName })),
    );
    assert.equal(without.code, 'ValidationError');
    const mixed = (WeightedCapacity: string | undefined, OnDemandPercentageAboveBaseCapacity: number) =>
      world.autoscaling.send(
        new UpdateAutoScalingGroupCommand({
          AutoScalingGroupName,
          MixedInstancesPolicy: {
            LaunchTemplate: {
              LaunchTemplateSpecification: { LaunchTemplateId },
              Overrides: [{ InstanceType: 't3.micro', WeightedCapacity }],
            },
            InstancesDistribution: { OnDemandPercentageAboveBaseCapacity },
          },
        }),
      );
    await mixed('2', 100);
    assert.match(await message({}), /instance weights/);
    await mixed(undefined, 50);
    assert.match(await message({}), /Spot Instances/);
    await mixed(undefined, 100);
    await put(world);
    assert.match((await refusal(mixed('2', 100))).message, /instance weights/);
  });
});
