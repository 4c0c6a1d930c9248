/** Instance refresh: the instances of a group are replaced by ones of its present configuration, a few at a time. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CancelInstanceRefreshCommand,
  DescribeInstanceRefreshesCommand,
  type RefreshPreferences,
  ResumeProcessesCommand,
  RollbackInstanceRefreshCommand,
  SetInstanceProtectionCommand,
  StartInstanceRefreshCommand,
  SuspendProcessesCommand,
  UpdateAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling';
import { CloudWatchClient, PutMetricAlarmCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { CreateLaunchTemplateVersionCommand } from '@aws-sdk/client-ec2';
import { type GroupWorld, groupWorld } from '../worlds/groups.ts';
import { refusal } from '../worlds/server.ts';

const AutoScalingGroupName = 'web';

async function worldOf(t: Parameters<typeof groupWorld>[0], DesiredCapacity: number) {
  const world = await groupWorld(t);
  const LaunchTemplateId = await world.newTemplate();
  const LaunchTemplate = { LaunchTemplateId, Version: '$Latest' };
  await world.newGroup(LaunchTemplateId, { DesiredCapacity, LaunchTemplate });
  await world.server.settled();
  const newVersion = () =>
    world.ec2.send(
      new CreateLaunchTemplateVersionCommand({
        LaunchTemplateId,
        SourceVersion: '1',
        LaunchTemplateData: { InstanceType: 't3.small' },
      }),
    );
  return { world, newVersion };
}

const start = (world: GroupWorld, Preferences?: RefreshPreferences) =>
  world.autoscaling.send(new StartInstanceRefreshCommand({ AutoScalingGroupName, Preferences }));

const latest = async (world: GroupWorld) => {
  const { InstanceRefreshes } = await world.autoscaling.send(
    new DescribeInstanceRefreshesCommand({ AutoScalingGroupName }),
  );
  return InstanceRefreshes![0]!;
};

const versions = async (world: GroupWorld) =>
  (await world.group())
    .Instances!.filter(({ LifecycleState }) => LifecycleState === 'InService')
    .map(({ LaunchTemplate, InstanceType }) => `${LaunchTemplate!.Version} ${InstanceType}`)
    .sort();

test('all are replaced, one after another with a warm-up between, and it is told', async (t) => {
  const { world, newVersion } = await worldOf(t, 3);
  await newVersion();
  await start(world, { InstanceWarmup: 60 });
  await world.server.settled();
  assert.equal((await refusal(start(world))).code, 'InstanceRefreshInProgress');
  const { Status, InstancesToUpdate, PercentageComplete } = await latest(world);
  assert.deepEqual([Status, InstancesToUpdate, PercentageComplete], ['InProgress', 2, 0]);
  assert.deepEqual(await versions(world), ['1 t3.micro', '1 t3.micro', '2 t3.small']);
  await world.server.advance(60_000);
  assert.deepEqual(await versions(world), ['1 t3.micro', '2 t3.small', '2 t3.small']);
  assert.equal((await latest(world)).PercentageComplete, 33);
  await world.server.advance(60_000);
  await world.server.advance(60_000);
  assert.deepEqual(await versions(world), ['2 t3.small', '2 t3.small', '2 t3.small']);
  const done = await latest(world);
  assert.deepEqual([done.Status, done.InstancesToUpdate, done.PercentageComplete], ['Successful', 0, 100]);
  for (const what of ['Started', 'Succeeded']) {
    const [event, ...others] = await world.groupEvents(`EC2 Auto Scaling Instance Refresh ${what}`);
    assert.deepEqual(others, []);
    assert.deepEqual(event!.detail, { InstanceRefreshId: done.InstanceRefreshId, AutoScalingGroupName });
  }
  const causes = (await world.activities()).filter(({ Description }) =>
    Description!.startsWith('Terminating'),
  );
  assert.equal(causes.length, 3);
  assert.match(
    causes[0]!.Cause!,
    /an instance was taken out of service in response to an instance refresh\.$/,
  );
});

test('as many go at once as may be missing', async (t) => {
  const { world } = await worldOf(t, 4);
  await start(world, { MinHealthyPercentage: 50, InstanceWarmup: 60 });
  await world.server.settled();
  assert.equal((await latest(world)).InstancesToUpdate, 2);
});

test('those that match are skipped where that is asked for, and only they', async (t) => {
  const { world, newVersion } = await worldOf(t, 2);
  const ids = async () => (await world.group()).Instances!.map(({ InstanceId }) => InstanceId).sort();
  const before = await ids();
  await start(world, { SkipMatching: true });
  await world.server.settled();
  assert.equal((await latest(world)).Status, 'Successful');
  assert.deepEqual(await ids(), before);
  for (const SkipMatching of [false, true]) {
    const old = await ids();
    if (SkipMatching) await newVersion();
    await start(world, { SkipMatching, MinHealthyPercentage: 0, InstanceWarmup: 0 });
    await world.server.settled();
    assert.equal((await latest(world)).Status, 'Successful');
    const now = await ids();
    assert.deepEqual(
      now.filter((id) => old.includes(id)),
      [],
    );
  }
});

test('protected ones are waited for, for an hour', async (t) => {
  const { world } = await worldOf(t, 1);
  const InstanceIds = (await world.group()).Instances!.map(({ InstanceId }) => InstanceId!);
  await world.autoscaling.send(
    new SetInstanceProtectionCommand({ AutoScalingGroupName, InstanceIds, ProtectedFromScaleIn: true }),
  );
  await start(world);
  await world.server.advance(30 * 60_000);
  assert.equal((await latest(world)).Status, 'InProgress');
  await world.server.advance(31 * 60_000);
  assert.equal((await latest(world)).Status, 'Failed');
});

test('what is cancelled replaces no more', async (t) => {
  const { world } = await worldOf(t, 2);
  await start(world, { InstanceWarmup: 600 });
  await world.server.settled();
  await world.autoscaling.send(new CancelInstanceRefreshCommand({ AutoScalingGroupName }));
  assert.equal((await latest(world)).Status, 'Cancelling');
  await world.server.advance(700_000);
  const { Status, InstancesToUpdate } = await latest(world);
  assert.deepEqual([Status, InstancesToUpdate], ['Cancelled', 1]);
  const none = await refusal(
    world.autoscaling.send(new CancelInstanceRefreshCommand({ AutoScalingGroupName })),
  );
  assert.equal(none.code, 'ActiveInstanceRefreshNotFound');
  assert.match((await refusal(start(world, { AutoRollback: true }))).message, /nothing to roll back to/);
});

test("a desired configuration is what instances are launched of, and becomes the group's once all are replaced", async (t) => {
  const { world } = await worldOf(t, 2);
  const other = await world.newTemplate({ InstanceType: 't3.large' });
  const LaunchTemplate = { LaunchTemplateId: other, Version: '1' };
  await world.autoscaling.send(
    new StartInstanceRefreshCommand({
      AutoScalingGroupName,
      DesiredConfiguration: { LaunchTemplate },
      Preferences: { MinHealthyPercentage: 100, MaxHealthyPercentage: 200, InstanceWarmup: 60 },
    }),
  );
  await world.server.settled();
  assert.equal((await world.group()).Instances!.length, 4);
  assert.notEqual((await world.group()).LaunchTemplate!.LaunchTemplateId, other);
  const update = world.autoscaling.send(
    new UpdateAutoScalingGroupCommand({ AutoScalingGroupName, LaunchTemplate: { LaunchTemplateId: other } }),
  );
  assert.match(
    (await refusal(update)).message,
    /^An active instance refresh with a desired configuration exists\./,
  );
  await world.server.advance(61_000);
  assert.deepEqual(await versions(world), ['1 t3.large', '1 t3.large']);
  assert.equal((await world.group()).LaunchTemplate!.LaunchTemplateId, other);
  const done = await latest(world);
  assert.deepEqual([done.Status, done.DesiredConfiguration], ['Successful', { LaunchTemplate }]);
});

test('checkpoints stop it for a while, and it bakes at the end', async (t) => {
  const { world, newVersion } = await worldOf(t, 2);
  await newVersion();
  await start(world, {
    MinHealthyPercentage: 0,
    CheckpointPercentages: [50, 100],
    CheckpointDelay: 600,
    BakeTime: 300,
    InstanceWarmup: 0,
  });
  await world.server.settled();
  assert.deepEqual(await versions(world), ['1 t3.micro', '2 t3.small']);
  await world.server.advance(599_000);
  assert.equal((await latest(world)).PercentageComplete, 50);
  await world.server.advance(10_000);
  assert.deepEqual(await versions(world), ['2 t3.small', '2 t3.small']);
  const reached = await world.groupEvents('EC2 Auto Scaling Instance Refresh Checkpoint Reached');
  assert.deepEqual(
    reached.map(({ detail }) => detail.CheckpointPercentage),
    ['50'],
  );
  assert.equal((await latest(world)).Status, 'Baking');
  await world.server.advance(301_000);
  assert.equal((await latest(world)).Status, 'Successful');
});

test('what is rolled back launches again what the group was', async (t) => {
  const { world } = await worldOf(t, 2);
  const group = await world.group();
  await world.autoscaling.send(
    new UpdateAutoScalingGroupCommand({
      AutoScalingGroupName,
      LaunchTemplate: { LaunchTemplateId: group.LaunchTemplate!.LaunchTemplateId!, Version: '1' },
    }),
  );
  const other = await world.newTemplate({ InstanceType: 't3.large' });
  await world.autoscaling.send(
    new StartInstanceRefreshCommand({
      AutoScalingGroupName,
      DesiredConfiguration: { LaunchTemplate: { LaunchTemplateId: other, Version: '1' } },
      Preferences: { InstanceWarmup: 60 },
    }),
  );
  await world.server.settled();
  assert.deepEqual(await versions(world), ['1 t3.large', '1 t3.micro']);
  const rollBack = () => world.autoscaling.send(new RollbackInstanceRefreshCommand({ AutoScalingGroupName }));
  await rollBack();
  await world.server.advance(61_000);
  assert.deepEqual(await versions(world), ['1 t3.micro', '1 t3.micro']);
  await world.server.advance(61_000);
  const { Status, RollbackDetails } = await latest(world);
  assert.equal(Status, 'RollbackSuccessful');
  assert.match(RollbackDetails!.RollbackReason!, /user request/);
  assert.equal((await refusal(rollBack())).code, 'ActiveInstanceRefreshNotFound');
});

test('without a desired configuration, or with a moving version, there is nothing to roll back to', async (t) => {
  const { world } = await worldOf(t, 1);
  await start(world, { InstanceWarmup: 600 });
  await world.server.settled();
  const { code } = await refusal(
    world.autoscaling.send(new RollbackInstanceRefreshCommand({ AutoScalingGroupName })),
  );
  assert.equal(code, 'IrreversibleInstanceRefresh');
});

test('an alarm that it watches ends it, or has it rolled back', async (t) => {
  const { world } = await worldOf(t, 2);
  const cloudwatch = world.server.client(CloudWatchClient);
  const AlarmName = 'errors';
  await cloudwatch.send(
    new PutMetricAlarmCommand({
      AlarmName,
      Namespace: 'Mine',
      MetricName: 'Errors',
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanThreshold',
    }),
  );
  const AlarmSpecification = { Alarms: [AlarmName] };
  const unknown = start(world, { AlarmSpecification: { Alarms: ['none'] } });
  assert.match((await refusal(unknown)).message, /do not exist: \[none\]/);
  await start(world, { AlarmSpecification, InstanceWarmup: 600 });
  await world.server.settled();
  assert.equal((await latest(world)).Status, 'InProgress');
  const raise = (StateValue: 'OK' | 'ALARM') =>
    cloudwatch.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: 'tried' }));
  await raise('ALARM');
  await world.server.settled();
  const { Status, StatusReason, Preferences } = await latest(world);
  assert.deepEqual([Status, Preferences!.AlarmSpecification], ['Failed', AlarmSpecification]);
  assert.match(StatusReason!, /alarm errors is in the state ALARM/);
  // Raised already, it ends a refresh as it starts.
  await start(world, { AlarmSpecification });
  await world.server.settled();
  assert.equal((await latest(world)).Status, 'Failed');
});

test('a suspended one replaces nothing until it is resumed', async (t) => {
  const { world, newVersion } = await worldOf(t, 1);
  const ScalingProcesses = ['InstanceRefresh'];
  await world.autoscaling.send(new SuspendProcessesCommand({ AutoScalingGroupName, ScalingProcesses }));
  await newVersion();
  await start(world, { InstanceWarmup: 0 });
  await world.server.settled();
  assert.deepEqual(await versions(world), ['1 t3.micro']);
  await world.autoscaling.send(new ResumeProcessesCommand({ AutoScalingGroupName, ScalingProcesses }));
  await world.server.settled();
  assert.deepEqual(await versions(world), ['2 t3.small']);
});
