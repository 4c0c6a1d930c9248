/** Instance refresh: the instances of a group are replaced by ones of its present configuration, a few at a time. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CancelInstanceRefreshCommand,
  DescribeInstanceRefreshesCommand,
  type RefreshPreferences,
  SetInstanceProtectionCommand,
  StartInstanceRefreshCommand,
} from '@aws-sdk/client-auto-scaling';
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

test('those that match are skipped where that is asked for', async (t) => {
  const { world } = await worldOf(t, 2);
  const before = (await world.group()).Instances;
  await start(world, { SkipMatching: true });
  await world.server.settled();
  assert.equal((await latest(world)).Status, 'Successful');
  assert.deepEqual((await world.group()).Instances, before);
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
  assert.match((await refusal(start(world, { AutoRollback: true }))).message, /does not serve AutoRollback/);
});
