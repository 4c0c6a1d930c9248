/** Answers of Auto Scaling as AWS was recorded to give them. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as as from '@aws-sdk/client-auto-scaling';
import { DescribeImagesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { refusal, startServerFor, type TestServer } from '../worlds/server.ts';

let server: TestServer;
let client: as.AutoScalingClient;
before(async () => {
  server = await startServerFor(undefined);
  client = server.client(as.AutoScalingClient);
  const { Images: [image] = [] } = await server.client(EC2Client).send(
    new DescribeImagesCommand({
      Owners: ['amazon'],
      Filters: [{ Name: 'architecture', Values: ['x86_64'] }],
    }),
  );
  await client.send(
    new as.CreateLaunchConfigurationCommand({
      LaunchConfigurationName: 'c',
      ImageId: image?.ImageId,
      InstanceType: 't3.micro',
    }),
  );
});
after(() => server.close());

const group = { AutoScalingGroupName: 'g', MinSize: 0, MaxSize: 1 };

test('a group takes back the settings that it shows, and shows none that nobody set', async () => {
  await client.send(
    new as.CreateAutoScalingGroupCommand({
      ...group,
      LaunchConfigurationName: 'c',
      AvailabilityZones: ['us-east-1a'],
      InstanceMaintenancePolicy: { MinHealthyPercentage: -1, MaxHealthyPercentage: -1 },
    }),
  );
  const { AutoScalingGroups: [shown] = [] } = await client.send(new as.DescribeAutoScalingGroupsCommand({}));
  assert.deepEqual(shown?.InstanceLifecyclePolicy, {
    RetentionTriggers: { TerminateHookAbandon: 'terminate' },
  });
  assert.deepEqual([shown?.CapacityRebalance, shown?.DeletionProtection], [undefined, undefined]);
  const { AvailabilityZoneDistribution, CapacityReservationSpecification, InstanceLifecyclePolicy } =
    shown ?? {};
  await client.send(
    new as.UpdateAutoScalingGroupCommand({
      ...group,
      AvailabilityZoneDistribution,
      CapacityReservationSpecification,
      InstanceLifecyclePolicy,
    }),
  );
  assert.match(shown?.AvailabilityZoneIds?.join() ?? '', /^use1-az\d$/);
  const retains = { RetentionTriggers: { TerminateHookAbandon: 'retain' } } as const;
  const { message } = await refusal(
    client.send(new as.UpdateAutoScalingGroupCommand({ ...group, InstanceLifecyclePolicy: retains })),
  );
  assert.match(message, /does not serve InstanceLifecyclePolicy/);
});

test('resizing a group that is not there', async () => {
  const { code, message } = await refusal(
    client.send(new as.UpdateAutoScalingGroupCommand({ ...group, AutoScalingGroupName: 'none' })),
  );
  assert.deepEqual([code, message], ['ValidationError', 'AutoScalingGroup name not found - null']);
});

// https://github.com/aws/amazon-ecs-ami/issues/188
test('a launch configuration takes no instance type that EC2 does not know', async () => {
  for (const InstanceType of ['t3.huge', 'T3.micro', 'constructor', '']) {
    const input = { LaunchConfigurationName: 'd', ImageId: 'ami-0123456789abcdef0', InstanceType };
    const { code, message } = await refusal(client.send(new as.CreateLaunchConfigurationCommand(input)));
    assert.equal(code, 'ValidationError');
    if (InstanceType) assert.equal(message, `The specified instance type ${InstanceType} is not valid`);
  }
  const { LaunchConfigurations } = await client.send(
    new as.DescribeLaunchConfigurationsCommand({ LaunchConfigurationNames: ['d'] }),
  );
  assert.deepEqual(LaunchConfigurations, []);
});
