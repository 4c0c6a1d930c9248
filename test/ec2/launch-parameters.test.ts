/** What a launch does with its parameters, and which of its facts show when. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  AttachNetworkInterfaceCommand,
  CreateNetworkInterfaceCommand,
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeNetworkInterfacesCommand,
  RunInstancesCommand,
  type RunInstancesCommandInput,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { statement } from '../worlds/account.ts';
import { ec2World, type World } from '../worlds/ec2.ts';
import { refusal } from '../worlds/server.ts';

const run = async (world: World, input: Partial<RunInstancesCommandInput> = {}) => {
  const { Instances: made = [] } = await world.ec2.send(
    new RunInstancesCommand({
      ImageId: world.imageId,
      InstanceType: 't3.micro',
      MinCount: 1,
      MaxCount: 1,
      ...input,
    }),
  );
  return made[0]!;
};

const described = async (world: World, id: string) => {
  await world.server.settled();
  const { Reservations } = await world.ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
  return Reservations![0]!.Instances![0]!;
};

describe('the network interface of a launch', () => {
  test('stays after termination where the launch says so', async (t) => {
    const world = await ec2World(t);
    const { InstanceId: id, NetworkInterfaces } = await run(world, {
      NetworkInterfaces: [{ DeviceIndex: 0, DeleteOnTermination: false }],
    });
    const [eni] = NetworkInterfaces!;
    assert.equal(eni!.Attachment!.DeleteOnTermination, false);
    await world.server.settled();
    await world.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id!] }));
    await world.server.settled();
    const left = await world.ec2.send(
      new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [eni!.NetworkInterfaceId!] }),
    );
    assert.equal(left.NetworkInterfaces![0]!.Status, 'available');
  });

  test('has the addresses that are listed, and so many more', async (t) => {
    const world = await ec2World(t);
    const [probe] = (await run(world)).NetworkInterfaces!;
    const taken = new Set([probe!.PrivateIpAddress]);
    /** Near the one that was drawn, and nobody's. */
    const free = () => {
      const near = [250, 251, 252, 253, 254].map((end) =>
        probe!.PrivateIpAddress!.replace(/\d+$/, String(end)),
      );
      const found = near.find((each) => !taken.has(each)) as string;
      taken.add(found);
      return found;
    };
    const [address, further] = [free(), free()];
    const made = await run(world, {
      NetworkInterfaces: [
        {
          DeviceIndex: 0,
          SubnetId: probe!.SubnetId,
          PrivateIpAddresses: [
            { PrivateIpAddress: further, Primary: false },
            { PrivateIpAddress: address, Primary: true },
          ],
        },
        { DeviceIndex: 1, SubnetId: probe!.SubnetId, SecondaryPrivateIpAddressCount: 2, Description: 'two' },
      ],
    });
    assert.equal(made.PrivateIpAddress, address);
    const [primary, second] = made.NetworkInterfaces!;
    assert.deepEqual(
      primary!.PrivateIpAddresses!.map(({ PrivateIpAddress: ip, Primary: is }) => [ip, is]),
      [
        [address, true],
        [further, false],
      ],
    );
    assert.deepEqual([second!.Description, second!.Attachment!.DeviceIndex], ['two', 1]);
    assert.equal(new Set(second!.PrivateIpAddresses!.map((each) => each.PrivateIpAddress)).size, 3);
    assert.equal(second!.Association, undefined, 'a launch with several interfaces gives no public address');
    for (const { PrivateIpAddress: drawn } of second!.PrivateIpAddresses!) taken.add(drawn);
    const third = free();
    const PrivateIpAddresses = [{ PrivateIpAddress: third, Primary: false }];
    const secondaryAlone = await run(world, {
      NetworkInterfaces: [{ DeviceIndex: 0, SubnetId: probe!.SubnetId, PrivateIpAddresses }],
    });
    const [own, named] = secondaryAlone.NetworkInterfaces![0]!.PrivateIpAddresses!;
    assert.deepEqual([own!.PrivateIpAddress === third, named!.PrivateIpAddress], [false, third]);
    const refused: [RunInstancesCommandInput['NetworkInterfaces'], string][] = [
      [[{ DeviceIndex: 0, PrivateIpAddress: further }], 'InvalidIPAddress.InUse'],
      [[{ DeviceIndex: 1 }], 'InvalidParameterValue'],
      [[{ DeviceIndex: 0 }, { DeviceIndex: 0 }], 'InvalidParameterValue'],
      [
        [{ DeviceIndex: 0, AssociatePublicIpAddress: true }, { DeviceIndex: 1 }],
        'InvalidParameterCombination',
      ],
      [[0, 1, 2].map((DeviceIndex) => ({ DeviceIndex })), 'AttachmentLimitExceeded'],
    ];
    for (const [NetworkInterfaces, code] of refused) {
      const { code: answered } = await refusal(run(world, { NetworkInterfaces, InstanceType: 't3.micro' }));
      assert.equal(answered, code);
    }
  });

  test('may have Elastic Fabric Adapters, as many as its type has', async (t) => {
    const world = await ec2World(t);
    const efa = (DeviceIndex: number) => ({ DeviceIndex, InterfaceType: 'efa' });
    const InstanceType = 'c5n.9xlarge';
    const made = await run(world, { InstanceType, NetworkInterfaces: [efa(0), { DeviceIndex: 1 }] });
    assert.deepEqual(
      made.NetworkInterfaces!.map((each) => each.InterfaceType),
      ['efa', 'interface'],
    );
    const both = run(world, { InstanceType, NetworkInterfaces: [efa(0), efa(1)] });
    assert.equal((await refusal(both)).code, 'AttachmentLimitExceeded');
    const none = run(world, { InstanceType: 't3.micro', NetworkInterfaces: [efa(0)] });
    assert.equal((await refusal(none)).code, 'Unsupported');

    const { NetworkInterface: eni } = await world.ec2.send(
      new CreateNetworkInterfaceCommand({ SubnetId: made.SubnetId, InterfaceType: 'efa' }),
    );
    const { NetworkInterfaceId } = eni!;
    assert.equal(eni!.InterfaceType, 'efa');
    await world.server.settled();
    const attached = world.ec2.send(
      new AttachNetworkInterfaceCommand({ NetworkInterfaceId, InstanceId: made.InstanceId, DeviceIndex: 2 }),
    );
    assert.equal((await refusal(attached)).code, 'AttachmentLimitExceeded');
  });

  test('keeps its connection tracking, and names who made it', async (t) => {
    const world = await ec2World(t);
    const user = await world.user('maker', statement('ec2:*'));
    const { SubnetId } = await run(world);
    const { NetworkInterface: eni } = await user.ec2.send(
      new CreateNetworkInterfaceCommand({
        SubnetId,
        ConnectionTrackingSpecification: { TcpEstablishedTimeout: 86_400 },
      }),
    );
    assert.equal(eni!.RequesterId, user.id);
    assert.equal(eni!.ConnectionTrackingConfiguration!.TcpEstablishedTimeout, 86_400);
  });
});

