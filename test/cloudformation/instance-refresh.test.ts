/** Groups of stacks whose instances are replaced by an instance refresh (aws-facts H36). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as autoscaling from '@aws-sdk/client-auto-scaling';
import { CancelUpdateStackCommand, UpdateStackCommand } from '@aws-sdk/client-cloudformation';
import { HOUR_MS } from '../worlds/account.ts';
import { startServerFor } from '../worlds/server.ts';
import { stacksOf } from '../worlds/stacks.ts';

const IMAGE = '{{resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64}}';

interface Wanted {
  readonly type: string;
  readonly policy?: object;
  readonly group?: object;
  readonly more?: object;
}

const template = ({ type, policy = { Strategy: 'Rolling' }, group = {}, more = {} }: Wanted) => ({
  Resources: {
    Template: {
      Type: 'AWS::EC2::LaunchTemplate',
      Properties: { LaunchTemplateData: { ImageId: IMAGE, InstanceType: type } },
    },
    Group: {
      Type: 'AWS::AutoScaling::AutoScalingGroup',
      Properties: {
        MinSize: '2',
        MaxSize: '4',
        AvailabilityZones: { 'Fn::GetAZs': '' },
        DefaultInstanceWarmup: 0,
        LaunchTemplate: {
          LaunchTemplateId: { Ref: 'Template' },
          Version: { 'Fn::GetAtt': ['Template', 'LatestVersionNumber'] },
        },
        ...group,
      },
      UpdatePolicy: { AutoScalingInstanceRefresh: policy },
    },
    ...more,
  },
});

async function world(t: Parameters<typeof startServerFor>[0]) {
  const server = await startServerFor(t);
  const stacks = stacksOf(server);
  const client = server.client(autoscaling.AutoScalingClient);
  const name = () => stacks.physicalId('s', 'Group');
  const types = async () => {
    const AutoScalingGroupNames = [await name()];
    const { AutoScalingGroups: [group] = [] } = await client.send(
      new autoscaling.DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames }),
    );
    return group!
      .Instances!.filter(({ LifecycleState }) => LifecycleState === 'InService')
      .map(({ InstanceType }) => InstanceType);
  };
  const refreshes = async () => {
    const AutoScalingGroupName = await name();
    const described = await client.send(
      new autoscaling.DescribeInstanceRefreshesCommand({ AutoScalingGroupName }),
    );
    return described.InstanceRefreshes ?? [];
  };
  return { server, stacks, client, name, types, refreshes };
}

test('a changed launch template replaces the instances before the stack is done, and a change of a size none', async (t) => {
  const { stacks, types, refreshes } = await world(t);
  const made = await stacks.create('s', template({ type: 't3.micro' }));
  assert.equal(made.StackStatus, 'CREATE_COMPLETE', (await stacks.story('s')).join('\n'));
  assert.equal((await stacks.update('s', template({ type: 't3.small' }))).StackStatus, 'UPDATE_COMPLETE');
  assert.deepEqual(await types(), ['t3.small', 't3.small']);
  const [refresh] = await refreshes();
  const { MinHealthyPercentage, MaxHealthyPercentage, SkipMatching } = refresh!.Preferences!;
  assert.deepEqual([MinHealthyPercentage, MaxHealthyPercentage, SkipMatching], [100, 110, true]);
  const grown = await stacks.update('s', template({ type: 't3.small', group: { MaxSize: '5' } }));
  assert.equal(grown.StackStatus, 'UPDATE_COMPLETE');
  assert.equal((await refreshes()).length, 1);
});

test('preferences are passed on as they are written, over the maintenance policy of the group', async (t) => {
  const { stacks, refreshes } = await world(t);
  const group = { InstanceMaintenancePolicy: { MinHealthyPercentage: 50, MaxHealthyPercentage: 120 } };
  const policy = { Strategy: 'Rolling', Preferences: { SkipMatching: 'false', MaxHealthyPercentage: '130' } };
  await stacks.create('s', template({ type: 't3.micro', group, policy }));
  const { StackStatus } = await stacks.update('s', template({ type: 't3.small', group, policy }));
  assert.equal(StackStatus, 'UPDATE_COMPLETE', (await stacks.story('s')).join('\n'));
  const [{ Preferences } = {}] = await refreshes();
  assert.deepEqual(
    [Preferences?.MinHealthyPercentage, Preferences?.MaxHealthyPercentage, Preferences?.SkipMatching],
    [50, 130, false],
  );
});

test('where another resource fails, a second refresh brings the former configuration back', async (t) => {
  const { stacks, types, refreshes } = await world(t);
  await stacks.create('s', template({ type: 't3.micro' }));
  const Bad = {
    Type: 'AWS::EC2::Volume',
    DependsOn: 'Group',
    Properties: { AvailabilityZone: 'us-east-1a', SnapshotId: 'snap-00000000000000001' },
  };
  const { StackStatus } = await stacks.update('s', template({ type: 't3.small', more: { Bad } }));
  assert.equal(StackStatus, 'UPDATE_ROLLBACK_COMPLETE', (await stacks.story('s')).join('\n'));
  assert.deepEqual(await types(), ['t3.micro', 't3.micro']);
  assert.equal((await refreshes()).length, 2);
});

test('a refresh that is cancelled fails the update', async (t) => {
  const { server, stacks, client, name } = await world(t);
  const policy = { Strategy: 'Rolling', Preferences: { BakeTime: 3600 } };
  await stacks.create('s', template({ type: 't3.micro', policy }));
  const TemplateBody = JSON.stringify(template({ type: 't3.small', policy }));
  await stacks.client.send(new UpdateStackCommand({ StackName: 's', TemplateBody }));
  await server.settled();
  await client.send(new autoscaling.CancelInstanceRefreshCommand({ AutoScalingGroupName: await name() }));
  // The refresh of the rollback has its bake time, too.
  const isOver = async () => (await stacks.story('s')).includes('UPDATE_ROLLBACK_COMPLETE s');
  for (let hours = 0; hours < 24 && !(await isOver()); hours++) await server.advance(HOUR_MS);
  assert.equal((await stacks.settled('s')).StackStatus, 'UPDATE_ROLLBACK_COMPLETE');
  const story = await stacks.story('s');
  assert.ok(
    story.some((line) => /^UPDATE_FAILED Group: Instance refresh \S+ is Cancelled/.test(line)),
    story.join('\n'),
  );
});

test('a stack update that is cancelled cancels its refresh, and another one goes back', async (t) => {
  const { server, stacks, types, refreshes } = await world(t);
  const Preferences = { CheckpointPercentages: [50, 100], CheckpointDelay: 3600 };
  const policy = { Strategy: 'Rolling', Preferences };
  await stacks.create('s', template({ type: 't3.micro', policy: { Strategy: 'Rolling' } }));
  const TemplateBody = JSON.stringify(template({ type: 't3.small', policy }));
  await stacks.client.send(new UpdateStackCommand({ StackName: 's', TemplateBody }));
  while ((await refreshes())[0]?.PercentageComplete !== 50) await server.settled();
  await stacks.client.send(new CancelUpdateStackCommand({ StackName: 's' }));
  const { StackStatus } = await stacks.settled('s');
  assert.equal(StackStatus, 'UPDATE_ROLLBACK_COMPLETE', (await stacks.story('s')).join('\n'));
  assert.deepEqual(await types(), ['t3.micro', 't3.micro']);
  assert.deepEqual(
    (await refreshes()).map(({ Status }) => Status),
    ['Successful', 'Cancelled'],
  );
});

test('what cannot be is said: two policies at once, a policy without a strategy, root volumes replaced in place', async (t) => {
  const { stacks } = await world(t);
  await stacks.create('s', template({ type: 't3.micro' }));
  for (const [policy, reason] of [
    [{}, /#\/AutoScalingInstanceRefresh: required key \[Strategy\] not found/],
    [
      { Strategy: 'ReplaceRootVolume' },
      /Latchkey does not serve instance refreshes with the strategy ReplaceRootVolume/,
    ],
  ] as const) {
    const { StackStatus } = await stacks.update('s', template({ type: 't3.small', policy }));
    assert.equal(StackStatus, 'UPDATE_ROLLBACK_COMPLETE');
    assert.match((await stacks.story('s')).join('\n'), reason);
  }
  const both = template({ type: 't3.small' });
  Object.assign(both.Resources.Group.UpdatePolicy, { AutoScalingRollingUpdate: {} });
  assert.equal((await stacks.update('s', both)).StackStatus, 'UPDATE_ROLLBACK_COMPLETE');
  assert.match(
    (await stacks.story('s')).join('\n'),
    /UPDATE_FAILED Group: AutoScalingInstanceRefresh and AutoScalingRollingUpdate cannot be specified together/,
  );
});
