/** Groups and launch configurations that are made after an instance. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  AutoScalingClient,
  CreateLaunchConfigurationCommand,
  DescribeLaunchConfigurationsCommand,
} from '@aws-sdk/client-auto-scaling';
import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
} from '@aws-sdk/client-iam';
import { allowing, denying } from '../worlds/account.ts';
import { type GroupWorld, groupWorld } from '../worlds/groups.ts';
import { refusal } from '../worlds/server.ts';

const after = { LaunchTemplate: undefined, VPCZoneIdentifier: undefined } as const;

async function configuration(world: GroupWorld, name: string) {
  const { LaunchConfigurations } = await world.autoscaling.send(
    new DescribeLaunchConfigurationsCommand({ LaunchConfigurationNames: [name] }),
  );
  return LaunchConfigurations![0]!;
}

test('a group is where the instance is, and has a launch configuration of its own name', async (t) => {
  const world = await groupWorld(t);
  const InstanceId = await world.run({ InstanceType: 't3.small', UserData: 'aGVsbG8=' });
  await world.newGroup('', { ...after, InstanceId });
  await world.server.settled();
  const [group, model] = [await world.group(), await world.instance(InstanceId)];
  assert.equal(group.LaunchConfigurationName, 'web');
  assert.equal(group.VPCZoneIdentifier, model.SubnetId);
  assert.equal(group.Instances![0]!.InstanceType, 't3.small');
  const { ImageId, UserData, SecurityGroups } = await configuration(world, 'web');
  assert.deepEqual([ImageId, UserData], [world.imageId, 'aGVsbG8=']);
  assert.deepEqual(
    SecurityGroups,
    model.SecurityGroups!.map(({ GroupId }) => GroupId),
  );
});

test('a launch configuration says what it says over the instance', async (t) => {
  const world = await groupWorld(t);
  const InstanceId = await world.run({ InstanceType: 't3.small' });
  const create = (input: object) =>
    world.autoscaling.send(
      new CreateLaunchConfigurationCommand({ LaunchConfigurationName: 'mine', InstanceId, ...input }),
    );
  assert.equal((await refusal(create({ InstanceId: 'i-0123456789abcdef0' }))).code, 'ValidationError');
  await create({ InstanceType: 't3.large' });
  const { ImageId, InstanceType } = await configuration(world, 'mine');
  assert.deepEqual([ImageId, InstanceType], [world.imageId, 't3.large']);
});

test('nobody gets a role by naming an instance that has it', async (t) => {
  const world = await groupWorld(t);
  const name = { InstanceProfileName: 'strong' };
  await world.iam.send(new CreateInstanceProfileCommand(name));
  const trusted = { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' };
  await world.iam.send(
    new CreateRoleCommand({
      RoleName: 'strong',
      AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: trusted }),
    }),
  );
  await world.iam.send(new AddRoleToInstanceProfileCommand({ ...name, RoleName: 'strong' }));
  const InstanceId = await world.run({ InstanceType: 't3.small', IamInstanceProfile: { Name: 'strong' } });
  const weak = await world.user('weak', {
    Effect: 'Allow',
    Action: ['autoscaling:*', 'ec2:*', 'iam:CreateServiceLinkedRole'],
    Resource: '*',
  });
  const client = world.server.client(AutoScalingClient, weak.credentials);
  const { code } = await refusal(world.newGroup('', { ...after, InstanceId }, client));
  assert.equal(code, 'AccessDenied');
  const create = client.send(
    new CreateLaunchConfigurationCommand({ LaunchConfigurationName: 'mine', InstanceId }),
  );
  assert.equal((await refusal(create)).code, 'AccessDenied');
  await world.allow('weak', 'pass', allowing('iam:PassRole'));
  const { SubnetId } = await world.instance(InstanceId);
  // Who may pass the role may still not launch an instance like this one.
  for (const [index, denied] of [
    { Resource: '*', Condition: { StringEquals: { 'ec2:InstanceType': 't3.small' } } },
    { Resource: `arn:aws:ec2:us-east-1::image/${world.imageId}` },
    { Resource: `arn:aws:ec2:us-east-1:123456789012:subnet/${SubnetId}` },
  ].entries()) {
    await world.allow('weak', 'launch', { ...denying('ec2:RunInstances'), ...denied });
    const again = new CreateLaunchConfigurationCommand({
      LaunchConfigurationName: `like${index}`,
      InstanceId,
    });
    assert.equal((await refusal(client.send(again))).code, 'AccessDenied');
  }
  await world.allow('weak', 'launch', allowing('ec2:RunInstances'));
  await client.send(new CreateLaunchConfigurationCommand({ LaunchConfigurationName: 'mine', InstanceId }));
});
