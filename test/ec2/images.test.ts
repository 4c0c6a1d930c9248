/** Images: public ones, those made of instances and of snapshots, copies under a key, and sharing. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CopyImageCommand,
  type CopyImageCommandInput,
  CreateImageCommand,
  CreateSnapshotCommand,
  CreateVolumeCommand,
  DeleteSnapshotCommand,
  DeregisterImageCommand,
  DescribeImageAttributeCommand,
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeSnapshotsCommand,
  DisableImageBlockPublicAccessCommand,
  EC2Client,
  EnableEbsEncryptionByDefaultCommand,
  ModifyImageAttributeCommand,
  RegisterImageCommand,
  ResetImageAttributeCommand,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { DisableKeyCommand } from '@aws-sdk/client-kms';
import { ACCOUNT, allowing, denying, ZONE } from '../worlds/account.ts';
import { ec2World, kmsCalls, type World } from '../worlds/ec2.ts';
import { refusal } from '../worlds/server.ts';

const OTHER = '111122223333';
const HOUR_MS = 3_600_000;

const imageOf = async (ec2: EC2Client, imageId: string) =>
  (await ec2.send(new DescribeImagesCommand({ ImageIds: [imageId] }))).Images![0]!;

async function goldenImage(world: World, Name = 'golden', kmsKeyId?: string): Promise<string> {
  const InstanceId = await world.run({
    BlockDeviceMappings: kmsKeyId
      ? [{ DeviceName: '/dev/xvda', Ebs: { Encrypted: true, KmsKeyId: kmsKeyId } }]
      : undefined,
  });
  await world.server.settled();
  const { ImageId } = await world.ec2.send(new CreateImageCommand({ InstanceId, Name }));
  await world.server.settled();
  return ImageId!;
}

const copyOf = async (world: World, SourceImageId: string, input: Partial<CopyImageCommandInput> = {}) => {
  const { ImageId } = await world.ec2.send(
    new CopyImageCommand({ SourceImageId, SourceRegion: 'us-east-1', Name: 'copy', ...input }),
  );
  await world.server.settled();
  return imageOf(world.ec2, ImageId!);
};

describe('public images', () => {
  test('are the same for everybody, and can be looked for by owner and name', async (t) => {
    const { ec2, server } = await ec2World(t);
    const ask = { Owners: ['amazon'], Filters: [{ Name: 'name', Values: ['al2023-ami-2023.*-x86_64'] }] };
    const { Images: found } = await ec2.send(new DescribeImagesCommand(ask));
    assert.equal(found!.length, 1);
    assert.equal(found![0]!.ImageOwnerAlias, 'amazon');
    const foreign = server.client(EC2Client, await server.root(OTHER));
    assert.deepEqual((await foreign.send(new DescribeImagesCommand(ask))).Images, found);
    assert.deepEqual((await ec2.send(new DescribeImagesCommand({ Owners: ['self'] }))).Images, []);
    // As well-known modules look for Amazon Linux 2.
    for (const name of ['hvm-2.*-x86_64-ebs', 'hvm-*-x86_64-gp2', 'kernel-5.10-hvm-*-arm64-gp2']) {
      const Filters = [{ Name: 'name', Values: [`amzn2-ami-${name}`] }];
      const { Images: matching } = await ec2.send(new DescribeImagesCommand({ Owners: ['amazon'], Filters }));
      assert.equal(matching!.length, 1, name);
    }
  });

  test('are refused by ids that no image has', async (t) => {
    const { ec2 } = await ec2World(t);
    const ask = (id: string) => refusal(imageOf(ec2, id));
    assert.deepEqual(await ask('ami-0123456789abcdef0'), {
      code: 'InvalidAMIID.NotFound',
      message: "The image id '[ami-0123456789abcdef0]' does not exist",
      status: 400,
    });
    assert.equal((await ask('golden')).code, 'InvalidAMIID.Malformed');
  });
});

describe('an image of an instance', () => {
  test('is pending until the snapshots of its volumes are complete, and launches what the instance was', async (t) => {
    const world = await ec2World(t, { delays: 1 });
    const { ec2, server } = world;
    const InstanceId = await world.run({
      BlockDeviceMappings: [{ DeviceName: '/dev/sdf', Ebs: { VolumeSize: 2, VolumeType: 'gp3' } }],
    });
    await server.advance(60_000);
    const made = await ec2.send(
      new CreateImageCommand({
        InstanceId,
        Name: 'golden',
        Description: 'as it should be',
        BlockDeviceMappings: [{ DeviceName: '/dev/sdg', Ebs: { VolumeSize: 3 } }],
        TagSpecifications: [
          { ResourceType: 'image', Tags: [{ Key: 'of', Value: 'image' }] },
          { ResourceType: 'snapshot', Tags: [{ Key: 'of', Value: 'snapshot' }] },
        ],
      }),
    );
    const ImageId = made.ImageId!;
    assert.equal((await imageOf(ec2, ImageId)).State, 'pending');
    const launch = () => world.run({ ImageId });
    assert.equal((await refusal(launch())).code, 'InvalidAMIID.Unavailable');

    await server.advance(60_000);
    const image = await imageOf(ec2, ImageId);
    assert.equal(image.State, 'available');
    assert.equal(image.SourceInstanceId, InstanceId);
    assert.deepEqual(image.Tags, [{ Key: 'of', Value: 'image' }]);
    assert.deepEqual(
      image.BlockDeviceMappings!.map(({ DeviceName, Ebs }) => [DeviceName, Ebs!.VolumeSize, Ebs!.VolumeType]),
      [
        ['/dev/sdf', 2, 'gp3'],
        ['/dev/xvda', 8, 'gp3'],
        ['/dev/sdg', 3, 'gp2'],
      ],
    );
    const { Snapshots: snapshots } = await ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'] }));
    assert.equal(snapshots!.length, 2);
    for (const snapshot of snapshots!) {
      assert.equal(snapshot.Description, `Created by CreateImage(${InstanceId}) for ${ImageId}`);
      assert.deepEqual(snapshot.Tags, [{ Key: 'of', Value: 'snapshot' }]);
    }
    const twin = await launch();
    await server.advance(60_000);
    const { State, BlockDeviceMappings } = await world.instance(twin);
    assert.equal(State!.Name, 'running');
    assert.equal(BlockDeviceMappings!.length, 3);
    const states = (await world.events()).filter((event) => event['detail-type'] === 'EC2 AMI State Change');
    assert.deepEqual(
      states.map(({ detail }) => [detail.ImageId, detail.State]),
      [[ImageId, 'available']],
    );
  });

  test('of encrypted volumes asks nothing of KMS, and stays encrypted under their key', async (t) => {
    const world = await ec2World(t);
    const key = await world.newKey();
    const imageId = await goldenImage(world, 'golden', key);
    const trail = await world.trail();
    const creation = trail.find(({ eventName }) => eventName === 'CreateImage')!;
    const later = kmsCalls(trail, creation.eventID).map(({ eventName }) => eventName);
    assert.deepEqual(
      later.filter((name) => name !== 'RetireGrant'),
      [],
    );

    const InstanceId = await world.run({ ImageId: imageId });
    await world.server.settled();
    const { BlockDeviceMappings, State } = await world.instance(InstanceId);
    assert.equal(State!.Name, 'running');
    const root = await world.volume(BlockDeviceMappings![0]!.Ebs!.VolumeId!);
    assert.equal(root!.KmsKeyId, key);
  });

  test('has a name that no other image of the account has', async (t) => {
    const world = await ec2World(t);
    const imageId = await goldenImage(world);
    const { Reservations } = await world.ec2.send(new DescribeInstancesCommand({}));
    const InstanceId = Reservations![0]!.Instances![0]!.InstanceId!;
    const again = (Name: string) => refusal(world.ec2.send(new CreateImageCommand({ InstanceId, Name })));
    assert.deepEqual(await again('golden'), {
      code: 'InvalidAMIName.Duplicate',
      message: `AMI name golden is already in use by AMI ${imageId}`,
      status: 400,
    });
    for (const name of ['golden$', 'ab', 'x'.repeat(129)]) {
      assert.equal((await again(name)).code, 'InvalidAMIName.Malformed', name);
    }
  });
});

describe('an image of snapshots', () => {
  test('is registered, keeps its snapshot from deletion, and lets it go when it is deregistered', async (t) => {
    const { ec2, server } = await ec2World(t);
    const { VolumeId } = await ec2.send(new CreateVolumeCommand({ AvailabilityZone: ZONE, Size: 1 }));
    await server.settled();
    const { SnapshotId } = await ec2.send(new CreateSnapshotCommand({ VolumeId }));
    await server.settled();
    const device = {
      DeviceName: '/dev/xvda',
      Ebs: { SnapshotId, VolumeSize: 2, VolumeType: 'gp3' as const },
    };
    const { ImageId } = await ec2.send(
      new RegisterImageCommand({
        Name: 'registered',
        RootDeviceName: '/dev/xvda',
        Architecture: 'x86_64',
        VirtualizationType: 'hvm',
        EnaSupport: true,
        BlockDeviceMappings: [device, { DeviceName: '/dev/sdb', VirtualName: 'ephemeral0' }],
      }),
    );
    const image = await imageOf(ec2, ImageId!);
    assert.deepEqual(image.BlockDeviceMappings![1], { DeviceName: '/dev/sdb', VirtualName: 'ephemeral0' });
    assert.equal(image.State, 'available');
    assert.equal(image.OwnerId, ACCOUNT);
    assert.deepEqual(image.BlockDeviceMappings![0]!.Ebs, {
      SnapshotId,
      VolumeSize: 2,
      VolumeType: 'gp3',
      Iops: 3000,
      Throughput: 125,
      Encrypted: false,
      DeleteOnTermination: true,
    });
    const deletion = () => ec2.send(new DeleteSnapshotCommand({ SnapshotId }));
    assert.deepEqual(await refusal(deletion()), {
      code: 'InvalidSnapshot.InUse',
      message: `The snapshot ${SnapshotId} is currently in use by ${ImageId}`,
      status: 400,
    });
    await ec2.send(new DeregisterImageCommand({ ImageId }));
    assert.equal(await imageOf(ec2, ImageId!), undefined);
    await deletion();
  });

  test('is remembered once deregistered, while instances refer to it', async (t) => {
    const world = await ec2World(t);
    const ImageId = await goldenImage(world);
    const InstanceIds = [await world.run({ ImageId })];
    await world.server.settled();
    const deregister = () => world.ec2.send(new DeregisterImageCommand({ ImageId }));
    const shown = (...ImageIds: string[]) => world.ec2.send(new DescribeImagesCommand({ ImageIds }));
    const listed = async () =>
      (await world.ec2.send(new DescribeImagesCommand({ Owners: ['self'] }))).Images!;
    await world.ec2.send(
      new ModifyImageAttributeCommand({ ImageId, LaunchPermission: { Add: [{ UserId: ACCOUNT }] } }),
    );
    await deregister();
    for (const hours of [0, 1, 24]) {
      await world.server.advance(hours * HOUR_MS);
      assert.deepEqual((await shown(ImageId)).Images, []);
      assert.deepEqual(await listed(), []);
      assert.deepEqual(await refusal(deregister()), {
        code: 'InvalidAMIID.Unavailable',
        message: `The image ID '${ImageId}' is no longer available`,
        status: 400,
      });
      const never = await refusal(shown(ImageId, 'ami-0123456789abcdef0'));
      assert.equal(never.message, "The image id '[ami-0123456789abcdef0]' does not exist");
      assert.equal((await refusal(world.run({ ImageId }))).code, 'InvalidAMIID.NotFound');
    }
    await world.ec2.send(new TerminateInstancesCommand({ InstanceIds }));
    await world.server.advance(HOUR_MS);
    assert.equal((await refusal(shown(ImageId))).code, 'InvalidAMIID.NotFound');
    assert.equal((await refusal(deregister())).code, 'InvalidAMIID.NotFound');
  });

  test('hands its instance store volumes on to what is made of it, but for those mapped otherwise', async (t) => {
    const world = await ec2World(t);
    const { ec2, server } = world;
    const golden = await imageOf(ec2, await goldenImage(world));
    const stores = [1, 2, 3].map((n) => ({ DeviceName: `/dev/sd${n}`, VirtualName: `ephemeral${n}` }));
    const [one, two, three] = stores as [object, object, object];
    const { ImageId } = await ec2.send(
      new RegisterImageCommand({
        ...{ Name: 'with-stores', RootDeviceName: '/dev/xvda', Architecture: 'x86_64' },
        ...{ VirtualizationType: 'hvm', EnaSupport: true },
        BlockDeviceMappings: [
          {
            DeviceName: '/dev/xvda',
            Ebs: { SnapshotId: golden.BlockDeviceMappings![0]!.Ebs!.SnapshotId },
          },
          ...stores,
        ],
      }),
    );
    const InstanceId = await world.run({ ImageId });
    await server.settled();
    const made = await ec2.send(
      new CreateImageCommand({
        ...{ InstanceId, Name: 'made-of-it' },
        BlockDeviceMappings: [
          { DeviceName: '/dev/sd1', NoDevice: '' },
          { DeviceName: '/dev/sd2', VirtualName: 'ephemeral0' },
        ],
      }),
    );
    await server.settled();
    const copied = await ec2.send(
      new CopyImageCommand({ Name: 'copied', SourceImageId: ImageId, SourceRegion: 'us-east-1' }),
    );
    const storesOf = async (id: string | undefined) =>
      (await imageOf(ec2, id!)).BlockDeviceMappings!.filter(({ VirtualName: name }) => name !== undefined);
    assert.deepEqual(await storesOf(made.ImageId), [three, { ...two, VirtualName: 'ephemeral0' }]);
    assert.deepEqual(await storesOf(copied.ImageId), [one, two, three]);
  });

  test('takes its snapshots with it where it is told to', async (t) => {
    const world = await ec2World(t);
    const imageId = await goldenImage(world);
    const { DeleteSnapshotResults: results } = await world.ec2.send(
      new DeregisterImageCommand({ ImageId: imageId, DeleteAssociatedSnapshots: true }),
    );
    assert.deepEqual(
      results!.map(({ ReturnCode }) => ReturnCode),
      ['success'],
    );
    const { Snapshots } = await world.ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'] }));
    assert.deepEqual(Snapshots, []);
  });
});

describe('a copy of an image', () => {
  test('has snapshots of its own, under the key that the request names', async (t) => {
    const world = await ec2World(t);
    const source = await goldenImage(world);
    const key = await world.newKey();
    const copy = await copyOf(world, source, { Encrypted: true, KmsKeyId: key });
    assert.equal(copy.State, 'available');
    assert.equal(copy.SourceImageId, source);
    const ebs = copy.BlockDeviceMappings![0]!.Ebs!;
    assert.equal(ebs.Encrypted, true);
    const { Snapshots: [snapshot] = [] } = await world.ec2.send(
      new DescribeSnapshotsCommand({ SnapshotIds: [ebs.SnapshotId!] }),
    );
    assert.equal(snapshot!.KmsKeyId, key);
    assert.match(
      snapshot!.Description!,
      new RegExp(`^Copied for DestinationAmi ${copy.ImageId} from SourceAmi ${source} `),
    );
    const trail = await world.trail();
    const request = trail.find(({ eventName }) => eventName === 'CopyImage')!.requestID;
    assert.deepEqual(
      trail
        .filter((event) => event.requestID === request && event.eventSource === 'kms.amazonaws.com')
        .map(({ eventName }) => eventName),
      ['DescribeKey', 'GenerateDataKeyWithoutPlaintext', 'CreateGrant', 'RetireGrant'],
    );
  });

  const plain = undefined;
  for (const { name, source, input, byDefault = false, expected } of [
    { name: 'an unencrypted image stays so', source: plain, input: {}, expected: plain },
    { name: 'an own encrypted image keeps its key', source: 'own', input: {}, expected: 'own' },
    {
      name: 'Encrypted alone keeps the key of an own image',
      source: 'own',
      input: { Encrypted: true },
      expected: 'own',
    },
    {
      name: 'Encrypted alone takes the default key',
      source: plain,
      input: { Encrypted: true },
      expected: 'aws/ebs',
    },
    {
      name: 'encryption by default takes the default key',
      source: plain,
      input: {},
      byDefault: true,
      expected: 'aws/ebs',
    },
  ] as const) {
    test(name, async (t) => {
      const world = await ec2World(t);
      const own = await world.newKey();
      const image = await goldenImage(world, 'golden', source && own);
      if (byDefault) await world.ec2.send(new EnableEbsEncryptionByDefaultCommand({}));
      const copy = await copyOf(world, image, input);
      assert.equal(copy.State, 'available');
      const { Snapshots: [snapshot] = [] } = await world.ec2.send(
        new DescribeSnapshotsCommand({ SnapshotIds: [copy.BlockDeviceMappings![0]!.Ebs!.SnapshotId!] }),
      );
      assert.equal(snapshot!.Encrypted, expected !== undefined);
      if (expected === 'own') assert.equal(snapshot!.KmsKeyId, own);
      if (expected === 'aws/ebs') assert.notEqual(snapshot!.KmsKeyId, own);
    });
  }

  test('fails later where KMS refuses the copying, and at once where the key cannot be used', async (t) => {
    const world = await ec2World(t);
    const source = await goldenImage(world);
    const key = await world.newKey();
    const john = await world.user('john', allowing('ec2:*', 'kms:*'), denying('kms:CreateGrant'));
    const ask = { SourceImageId: source, SourceRegion: 'us-east-1', Encrypted: true, KmsKeyId: key };
    const { ImageId } = await john.ec2.send(new CopyImageCommand({ ...ask, Name: 'denied' }));
    await world.server.settled();
    const failed = await imageOf(world.ec2, ImageId!);
    assert.equal(failed.State, 'failed');
    assert.match(failed.StateReason!.Message!, /Copy image failed/);
    assert.equal((await refusal(world.run({ ImageId }))).code, 'InvalidAMIID.Unavailable');

    await world.kms.send(new DisableKeyCommand({ KeyId: key }));
    assert.deepEqual(await refusal(world.ec2.send(new CopyImageCommand({ ...ask, Name: 'disabled' }))), {
      code: 'InvalidParameterValue',
      message: `The specified keyId ${key} is disabled`,
      status: 400,
    });
    const contradiction = new CopyImageCommand({ ...ask, Encrypted: false, Name: 'contradiction' });
    assert.equal((await refusal(world.ec2.send(contradiction))).code, 'InvalidParameterDependency');
  });

  test('goes to another region, and a repeated client token gives the same one', async (t) => {
    const world = await ec2World(t);
    const source = await goldenImage(world);
    const west = world.server.client(EC2Client, undefined, { region: 'us-west-2' });
    const ask = { SourceImageId: source, SourceRegion: 'us-east-1', Name: 'west', ClientToken: 'once' };
    const { ImageId } = await west.send(new CopyImageCommand(ask));
    assert.equal((await west.send(new CopyImageCommand(ask))).ImageId, ImageId);
    await world.server.settled();
    assert.equal((await imageOf(west, ImageId!)).State, 'available');
    assert.equal((await refusal(imageOf(world.ec2, ImageId!))).code, 'InvalidAMIID.NotFound');
    const run = { ImageId, InstanceType: 't3.micro' as const, MinCount: 1, MaxCount: 1 };
    await west.send(new RunInstancesCommand(run));
  });
});

describe('sharing an image', () => {
  const share = (ImageId: string, UserId = OTHER) =>
    new ModifyImageAttributeCommand({ ImageId, LaunchPermission: { Add: [{ UserId }] } });

  test('lets another account launch it, and nothing else', async (t) => {
    const world = await ec2World(t);
    const { ec2, server } = world;
    const ImageId = await goldenImage(world);
    const foreign = server.client(EC2Client, await server.root(OTHER));
    const launch = new RunInstancesCommand({ ImageId, InstanceType: 't3.micro', MinCount: 1, MaxCount: 1 });
    const closed = { code: 'AuthFailure', message: `Not authorized for images: [${ImageId}]`, status: 403 };
    assert.deepEqual(await refusal(foreign.send(launch)), closed);

    await ec2.send(share(ImageId));
    const { LaunchPermissions } = await ec2.send(
      new DescribeImageAttributeCommand({ ImageId, Attribute: 'launchPermission' }),
    );
    assert.deepEqual(LaunchPermissions, [{ UserId: OTHER }]);
    const { Instances } = await foreign.send(launch);
    await server.settled();
    const { Reservations } = await foreign.send(
      new DescribeInstancesCommand({ InstanceIds: [Instances![0]!.InstanceId!] }),
    );
    assert.equal(Reservations![0]!.Instances![0]!.State!.Name, 'running');

    assert.equal(
      (await refusal(foreign.send(share(ImageId)))).message,
      `Not authorized for image:${ImageId}`,
    );
    assert.equal(
      (
        await refusal(
          foreign.send(new DescribeImageAttributeCommand({ ImageId, Attribute: 'launchPermission' })),
        )
      ).code,
      'AuthFailure',
    );
    const { Images } = await foreign.send(new DescribeImagesCommand({ ExecutableUsers: ['self'] }));
    assert.deepEqual(
      Images!.map((image) => image.ImageId),
      [ImageId],
    );

    await ec2.send(new ResetImageAttributeCommand({ ImageId, Attribute: 'launchPermission' }));
    assert.deepEqual(await refusal(foreign.send(launch)), closed);
  });

  test('is refused for what is under aws/ebs, and with everybody for what is encrypted', async (t) => {
    const world = await ec2World(t);
    const plain = await goldenImage(world, 'plain');
    const managed = await copyOf(world, plain, { Name: 'managed', Encrypted: true });
    assert.deepEqual(await refusal(world.ec2.send(share(managed.ImageId!))), {
      code: 'InvalidParameter',
      message: "Snapshots encrypted with the AWS Managed CMK can't be shared. Specify another snapshot.",
      status: 400,
    });
    const own = await copyOf(world, plain, { Name: 'own', Encrypted: true, KmsKeyId: await world.newKey() });
    await world.ec2.send(share(own.ImageId!));
    const open = (ImageId: string) =>
      world.ec2.send(
        new ModifyImageAttributeCommand({ ImageId, LaunchPermission: { Add: [{ Group: 'all' }] } }),
      );
    assert.equal((await refusal(open(plain))).code, 'OperationNotPermitted');
    await world.ec2.send(new DisableImageBlockPublicAccessCommand({}));
    assert.equal((await refusal(open(own.ImageId!))).code, 'InvalidParameterValue');
    await open(plain);
    assert.equal((await imageOf(world.ec2, plain)).Public, true);
  });
});
