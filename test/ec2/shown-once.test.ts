/** What is shown of an instance is kept while nothing of it changes: a change of any of its parts shows at once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  AttachVolumeCommand,
  CreateSecurityGroupCommand,
  CreateTagsCommand,
  CreateVolumeCommand,
  DescribeImagesCommand,
  DescribeInstancesCommand,
  EC2Client,
  type Instance,
  ModifyInstanceAttributeCommand,
  RunInstancesCommand,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2';
import { startServerFor } from '../worlds/server.ts';

test('an instance that was shown before is shown as it is now', async (t) => {
  const server = await startServerFor(t);
  const ec2 = server.client(EC2Client);
  const { Images } = await ec2.send(new DescribeImagesCommand({ Owners: ['amazon'] }));
  const run = new RunInstancesCommand({ ImageId: Images?.[0]?.ImageId, MinCount: 2, MaxCount: 2 });
  const { Instances = [] } = await ec2.send(run);
  await server.settled();
  const [id] = Instances.map(({ InstanceId }) => InstanceId as string);
  const shown = async () => {
    const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({}));
    return Reservations.flatMap((each) => each.Instances ?? []).find((each) => each.InstanceId === id);
  };
  const { VpcId, Placement } = (await shown()) as Instance;
  const group = await ec2.send(new CreateSecurityGroupCommand({ GroupName: 'new', Description: 'd', VpcId }));
  const volume = await ec2.send(
    new CreateVolumeCommand({ AvailabilityZone: Placement?.AvailabilityZone, Size: 1 }),
  );
  await server.settled();
  const changes: [string, () => Promise<unknown>, (instance: Instance | undefined) => unknown, unknown][] = [
    [
      'a tag',
      () => ec2.send(new CreateTagsCommand({ Resources: [id as string], Tags: [{ Key: 'k', Value: 'v' }] })),
      (instance) => instance?.Tags,
      [{ Key: 'k', Value: 'v' }],
    ],
    [
      'a volume',
      () =>
        ec2.send(new AttachVolumeCommand({ InstanceId: id, VolumeId: volume.VolumeId, Device: '/dev/sdf' })),
      (instance) => instance?.BlockDeviceMappings?.length,
      2,
    ],
    [
      'a security group',
      () =>
        ec2.send(new ModifyInstanceAttributeCommand({ InstanceId: id, Groups: [group.GroupId as string] })),
      (instance) => instance?.SecurityGroups,
      [{ GroupId: group.GroupId, GroupName: 'new' }],
    ],
    [
      'a state',
      () => ec2.send(new StopInstancesCommand({ InstanceIds: [id as string] })),
      (instance) => instance?.State?.Name,
      'stopped',
    ],
  ];
  for (const [what, change, look, expected] of changes) {
    assert.notDeepEqual(look(await shown()), expected, what);
    await change();
    await server.settled();
    assert.deepEqual(look(await shown()), expected, what);
    assert.deepEqual(await shown(), await shown(), what);
  }
});
