/** The operations that read and change attributes take one of them at a time. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  CreateImageCommand,
  CreateNetworkInterfaceCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeInstanceAttributeCommand,
  DescribeNetworkInterfaceAttributeCommand,
  ModifyImageAttributeCommand,
  ModifyInstanceAttributeCommand,
  type ModifyInstanceAttributeCommandInput,
  ModifyNetworkInterfaceAttributeCommand,
  ModifySubnetAttributeCommand,
  ModifyVpcAttributeCommand,
  ResetNetworkInterfaceAttributeCommand,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2';
import { ec2World, type World } from '../worlds/ec2.ts';
import { refusalText } from '../worlds/server.ts';

let world: World;
const ids = { VpcId: '', SubnetId: '', NetworkInterfaceId: '', InstanceId: '', ImageId: '' };
before(async () => {
  world = await ec2World(undefined);
  const { ec2 } = world;
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
  ids.VpcId = Vpc!.VpcId!;
  const { Subnet } = await ec2.send(new CreateSubnetCommand({ VpcId: ids.VpcId, CidrBlock: '10.0.0.0/24' }));
  ids.SubnetId = Subnet!.SubnetId!;
  const { NetworkInterface } = await ec2.send(new CreateNetworkInterfaceCommand({ SubnetId: ids.SubnetId }));
  ids.NetworkInterfaceId = NetworkInterface!.NetworkInterfaceId!;
  ids.InstanceId = await world.run();
  await world.server.settled();
  const image = await ec2.send(new CreateImageCommand({ InstanceId: ids.InstanceId, Name: 'own' }));
  ids.ImageId = image.ImageId!;
  await world.server.settled();
});
after(() => world.server.close());

const on = { Value: true };

describe('no attribute is refused, and several are', () => {
  const several = 'InvalidParameterCombination: Fields for multiple attribute types specified: ';
  for (const [of, change, two, names] of [
    [
      'an instance',
      (input: object) =>
        world.ec2.send(new ModifyInstanceAttributeCommand({ InstanceId: ids.InstanceId, ...input })),
      { DisableApiStop: on, Groups: ['sg-00000000000000001'] },
      'disableApiStop, groupSet',
    ],
    [
      'a network interface',
      (input: object) =>
        world.ec2.send(
          new ModifyNetworkInterfaceAttributeCommand({
            NetworkInterfaceId: ids.NetworkInterfaceId,
            ...input,
          }),
        ),
      { Description: { Value: 'x' }, SourceDestCheck: on },
      'sourceDestCheck, description',
    ],
    [
      'a VPC',
      (input: object) => world.ec2.send(new ModifyVpcAttributeCommand({ VpcId: ids.VpcId, ...input })),
      { EnableDnsHostnames: on, EnableDnsSupport: on },
      'enableDnsSupport, enableDnsHostnames',
    ],
    [
      'a subnet',
      (input: object) =>
        world.ec2.send(new ModifySubnetAttributeCommand({ SubnetId: ids.SubnetId, ...input })),
      { EnableDns64: on, MapPublicIpOnLaunch: on },
      'mapPublicIpOnLaunch, enableDns64',
    ],
    [
      'an image',
      (input: object) => world.ec2.send(new ModifyImageAttributeCommand({ ImageId: ids.ImageId, ...input })),
      { Description: { Value: 'x' }, LaunchPermission: { Add: [{ UserId: '111122223333' }] } },
      'launchPermission, description',
    ],
  ] as const) {
    test(`of ${of}`, async () => {
      assert.equal(await refusalText(change({})), 'InvalidParameterCombination: No attributes specified.');
      assert.equal(await refusalText(change(two)), several + names);
    });
  }

  test('where one is read or reset', async () => {
    const none = 'InvalidParameterCombination: No attributes specified.';
    const { NetworkInterfaceId } = ids;
    const read = new DescribeNetworkInterfaceAttributeCommand({ NetworkInterfaceId });
    assert.equal(await refusalText(world.ec2.send(read)), none);
    const reset = new ResetNetworkInterfaceAttributeCommand({ NetworkInterfaceId });
    assert.equal(await refusalText(world.ec2.send(reset)), none);
  });

  test('but an attribute may be named beside the member that changes it', async () => {
    await modify({ Attribute: 'disableApiStop', DisableApiStop: { Value: false } });
    const two = modify({ Attribute: 'disableApiTermination', DisableApiStop: on });
    assert.equal(await refusalText(two), `${several}disableApiTermination, disableApiStop`);
  });
});

const modify = (input: Omit<ModifyInstanceAttributeCommandInput, 'InstanceId'>) =>
  world.ec2.send(new ModifyInstanceAttributeCommand({ InstanceId: ids.InstanceId, ...input }));

test('enhanced networking is enabled while the instance is stopped, and cannot be disabled', async () => {
  const enabling = [
    { EnaSupport: on },
    { SriovNetSupport: { Value: 'simple' } },
    { Attribute: 'sriovNetSupport', Value: 'simple' },
  ] as const;
  for (const input of enabling) {
    assert.match(
      await refusalText(modify(input)),
      /^IncorrectInstanceState: .* not in the 'stopped' state\.$/,
    );
  }
  const { InstanceId } = ids;
  await world.ec2.send(new StopInstancesCommand({ InstanceIds: [InstanceId] }));
  await world.server.settled();
  for (const input of enabling) await modify(input);
  const shown = await world.ec2.send(
    new DescribeInstanceAttributeCommand({ InstanceId, Attribute: 'sriovNetSupport' }),
  );
  assert.equal(shown.SriovNetSupport?.Value, 'simple');
  assert.match(
    await refusalText(modify({ EnaSupport: { Value: false } })),
    /^UnsupportedOperation: .*EnaSupport/,
  );
  assert.match(
    await refusalText(modify({ SriovNetSupport: { Value: 'none' } })),
    /^UnsupportedOperation: .*SriovNetSupport/,
  );
});

test('a kernel is refused by name in either of the two ways', async () => {
  for (const input of [
    { Kernel: { Value: 'aki-00000001' } },
    { Attribute: 'kernel', Value: 'aki-00000001' } as const,
  ]) {
    assert.match(await refusalText(modify(input)), /^UnsupportedOperation: Latchkey does not serve/);
  }
});

test('a type that does not exist is no value of an attribute', async () => {
  assert.equal(
    await refusalText(modify({ InstanceType: { Value: 't9.micro' } })),
    'InvalidInstanceAttributeValue: The following supplied instance types do not exist: [t9.micro]',
  );
});