describe('the reply of a launch', () => {
  test('does not know the public address yet, nor what it is billed as', async (t) => {
    const world = await ec2World(t);
    const made = await run(world);
    assert.deepEqual(
      [made.PublicIpAddress, made.PublicDnsName, made.NetworkInterfaces![0]!.Association],
      [undefined, '', undefined],
    );
    assert.deepEqual([made.PlatformDetails, made.HibernationOptions], [undefined, undefined]);
    const later = await described(world, made.InstanceId!);
    assert.ok(later.PublicIpAddress);
    assert.equal(later.PlatformDetails, 'Linux/UNIX');
    assert.equal(later.NetworkPerformanceOptions?.BandwidthWeighting, 'default');
    assert.equal(later.BlockDeviceMappings![0]!.Ebs!.EbsCardIndex, 0);
  });

  test('tells how the image boots', async (t) => {
    const world = await ec2World(t);
    const { Images } = await world.ec2.send(
      new DescribeImagesCommand({
        Owners: ['amazon'],
        Filters: [{ Name: 'architecture', Values: ['x86_64'] }],
      }),
    );
    const ImageId = Images!.find(({ BootMode }) => BootMode === 'uefi-preferred')!.ImageId;
    const nitro = await run(world, { ImageId });
    assert.deepEqual([nitro.BootMode, nitro.CurrentInstanceBootMode], ['uefi-preferred', 'uefi']);
    const xen = await run(world, { ImageId, InstanceType: 't2.micro' });
    assert.deepEqual([xen.BootMode, xen.CurrentInstanceBootMode], ['uefi-preferred', 'legacy-bios']);
  });
});

