/**
 * One round: what a call lacks is explained, what is proposed is done with the SDK by the account's administrator, and the
 * call goes through when it is made again.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { SetDesiredCapacityCommand } from '@aws-sdk/client-auto-scaling';
import {
  AttachVolumeCommand,
  CopyImageCommand,
  CopySnapshotCommand,
  CreateSnapshotCommand,
  CreateVolumeCommand,
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeSnapshotsCommand,
  DescribeVolumesCommand,
  EC2Client,
  RegisterImageCommand,
  RunInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2';
import { ec2World, type User, type World } from '../../worlds/ec2.ts';
import { groupWorld } from '../../worlds/groups.ts';
import { applyRemedies, type Explained } from '../../worlds/remedies.ts';
import { stacksOf } from '../../worlds/stacks.ts';

const ZONE = 'us-east-1a';
let world: World;
before(async () => {
  world = await ec2World(undefined);
});
after(() => world.server.close());

let users = 0;
const newUser = () =>
  world.user(`user-${++users}`, { Effect: 'Allow', Action: ['ec2:*', 'iam:PassRole'], Resource: '*' });

async function snapshotUnder(KmsKeyId: string): Promise<string> {
  const volume = await world.ec2.send(
    new CreateVolumeCommand({ AvailabilityZone: ZONE, Size: 1, Encrypted: true, KmsKeyId }),
  );
  await world.server.settled();
  const snapshot = await world.ec2.send(new CreateSnapshotCommand({ VolumeId: volume.VolumeId }));
  await world.server.settled();
  return snapshot.SnapshotId as string;
}

async function imageUnder(KmsKeyId: string): Promise<string> {
  const SnapshotId = await snapshotUnder(KmsKeyId);
  const BlockDeviceMappings = [{ DeviceName: '/dev/xvda', Ebs: { SnapshotId } }];
  const input = {
    Name: `image-${++users}`,
    RootDeviceName: '/dev/xvda',
    Architecture: 'x86_64' as const,
    VirtualizationType: 'hvm',
    BlockDeviceMappings,
  };
  return (await world.ec2.send(new RegisterImageCommand(input))).ImageId as string;
}

const device = (DeviceName: string, KmsKeyId: string) => ({
  DeviceName,
  Ebs: { Encrypted: true, KmsKeyId, VolumeSize: 1 },
});

async function stoppedInstance(...keys: string[]): Promise<string> {
  const id = await world.run({
    BlockDeviceMappings: keys.map((key, at) => device(`/dev/sd${'fghij'[at]}`, key)),
  });
  await world.server.settled();
  await world.ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));
  await world.server.settled();
  return id;
}

/** What the call made, or the id of the request that was refused. */
type Attempt = (user: User) => Promise<string>;

interface Scenario {
  readonly call: Attempt;
  /** The state of what was made. */
  readonly state: (id: string) => Promise<string | undefined>;
  readonly good: string;
}

const instanceState = async (id: string) =>
  (await world.ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }))).Reservations?.[0]
    ?.Instances?.[0]?.State?.Name;
const volumeState = async (id: string) =>
  (await world.ec2.send(new DescribeVolumesCommand({ Filters: [{ Name: 'volume-id', Values: [id] }] })))
    .Volumes?.[0]?.State;
const snapshotState = (client: EC2Client) => async (id: string) =>
  (await client.send(new DescribeSnapshotsCommand({ SnapshotIds: [id] }))).Snapshots?.[0]?.State;
const run = (user: User, input: object) =>
  user.ec2.send(
    new RunInstancesCommand({
      ImageId: world.imageId,
      InstanceType: 't3.micro',
      MinCount: 1,
      MaxCount: 1,
      ...input,
    }),
  );

