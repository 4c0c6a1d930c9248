/** How EC2 takes requests: ids, filters, pages, tags, client tokens, and EBS's own parameters. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  AttachVolumeCommand,
  CreateSnapshotCommand,
  CreateTagsCommand,
  CreateVolumeCommand,
  type CreateVolumeCommandInput,
  DeleteTagsCommand,
  DeleteVolumeCommand,
  DescribeAvailabilityZonesCommand,
  DescribeInstanceAttributeCommand,
  DescribeInstanceStatusCommand,
  DescribeInstancesCommand,
  DescribeTagsCommand,
  DescribeVolumesCommand,
  DetachVolumeCommand,
  DisableEbsEncryptionByDefaultCommand,
  EC2Client,
  EnableEbsEncryptionByDefaultCommand,
  type Filter,
  GetEbsDefaultKmsKeyIdCommand,
  GetEbsEncryptionByDefaultCommand,
  ModifyEbsDefaultKmsKeyIdCommand,
  ModifyInstanceAttributeCommand,
  ModifySnapshotAttributeCommand,
  ResetEbsDefaultKmsKeyIdCommand,
  RunInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { ACCOUNT, ZONE } from '../worlds/account.ts';
import { ec2World, type World } from '../worlds/ec2.ts';
import { refusal, refusalText } from '../worlds/server.ts';

const newVolume = async (world: World, input: Partial<CreateVolumeCommandInput> = {}): Promise<string> => {
  const { VolumeId } = await world.ec2.send(
    new CreateVolumeCommand({ AvailabilityZone: ZONE, Size: 1, ...input }),
  );
  return VolumeId!;
};

describe('ids', () => {
  test('that are malformed or not there get AWS’s errors', async (t) => {
    const { ec2 } = await ec2World(t);
    const volumes = (...VolumeIds: string[]) =>
      refusalText(ec2.send(new DescribeVolumesCommand({ VolumeIds })));
    const instances = (...InstanceIds: string[]) =>
      refusalText(ec2.send(new DescribeInstancesCommand({ InstanceIds })));
    assert.equal(
      await volumes('foo'),
      "InvalidParameterValue: Value (foo) for parameter volumeId is invalid. Expected: 'vol-...'.",
    );
    assert.equal(
      await volumes('vol-0123456789abcdef0'),
      "InvalidVolume.NotFound: The volume 'vol-0123456789abcdef0' does not exist.",
    );
    assert.equal(
      await instances('i-xyz'),
      'InvalidInstanceID.Malformed: Invalid id: "i-xyz" (expecting "i-...")',
    );
    assert.equal(
      await instances('i-0123456789abcdef0'),
      "InvalidInstanceID.NotFound: The instance ID 'i-0123456789abcdef0' does not exist",
    );
    assert.equal(
      await instances('i-0123456789abcdef0', 'i-0123456789abcdef1'),
      "InvalidInstanceID.NotFound: The instance IDs 'i-0123456789abcdef0, i-0123456789abcdef1' do not exist",
    );
    assert.equal(
      await refusalText(ec2.send(new StartInstancesCommand({ InstanceIds: ['i-0123456789abcdef0'] }))),
      "InvalidInstanceID.NotFound: The instance ID 'i-0123456789abcdef0' does not exist",
    );
  });

  test('of one account or region are not there in another', async (t) => {
    const world = await ec2World(t);
    const id = await newVolume(world);
    const elsewhere = [
      world.server.client(EC2Client, await world.server.root('210987654321')),
      world.server.client(EC2Client, undefined, { region: 'eu-west-1' }),
    ];
    for (const client of elsewhere) {
      const gone = await refusal(client.send(new DeleteVolumeCommand({ VolumeId: id })));
      assert.equal(gone.code, 'InvalidVolume.NotFound');
    }
  });
});

describe('filters', () => {
  test('add up, have alternatives and wildcards, and are refused when unknown', async (t) => {
    const world = await ec2World(t);
    const tagged = (Name: string, Size: number) =>
      newVolume(world, {
        Size,
        TagSpecifications: [{ ResourceType: 'volume', Tags: [{ Key: 'Name', Value: Name }] }],
      });
    const ids = {
      web: await tagged('web-1', 1),
      star: await tagged('we*b', 2),
      data: await tagged('data', 3),
    };
    await world.server.settled();
    const found = async (...Filters: Filter[]) => {
      const { Volumes } = await world.ec2.send(new DescribeVolumesCommand({ Filters }));
      const names = new Map(Object.entries(ids).map(([name, id]) => [id, name]));
      return Volumes!.map(({ VolumeId }) => names.get(VolumeId!)).sort();
    };
    const filter = (Name: string, ...Values: string[]) => ({ Name, Values });
    assert.deepEqual(await found(filter('tag:Name', 'web-1')), ['web']);
    assert.deepEqual(await found(filter('tag:Name', 'we*')), ['star', 'web']);
    assert.deepEqual(await found(filter('tag:Name', 'we\\*b')), ['star']);
    assert.deepEqual(await found(filter('tag:Name', 'web-?', 'data')), ['data', 'web']);
    assert.deepEqual(await found(filter('tag:Name', 'we*'), filter('size', '2')), ['star']);
    assert.deepEqual(await found(filter('tag-key', 'Name'), filter('status', 'available')), [
      'data',
      'star',
      'web',
    ]);
    assert.deepEqual(await found(filter('encrypted', 'true')), []);
    const refused = await refusal(found(filter('colour', 'red')));
    assert.equal(refused.code, 'InvalidParameterValue');
    assert.equal(refused.message, "The filter 'colour' is invalid");
  });

  test('of instances reach their volumes and network interfaces', async (t) => {
    const world = await ec2World(t);
    const id = await world.run({
      BlockDeviceMappings: [{ DeviceName: '/dev/sdf', Ebs: { VolumeSize: 1, DeleteOnTermination: false } }],
    });
    const other = await world.run({});
    await world.server.settled();
    const { PrivateIpAddress: ip, BlockDeviceMappings: devices } = await world.instance(id);
    const found = async (Name: string, Value: string) => {
      const { Reservations } = await world.ec2.send(
        new DescribeInstancesCommand({ Filters: [{ Name, Values: [Value] }] }),
      );
      return Reservations!.flatMap(({ Instances }) => Instances!.map(({ InstanceId }) => InstanceId));
    };
    assert.deepEqual(await found('private-ip-address', ip!), [id]);
    assert.deepEqual(await found('network-interface.addresses.private-ip-address', ip!), [id]);
    assert.deepEqual(await found('block-device-mapping.volume-id', devices![0]!.Ebs!.VolumeId!), [id]);
    assert.deepEqual(await found('block-device-mapping.delete-on-termination', 'false'), [id]);
    assert.deepEqual((await found('instance-state-name', 'running')).sort(), [id, other].sort());
    assert.deepEqual(await found('instance-state-code', '80'), []);
  });
});

describe('pages', () => {
  test('show everything once, in order, whatever their size', async (t) => {
    const world = await ec2World(t);
    const made = await Promise.all(Array.from({ length: 12 }, () => newVolume(world)));
    const seen: string[] = [];
    const sizes: number[] = [];
    let NextToken: string | undefined;
    do {
      const page = await world.ec2.send(new DescribeVolumesCommand({ MaxResults: 5, NextToken }));
      sizes.push(page.Volumes!.length);
      seen.push(...page.Volumes!.map(({ VolumeId }) => VolumeId!));
      NextToken = page.NextToken;
    } while (NextToken);
    assert.deepEqual(sizes, [5, 5, 2]);
    assert.deepEqual(seen, made.sort());
  });

  test('of a bad size, with ids, or with a made-up token are refused', async (t) => {
    const world = await ec2World(t);
    const id = await newVolume(world);
    const describeVolumes = (input: object) => refusal(world.ec2.send(new DescribeVolumesCommand(input)));
    assert.deepEqual(await describeVolumes({ MaxResults: 1 }), {
      code: 'InvalidParameterValue',
      message: 'Value ( 1 ) for parameter maxResults is invalid. Expecting a value greater than 5.',
      status: 400,
    });
    assert.equal(
      (await describeVolumes({ VolumeIds: [id], MaxResults: 5 })).code,
      'InvalidParameterCombination',
    );
    assert.equal((await describeVolumes({ NextToken: 'made-up' })).code, 'InvalidParameterValue');
  });
});

describe('tags', () => {
  test('are added, overwritten, described, and removed by key or by value', async (t) => {
    const world = await ec2World(t);
    const id = await newVolume(world);
    const { SubnetId: subnetId } = await world.instance(await world.run());
    const add = (...Tags: { Key: string; Value: string }[]) =>
      world.ec2.send(new CreateTagsCommand({ Resources: [id, subnetId!], Tags }));
    await add({ Key: 'Owner', Value: 'john' }, { Key: 'Stage', Value: 'test' });
    await add({ Key: 'Stage', Value: 'live' });
    const shown = async () => {
      const { Tags } = await world.ec2.send(
        new DescribeTagsCommand({ Filters: [{ Name: 'resource-id', Values: [id] }] }),
      );
      return Tags!.map(({ Key, Value, ResourceType }) => `${ResourceType} ${Key}=${Value}`);
    };
    assert.deepEqual(await shown(), ['volume Owner=john', 'volume Stage=live']);
    const { Tags: subnetTags } = await world.ec2.send(
      new DescribeTagsCommand({ Filters: [{ Name: 'resource-type', Values: ['subnet'] }] }),
    );
    assert.equal(subnetTags!.length, 2);
    const remove = (Key: string, Value?: string) =>
      world.ec2.send(new DeleteTagsCommand({ Resources: [id], Tags: [{ Key, Value }] }));
    await remove('Stage', 'test');
    assert.deepEqual(await shown(), ['volume Owner=john', 'volume Stage=live']);
    await remove('Stage', 'live');
    await remove('Owner');
    assert.deepEqual(await shown(), []);
  });

  test('that AWS keeps for itself, and resources that are not there, are refused', async (t) => {
    const world = await ec2World(t);
    const id = await newVolume(world);
    const add = (resource: string, Key: string) =>
      refusal(world.ec2.send(new CreateTagsCommand({ Resources: [resource], Tags: [{ Key, Value: 'x' }] })));
    assert.equal((await add(id, 'aws:mine')).code, 'InvalidParameterValue');
    assert.equal((await add('nonsense', 'k')).code, 'InvalidID');
    assert.equal((await add('vol-0123456789abcdef0', 'k')).code, 'InvalidVolume.NotFound');
    const many = Array.from({ length: 51 }, (_, index) => ({ Key: `k${index}`, Value: '' }));
    const tooMany = await refusal(world.ec2.send(new CreateTagsCommand({ Resources: [id], Tags: many })));
    assert.equal(tooMany.code, 'TagLimitExceeded');
  });
});

describe('client tokens', () => {
  test('make a repeated call answer with what the first made, and other parameters a mismatch', async (t) => {
    const world = await ec2World(t);
    const input = { AvailabilityZone: ZONE, Size: 1, ClientToken: 'one' };
    const first = await world.ec2.send(new CreateVolumeCommand(input));
    const again = await world.ec2.send(new CreateVolumeCommand(input));
    assert.equal(again.VolumeId, first.VolumeId);
    const other = await refusal(world.ec2.send(new CreateVolumeCommand({ ...input, Size: 2 })));
    assert.equal(other.code, 'IdempotentParameterMismatch');
    // Of another case it is another, and so is one with a character more, up to 64.
    const others = ['One', 'x'.repeat(63), 'x'.repeat(64)].map((ClientToken) => ({ ...input, ClientToken }));
    const made = [first.VolumeId];
    for (const each of others) made.push((await world.ec2.send(new CreateVolumeCommand(each))).VolumeId);
    assert.equal(new Set(made).size, 4);
    const long = new CreateVolumeCommand({ ...input, ClientToken: 'x'.repeat(65) });
    assert.equal((await refusal(world.ec2.send(long))).code, 'InvalidParameterValue');

    const launch = {
      ImageId: world.imageId,
      InstanceType: 't3.micro' as const,
      MinCount: 2,
      MaxCount: 2,
      ClientToken: 'two',
    };
    const ids = async () => {
      const { Instances } = await world.ec2.send(new RunInstancesCommand(launch));
      return Instances!.map(({ InstanceId }) => InstanceId);
    };
    const launched = await ids();
    assert.equal(launched.length, 2);
    assert.deepEqual(await ids(), launched);
    const { Reservations } = await world.ec2.send(new DescribeInstancesCommand({}));
    assert.equal(Reservations!.length, 1);
    assert.equal(Reservations![0]!.Instances!.length, 2);
  });
});

describe('volumes', () => {
  const wrong: [string, Partial<CreateVolumeCommandInput>, string][] = [
    ['neither size nor snapshot', { Size: undefined }, 'MissingParameter'],
    ['an unknown zone', { AvailabilityZone: 'us-east-1z' }, 'InvalidZone.NotFound'],
    ['a size beyond the type', { Size: 2000, VolumeType: 'standard' }, 'InvalidParameterValue'],
    ['io1 without iops', { Size: 10, VolumeType: 'io1' }, 'MissingParameter'],
    ['gp2 with iops', { Iops: 3000, VolumeType: 'gp2' }, 'InvalidParameterCombination'],
    ['too many iops for the size', { Size: 10, VolumeType: 'io1', Iops: 5000 }, 'InvalidParameterValue'],
    ['throughput on gp2', { Throughput: 125, VolumeType: 'gp2' }, 'InvalidParameterCombination'],
    ['a malformed snapshot', { SnapshotId: 'nonsense' }, 'InvalidSnapshotID.Malformed'],
    [
      'an unknown snapshot',
      { SnapshotId: 'snap-0123456789abcdef0', Size: undefined },
      'InvalidSnapshot.NotFound',
    ],
  ];
  for (const [name, input, code] of wrong) {
    test(`are refused with ${name}`, async (t) => {
      const world = await ec2World(t);
      assert.equal((await refusal(newVolume(world, input))).code, code);
    });
  }

  test('of a launch come from snapshots that there are, one’s own or shared', async (t) => {
    const world = await ec2World(t);
    const other = world.server.client(EC2Client, await world.server.root('210987654321'));
    const { VolumeId: source } = await other.send(
      new CreateVolumeCommand({ AvailabilityZone: ZONE, Size: 2 }),
    );
    await world.server.settled();
    const { SnapshotId: shared } = await other.send(new CreateSnapshotCommand({ VolumeId: source }));
    await world.server.settled();
    const run = (SnapshotId: string) =>
      world.run({ BlockDeviceMappings: [{ DeviceName: '/dev/sdf', Ebs: { SnapshotId } }] });
    assert.equal((await refusal(run('nonsense'))).code, 'InvalidSnapshotID.Malformed');
    assert.equal((await refusal(run(shared!))).code, 'InvalidSnapshot.NotFound');
    await other.send(
      new ModifySnapshotAttributeCommand({
        SnapshotId: shared,
        CreateVolumePermission: { Add: [{ UserId: ACCOUNT }] },
      }),
    );
    const { BlockDeviceMappings: devices } = await world.instance(await run(shared!));
    const data = devices!.find(({ DeviceName }) => DeviceName === '/dev/sdf')!;
    const volume = await world.volume(data.Ebs!.VolumeId!);
    assert.deepEqual([volume!.Size, volume!.SnapshotId], [2, shared]);
  });

  test('come with the performance of their type', async (t) => {
    const world = await ec2World(t);
    const make = async (input: Partial<CreateVolumeCommandInput>) => {
      const { VolumeType, Iops, Throughput, SnapshotId, Attachments, KmsKeyId, State } = await world.ec2.send(
        new CreateVolumeCommand({ AvailabilityZone: ZONE, Size: 100, ...input }),
      );
      assert.deepEqual([SnapshotId, Attachments, KmsKeyId, State], ['', undefined, undefined, 'creating']);
      return [VolumeType, Iops, Throughput];
    };
    assert.deepEqual(await make({}), ['gp2', 300, undefined]);
    assert.deepEqual(await make({ VolumeType: 'gp3' }), ['gp3', 3000, 125]);
    assert.deepEqual(await make({ VolumeType: 'io2', Iops: 4000 }), ['io2', 4000, undefined]);
    assert.deepEqual(await make({ VolumeType: 'standard' }), ['standard', undefined, undefined]);
  });

  test('are attached once, in their zone, at a free device, and deleted only when free', async (t) => {
    const world = await ec2World(t);
    const [one, other] = [
      await world.run({ Placement: { AvailabilityZone: ZONE } }),
      await world.run({ Placement: { AvailabilityZone: ZONE } }),
    ];
    const [id, second, away] = [
      await newVolume(world),
      await newVolume(world),
      await newVolume(world, { AvailabilityZone: 'us-east-1b' }),
    ];
    await world.server.settled();
    const attach = (VolumeId: string, InstanceId: string, Device: string) =>
      world.ec2.send(new AttachVolumeCommand({ VolumeId, InstanceId, Device }));
    await attach(id, one, '/dev/sdf');
    await world.server.settled();
    assert.equal((await refusal(attach(id, other, '/dev/sdf'))).code, 'VolumeInUse');
    assert.equal((await refusal(attach(second, one, '/dev/sdf'))).code, 'InvalidParameterValue');
    assert.equal((await refusal(attach(second, one, 'floppy'))).code, 'InvalidParameterValue');
    assert.equal((await refusal(attach(away, one, '/dev/sdg'))).code, 'InvalidVolume.ZoneMismatch');
    const inUse = await refusal(world.ec2.send(new DeleteVolumeCommand({ VolumeId: id })));
    assert.equal(inUse.code, 'VolumeInUse');
    const free = await refusal(world.ec2.send(new DetachVolumeCommand({ VolumeId: second })));
    assert.equal(free.code, 'IncorrectState');
    const wrongInstance = await refusal(
      world.ec2.send(new DetachVolumeCommand({ VolumeId: id, InstanceId: other })),
    );
    assert.equal(wrongInstance.code, 'InvalidAttachment.NotFound');
    const root = (await world.instance(one)).BlockDeviceMappings!.find(
      ({ DeviceName }) => DeviceName === '/dev/xvda',
    )!;
    const rootDetached = await refusal(
      world.ec2.send(new DetachVolumeCommand({ VolumeId: root.Ebs!.VolumeId })),
    );
    assert.equal(rootDetached.code, 'OperationNotPermitted');
    await world.ec2.send(new DetachVolumeCommand({ VolumeId: id }));
    await world.server.settled();
    await world.ec2.send(new DeleteVolumeCommand({ VolumeId: id }));
    await world.server.settled();
    assert.equal(await world.volume(id), undefined);
  });
});

describe('encryption by default', () => {
  test('is a switch and a key for each region', async (t) => {
    const world = await ec2World(t);
    const { ec2 } = world;
    const keyArn = await world.newKey();
    assert.equal((await ec2.send(new GetEbsDefaultKmsKeyIdCommand({}))).KmsKeyId, 'alias/aws/ebs');
    assert.equal((await ec2.send(new GetEbsEncryptionByDefaultCommand({}))).EbsEncryptionByDefault, false);
    await ec2.send(new EnableEbsEncryptionByDefaultCommand({}));
    const modified = await ec2.send(new ModifyEbsDefaultKmsKeyIdCommand({ KmsKeyId: keyArn.split('/')[1]! }));
    assert.equal(modified.KmsKeyId, keyArn);
    const id = await newVolume(world);
    const instanceId = await world.run();
    await world.server.settled();
    assert.equal((await world.volume(id))?.KmsKeyId, keyArn);
    const root = (await world.instance(instanceId)).BlockDeviceMappings![0]!.Ebs!.VolumeId!;
    assert.equal((await world.volume(root))?.KmsKeyId, keyArn);
    const elsewhere = world.server.client(EC2Client, undefined, { region: 'eu-west-1' });
    assert.equal(
      (await elsewhere.send(new GetEbsEncryptionByDefaultCommand({}))).EbsEncryptionByDefault,
      false,
    );
    assert.equal((await ec2.send(new ResetEbsDefaultKmsKeyIdCommand({}))).KmsKeyId, 'alias/aws/ebs');
    await ec2.send(new DisableEbsEncryptionByDefaultCommand({}));
    const plain = await newVolume(world);
    assert.equal((await world.volume(plain))?.Encrypted, false);
  });
});

describe('instances', () => {
  test('stop, start, and end; DeleteOnTermination decides about each volume', async (t) => {
    const world = await ec2World(t);
    const id = await world.run({
      BlockDeviceMappings: [
        { DeviceName: '/dev/sdf', Ebs: { VolumeSize: 1, DeleteOnTermination: false } },
        { DeviceName: '/dev/sdg', Ebs: { VolumeSize: 1 } },
      ],
    });
    await world.server.settled();
    const running = await world.instance(id);
    assert.equal(running.State?.Name, 'running');
    const volumeAt = (device: string) =>
      running.BlockDeviceMappings!.find(({ DeviceName }) => DeviceName === device)!.Ebs!.VolumeId!;
    const [kept, going] = [volumeAt('/dev/sdf'), volumeAt('/dev/sdg')];
    assert.ok(running.PublicIpAddress);

    await world.ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));
    await world.server.settled();
    const stopped = await world.instance(id);
    assert.match(stopped.StateTransitionReason!, /^User initiated \(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d GMT\)$/);
    assert.equal(stopped.StateReason?.Code, 'Client.UserInitiatedShutdown');
    assert.equal(stopped.PublicIpAddress, undefined);
    assert.equal(stopped.PrivateIpAddress, running.PrivateIpAddress);
    const notRunning = await world.ec2.send(new DescribeInstanceStatusCommand({ InstanceIds: [id] }));
    assert.deepEqual(notRunning.InstanceStatuses, []);
    const all = await world.ec2.send(
      new DescribeInstanceStatusCommand({ InstanceIds: [id], IncludeAllInstances: true }),
    );
    assert.equal(all.InstanceStatuses![0]!.InstanceState!.Name, 'stopped');

    await world.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
    await world.server.settled();
    const ended = await world.instance(id);
    assert.equal(ended.State?.Name, 'terminated');
    assert.deepEqual(ended.BlockDeviceMappings, []);
    assert.equal(ended.SubnetId, undefined);
    assert.equal((await world.volume(kept))?.State, 'available');
    assert.equal(await world.volume(going), undefined);
    const late = await refusal(world.ec2.send(new StartInstancesCommand({ InstanceIds: [id] })));
    assert.equal(late.code, 'IncorrectInstanceState');
    await world.server.advance(3_700_000);
    const gone = await refusal(world.instance(id));
    assert.equal(gone.code, 'InvalidInstanceID.NotFound');
  });

  test('have attributes, some of which protect them or need them stopped', async (t) => {
    const world = await ec2World(t);
    const id = await world.run();
    await world.server.settled();
    const modify = (input: object) =>
      world.ec2.send(new ModifyInstanceAttributeCommand({ InstanceId: id, ...input }));
    const { DisableApiTermination: before } = await world.ec2.send(
      new DescribeInstanceAttributeCommand({ InstanceId: id, Attribute: 'disableApiTermination' }),
    );
    assert.equal(before?.Value, false);
    await modify({ DisableApiTermination: { Value: true } });
    const protectedOne = await refusal(world.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] })));
    assert.equal(protectedOne.code, 'OperationNotPermitted');
    assert.equal(
      (await refusal(modify({ InstanceType: { Value: 't3.large' } }))).code,
      'IncorrectInstanceState',
    );
    await world.ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));
    await world.server.settled();
    await modify({ InstanceType: { Value: 't3.large' } });
    await modify({ BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { DeleteOnTermination: false } }] });
    const shown = await world.instance(id);
    assert.equal(shown.InstanceType, 't3.large');
    assert.equal(shown.BlockDeviceMappings![0]!.Ebs!.DeleteOnTermination, false);
  });
});

test('every region has its zones', async (t) => {
  const world = await ec2World(t);
  const { AvailabilityZones: zones } = await world.ec2.send(new DescribeAvailabilityZonesCommand({}));
  assert.deepEqual(
    zones!.map(({ ZoneName, ZoneId }) => `${ZoneName} ${ZoneId}`),
    ['a use1-az1', 'b use1-az2', 'c use1-az3', 'd use1-az4', 'e use1-az5', 'f use1-az6'].map(
      (zone) => `us-east-1${zone}`,
    ),
  );
});