describe('a capacity reservation', () => {
  test('cannot be named, and may be shunned', async (t) => {
    const world = await ec2World(t);
    const id = 'cr-00000000000000000';
    const named = run(world, {
      CapacityReservationSpecification: { CapacityReservationTarget: { CapacityReservationId: id } },
    });
    assert.equal((await refusal(named)).code, 'InvalidCapacityReservationId.NotFound');
    const { CapacityReservationSpecification: shown } = await run(world, {
      CapacityReservationSpecification: { CapacityReservationPreference: 'none' },
    });
    assert.equal(shown!.CapacityReservationPreference, 'none');
  });
});

describe('what only some instance types can', () => {
  const encryptedRoot = (VolumeSize = 8) => [
    { DeviceName: '/dev/xvda', Ebs: { Encrypted: true, VolumeSize } },
  ];

  test('an instance made for it hibernates, and says so', async (t) => {
    const world = await ec2World(t);
    const made = await run(world, {
      HibernationOptions: { Configured: true },
      BlockDeviceMappings: encryptedRoot(),
    });
    const InstanceIds = [made.InstanceId!];
    assert.deepEqual((await described(world, made.InstanceId!)).HibernationOptions, { Configured: true });
    await world.ec2.send(new StopInstancesCommand({ InstanceIds, Hibernate: true }));
    const { State, StateReason } = await described(world, made.InstanceId!);
    assert.equal(State!.Name, 'stopped');
    assert.deepEqual(StateReason, {
      Code: 'Client.UserInitiatedHibernate',
      Message: 'Client.UserInitiatedHibernate: User initiated hibernate',
    });
    await world.ec2.send(new StartInstancesCommand({ InstanceIds }));
    assert.equal((await described(world, made.InstanceId!)).State!.Name, 'running');
    const { Reservations: found } = await world.ec2.send(
      new DescribeInstancesCommand({
        Filters: [{ Name: 'hibernation-options.configured', Values: ['true'] }],
      }),
    );
    assert.equal(found!.length, 1);
  });

  test('where type, root volume, image or each other forbid it, it is refused', async (t) => {
    const world = await ec2World(t);
    const HibernationOptions = { Configured: true };
    const cases: [string, RegExp, Partial<RunInstancesCommandInput>][] = [
      ['UnsupportedHibernationConfiguration', /not encrypted/, { HibernationOptions }],
      [
        'UnsupportedHibernationConfiguration',
        /does not hold the memory/,
        { HibernationOptions, InstanceType: 'm5.4xlarge', BlockDeviceMappings: encryptedRoot() },
      ],
      [
        'UnsupportedHibernationConfiguration',
        /m1.small does not support it/,
        { HibernationOptions, InstanceType: 'm1.small', BlockDeviceMappings: encryptedRoot() },
      ],
      [
        'InvalidParameterCombination',
        /both/,
        { HibernationOptions, EnclaveOptions: { Enabled: true }, BlockDeviceMappings: encryptedRoot() },
      ],
      ['Unsupported', /t3.micro does not support Nitro Enclaves/, { EnclaveOptions: { Enabled: true } }],
      ['Unsupported', /t3.micro does not support AMD SEV-SNP/, { CpuOptions: { AmdSevSnp: 'enabled' } }],
    ];
    for (const [code, message, input] of cases) {
      const refused = await refusal(run(world, input));
      assert.equal(refused.code, code);
      assert.match(refused.message, message);
    }
  });

  test('enclaves and encrypted memory are shown where they were asked for', async (t) => {
    const world = await ec2World(t);
    const made = await run(world, {
      InstanceType: 'c6a.xlarge',
      EnclaveOptions: { Enabled: true },
      CpuOptions: { AmdSevSnp: 'enabled' },
    });
    const { CpuOptions, EnclaveOptions } = await described(world, made.InstanceId!);
    assert.deepEqual(EnclaveOptions, { Enabled: true });
    assert.deepEqual(CpuOptions, { CoreCount: 2, ThreadsPerCore: 2, AmdSevSnp: 'enabled' });
  });
});