const SCENARIOS: Readonly<Record<string, () => Promise<Scenario>>> = {
  async 'StartInstances with three volumes under three keys'() {
    const id = await stoppedInstance(await world.newKey(), await world.newKey(), await world.newKey());
    return {
      async call({ ec2 }) {
        await ec2.send(new StartInstancesCommand({ InstanceIds: [id] }));
        return id;
      },
      state: instanceState,
      good: 'running',
    };
  },
  async 'CreateVolume from a snapshot to another key'() {
    const SnapshotId = await snapshotUnder(await world.newKey());
    const KmsKeyId = await world.newKey();
    return {
      call: async ({ ec2 }) =>
        (
          await ec2.send(
            new CreateVolumeCommand({ AvailabilityZone: ZONE, SnapshotId, Encrypted: true, KmsKeyId }),
          )
        ).VolumeId as string,
      state: volumeState,
      good: 'available',
    };
  },
  async 'CopyImage to another key'() {
    const SourceImageId = await imageUnder(await world.newKey());
    const KmsKeyId = await world.newKey();
    return {
      call: async ({ ec2 }) =>
        (
          await ec2.send(
            new CopyImageCommand({
              Name: `copy-${++users}`,
              SourceImageId,
              SourceRegion: 'us-east-1',
              Encrypted: true,
              KmsKeyId,
            }),
          )
        ).ImageId as string,
      state: async (id) =>
        (await world.ec2.send(new DescribeImagesCommand({ ImageIds: [id] }))).Images?.[0]?.State,
      good: 'available',
    };
  },
  async 'RunInstances with an image of one key and a blank volume of another'() {
    const ImageId = await imageUnder(await world.newKey());
    const blank = device('/dev/sdf', await world.newKey());
    return {
      call: async (user) =>
        (await run(user, { ImageId, BlockDeviceMappings: [blank] })).Instances?.[0]?.InstanceId as string,
      state: instanceState,
      good: 'running',
    };
  },
  async 'RunInstances that re-encrypts an image'() {
    const ImageId = await imageUnder(await world.newKey());
    const root = { DeviceName: '/dev/xvda', Ebs: { Encrypted: true, KmsKeyId: await world.newKey() } };
    return {
      call: async (user) =>
        (await run(user, { ImageId, BlockDeviceMappings: [root] })).Instances?.[0]?.InstanceId as string,
      state: instanceState,
      good: 'running',
    };
  },
  async 'AttachVolume to a running instance'() {
    const InstanceId = await world.run({});
    await world.server.settled();
    const KmsKeyId = await world.newKey();
    const { VolumeId } = await world.ec2.send(
      new CreateVolumeCommand({
        AvailabilityZone: (await world.instance(InstanceId)).Placement?.AvailabilityZone,
        Size: 1,
        Encrypted: true,
        KmsKeyId,
      }),
    );
    await world.server.settled();
    return {
      async call({ ec2 }) {
        await ec2.send(new AttachVolumeCommand({ InstanceId, VolumeId, Device: '/dev/sdk' }));
        return VolumeId as string;
      },
      state: volumeState,
      good: 'in-use',
    };
  },
  async 'CopySnapshot across Regions'() {
    const SourceSnapshotId = await snapshotUnder(await world.newKey());
    const WEST = { region: 'us-west-2' };
    const root = await world.server.root();
    const west = world.server.client(EC2Client, root, WEST);
    const { KMSClient, CreateKeyCommand } = await import('@aws-sdk/client-kms');
    const KmsKeyId = (await world.server.client(KMSClient, root, WEST).send(new CreateKeyCommand({})))
      .KeyMetadata?.Arn;
    return {
      call: async ({ credentials }) => {
        const ec2 = world.server.client(EC2Client, credentials, WEST);
        return (
          await ec2.send(
            new CopySnapshotCommand({
              SourceRegion: 'us-east-1',
              SourceSnapshotId,
              Encrypted: true,
              KmsKeyId,
            }),
          )
        ).SnapshotId as string;
      },
      state: snapshotState(west),
      good: 'completed',
    };
  },
};

/** The id of what was made, or of the request that was refused. */
async function attempted(call: Attempt, user: User): Promise<{ made?: string; subject: string }> {
  try {
    const made = await call(user);
    await world.server.settled();
    return { made, subject: made };
  } catch (error) {
    const { $metadata } = error as { $metadata?: { requestId?: string } };
    assert.ok($metadata?.requestId, String(error));
    return { subject: $metadata.requestId };
  }
}

describe('one round', () => {
  for (const [name, prepare] of Object.entries(SCENARIOS)) {
    test(name, async () => {
      const scenario = await prepare();
      const user = await newUser();
      const first = await attempted(scenario.call, user);
      const region = name.includes('Regions') ? 'us-west-2' : undefined;
      const explained = await world.server.ask<Explained>('explain', { subject: first.subject, region });
      assert.equal(explained.verdict, 'denied', explained.text);
      assert.equal(explained.now, 'denied', explained.text);
      assert.ok(explained.remediesVerified, explained.text);
      await applyRemedies(world.server, explained);
      const second = await attempted(scenario.call, user);
      assert.ok(second.made, JSON.stringify(explained.remedies));
      assert.equal(await scenario.state(second.made), scenario.good, explained.text);
    });
  }
});

test('a stack of two volumes under two keys', async () => {
  const volume = (KmsKeyId: string) => ({
    Type: 'AWS::EC2::Volume',
    Properties: { AvailabilityZone: ZONE, Size: 1, Encrypted: true, KmsKeyId },
  });
  const template = { Resources: { One: volume(await world.newKey()), Two: volume(await world.newKey()) } };
  const user = await world.user('stacker', {
    Effect: 'Allow',
    Action: ['ec2:*', 'cloudformation:*'],
    Resource: '*',
  });
  const stacks = stacksOf(world.server, user.credentials);
  const failed = await stacks.create('web', template);
  assert.equal(failed.StackStatus, 'ROLLBACK_COMPLETE');
  const explained = await world.server.ask<Explained>('explain', { subject: 'web' });
  assert.equal(explained.now, 'denied', explained.text);
  assert.ok(explained.remediesVerified, explained.text);
  await applyRemedies(world.server, explained);
  assert.equal((await stacks.create('again', template)).StackStatus, 'CREATE_COMPLETE');
});

test('a group that launches still has not failed', async (t) => {
  const groups = await groupWorld(t, { delays: 1 });
  await groups.newGroup(await groups.newTemplate());
  await groups.server.advance(2000);
  const explained = await groups.server.ask<Explained>('explain', { subject: 'web' });
  assert.match(
    explained.headline,
    /^A launch of Auto Scaling group web is under way since .*nothing has failed yet\.$/,
  );
  assert.equal(explained.verdict, 'unknown');
  assert.ok(explained.found);
  await groups.server.advance(60 * 60_000);
  await groups.autoscaling.send(
    new SetDesiredCapacityCommand({ AutoScalingGroupName: 'web', DesiredCapacity: 2 }),
  );
  await groups.server.advance(2000);
  const next = await groups.server.ask<Explained>('explain', { subject: 'web' });
  const begun = ({ headline }: Explained) => Date.parse(/since (\S+) /.exec(headline)?.[1] ?? '');
  assert.ok(begun(next) > begun(explained), next.headline);
});
