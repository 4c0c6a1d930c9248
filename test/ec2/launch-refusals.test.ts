/** What a launch refuses of its own parameters, in the words that users of EC2 report. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  AttachVolumeCommand,
  CreateNetworkInterfaceCommand,
  CreateTagsCommand,
  CreateVolumeCommand,
  DescribeInstanceCreditSpecificationsCommand,
  DescribeSubnetsCommand,
  ModifyInstanceAttributeCommand,
  type RunInstancesCommandInput,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2';
import { ZONE } from '../worlds/account.ts';
import { ec2World, type World } from '../worlds/ec2.ts';
import { refusalText } from '../worlds/server.ts';

let world: World;
let subnet: { SubnetId: string; CidrBlock: string };
before(async () => {
  world = await ec2World(undefined);
  const { Subnets } = await world.ec2.send(new DescribeSubnetsCommand({}));
  subnet = Subnets!.find(({ AvailabilityZone }) => AvailabilityZone === ZONE) as typeof subnet;
});
after(() => world.server.close());

const launch = (input: Partial<RunInstancesCommandInput>) => refusalText(world.run(input));
const base64 = (length: number) => Buffer.alloc(length, 'x').toString('base64');
const TOO_LONG = 'InvalidParameterValue: User data is limited to 16384 bytes';
const mapped = (...BlockDeviceMappings: object[]) => launch({ BlockDeviceMappings });

describe('user data', () => {
  test('has 16 KiB at most before it is encoded, and is base64', async () => {
    assert.equal(await launch({ UserData: base64(16_385) }), TOO_LONG);
    assert.match(await launch({ UserData: 'a*b=' }), /^InvalidUserData\.Malformed: Invalid BASE64 encoding/);
    const id = await world.run({ UserData: base64(16_384) });
    await world.server.settled();
    const change = (length: number) =>
      new ModifyInstanceAttributeCommand({
        InstanceId: id,
        UserData: { Value: Buffer.alloc(length, 'x') },
      });
    assert.equal(await refusalText(world.ec2.send(change(16_385))), TOO_LONG);
  });
});

describe('networks', () => {
  test('groups by name go with no subnet', async () => {
    assert.equal(
      await launch({ SubnetId: subnet.SubnetId, SecurityGroups: ['default'] }),
      'InvalidParameterCombination: The parameter groupName cannot be used with the parameter subnet',
    );
    await world.run({ SecurityGroups: ['default'] });
  });

  // https://github.com/boto/boto3/issues/670
  test('what is no id among those of groups is a name', async () => {
    await world.run({ SecurityGroupIds: ['default'] });
    assert.equal(
      await launch({ SecurityGroupIds: ['ssg-f61ce690'] }),
      'InvalidParameterValue: Value () for parameter groupId is invalid. The value cannot be empty',
    );
    assert.equal(
      await launch({ SecurityGroupIds: ['sg-00000000000000000'] }),
      "InvalidGroup.NotFound: The security group 'sg-00000000000000000' does not exist",
    );
    assert.equal(
      await launch({ SubnetId: subnet.SubnetId, SecurityGroupIds: ['default'] }),
      'InvalidParameterCombination: The parameter groupName cannot be used with the parameter subnet',
    );
  });

  test('each interface says which it is', async () => {
    assert.equal(
      await launch({ NetworkInterfaces: [{ SubnetId: subnet.SubnetId }] }),
      'InvalidParameterValue: Each network interface requires a device index.',
    );
  });

  test("the subnet's own addresses are nobody's", async () => {
    const network = subnet.CidrBlock.split('/')[0]!.replace(/\.0$/, '');
    const [, , third] = network.split('.');
    const last = network.replace(/\d+$/, String(Number(third) + 15));
    for (const address of [`${network}.0`, `${network}.3`, `${last}.255`]) {
      const sentence = `InvalidParameterValue: Address ${address} is in subnet's reserved address range`;
      assert.equal(await launch({ SubnetId: subnet.SubnetId, PrivateIpAddress: address }), sentence);
      const command = new CreateNetworkInterfaceCommand({
        SubnetId: subnet.SubnetId,
        PrivateIpAddress: address,
      });
      assert.equal(await refusalText(world.ec2.send(command)), sentence);
    }
    await world.run({ SubnetId: subnet.SubnetId, PrivateIpAddress: `${network}.4` });
    const fewer = { SubnetId: subnet.SubnetId, SecondaryPrivateIpAddressCount: -1 };
    assert.equal(
      await refusalText(world.ec2.send(new CreateNetworkInterfaceCommand(fewer))),
      'InvalidParameterValue: Value (-1) for parameter secondaryPrivateIpAddressCount is invalid.',
    );
  });
});

describe('volumes', () => {
  test('a mapping says what is there', async () => {
    for (const DeviceName of ['/dev/sdf', '/dev/xvda']) {
      assert.equal(
        await mapped({ DeviceName }),
        'MissingParameter: The request must contain the parameter ebs',
      );
    }
    assert.equal(
      await mapped({ DeviceName: '/dev/sdf', Ebs: { VolumeType: 'gp3' } }),
      'MissingParameter: The request must contain the parameter size or snapshotId',
    );
    await world.run({ BlockDeviceMappings: [{ DeviceName: '/dev/sdf', VirtualName: 'ephemeral0' }] });
  });

  test('devices have the names of hardware virtual machines', async () => {
    const Ebs = { VolumeSize: 1 };
    for (const DeviceName of [
      'nonsense',
      '/dev/sde1',
      '/dev/xvda1',
      '/dev/nvme1n1',
      '/dev/xvdez',
      '/dev/hda',
    ])
      assert.equal(
        await mapped({ DeviceName, Ebs }),
        `InvalidBlockDeviceMapping: Invalid device name ${DeviceName}`,
      );
    const names = ['/dev/sdb', '/dev/sda1', '/dev/xvdf', '/dev/xvdca', '/dev/xvddx', 'xvdg'];
    const id = await world.run({ BlockDeviceMappings: names.map((DeviceName) => ({ DeviceName, Ebs })) });
    await world.server.settled();
    const { VolumeId } = await world.ec2.send(new CreateVolumeCommand({ AvailabilityZone: ZONE, Size: 1 }));
    await world.server.settled();
    for (const Device of ['/dev/sdk1', '/dev/nvme2n1', '/dev/xvdez']) {
      assert.equal(
        await refusalText(world.ec2.send(new AttachVolumeCommand({ InstanceId: id, VolumeId, Device }))),
        `InvalidParameterValue: Value (${Device}) for parameter device is invalid. ${Device} is not a valid EBS device name.`,
      );
    }
  });
});

describe('processors', () => {
  const cpu = (InstanceType: string, CpuOptions: object) =>
    launch({ InstanceType, CpuOptions } as Partial<RunInstancesCommandInput>);

  test('have the cores and the threads that their type has', async () => {
    assert.equal(
      await cpu('m5.4xlarge', { CoreCount: 4 }),
      'MissingParameter: When specifying CpuOptions you must specify both CoreCount and ThreadsPerCore.',
    );
    for (const type of ['t2.micro', 'c5.metal'])
      assert.equal(
        await cpu(type, { CoreCount: 1, ThreadsPerCore: 1 }),
        `UnsupportedOperation: The ${type} instance type does not support specifying CpuOptions.`,
      );
    assert.match(
      await cpu('m5.4xlarge', { CoreCount: 3, ThreadsPerCore: 2 }),
      /^InvalidParameterValue: .*CoreCount/,
    );
    assert.match(
      await cpu('m5.4xlarge', { CoreCount: 4, ThreadsPerCore: 3 }),
      /^InvalidParameterValue: .*ThreadsPerCore/,
    );
    await world.run({ InstanceType: 'm5.4xlarge', CpuOptions: { CoreCount: 4, ThreadsPerCore: 1 } });
  });

  test('have credits where they can burst', async () => {
    assert.equal(
      await launch({ InstanceType: 'm5.large', CreditSpecification: { CpuCredits: 'standard' } }),
      'InstanceCreditSpecification.NotSupported: The m5.large instance type does not support T2 Unlimited.',
    );
    assert.match(
      await launch({ CreditSpecification: { CpuCredits: 'lots' } }),
      /^InvalidCpuCredits: .*'lots' is invalid\. Valid values are standard and unlimited\./,
    );
    const [fixed, burstable] = [await world.run({ InstanceType: 'm5.large' }), await world.run()];
    const credits = async () => {
      const { InstanceCreditSpecifications: shown = [] } = await world.ec2.send(
        new DescribeInstanceCreditSpecificationsCommand({ InstanceIds: [fixed, burstable] }),
      );
      return new Map(shown.map(({ InstanceId, CpuCredits }) => [InstanceId, CpuCredits]));
    };
    assert.deepEqual(
      [...(await credits())].sort(),
      [
        [fixed, 'standard'],
        [burstable, 'unlimited'],
      ].sort(),
    );

    await world.server.settled();
    await world.ec2.send(new StopInstancesCommand({ InstanceIds: [fixed, burstable] }));
    await world.server.settled();
    const resize = (InstanceId: string, Value: string) =>
      world.ec2.send(new ModifyInstanceAttributeCommand({ InstanceId, InstanceType: { Value } }));
    await resize(burstable, 'm5.large');
    await resize(fixed, 't3.micro');
    assert.deepEqual(
      [...(await credits())].sort(),
      [
        [fixed, 'unlimited'],
        [burstable, 'unlimited'],
      ].sort(),
    );
  });
});

test('an instance profile is named by its name or its ARN', async () => {
  const Arn = 'arn:aws:iam::123456789012:instance-profile/p';
  assert.equal(
    await launch({ IamInstanceProfile: { Name: 'p', Arn } }),
    "InvalidParameterCombination: The parameter 'iamInstanceProfile.name' may not be used in combination with " +
      "'iamInstanceProfile.arn'",
  );
});

test('tags have keys, and those of CreateTags values', async () => {
  const nameless = [{ Key: '', Value: 'v' }];
  assert.equal(
    await launch({ TagSpecifications: [{ ResourceType: 'instance', Tags: nameless }] }),
    'InvalidParameterValue: Tag key must have a value',
  );
  const id = await world.run();
  const tag = (Tags: object[]) =>
    refusalText(world.ec2.send(new CreateTagsCommand({ Resources: [id], Tags })));
  assert.equal(
    await tag(nameless),
    "InvalidParameterValue: Value ( '' ) for parameter Tag key is invalid. Tag key cannot be null or empty.",
  );
  assert.equal(
    await tag([{ Key: 'k' }]),
    'InvalidParameterValue: Value ( k ) for parameter value is invalid. Tag value cannot be null. Use empty string instead.',
  );
  assert.equal(await tag([]), 'InvalidParameterValue: You must specify one or more tags to create');
  await world.ec2.send(new CreateTagsCommand({ Resources: [id], Tags: [{ Key: 'k', Value: '' }] }));
});
