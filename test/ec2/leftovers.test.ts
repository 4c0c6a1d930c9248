/** What failures, races and ends leave behind: no grant that nobody needs, no open volume, no block, no second key. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import {
  CopySnapshotCommand,
  CreateImageCommand,
  CreateSnapshotCommand,
  CreateVolumeCommand,
  DeleteSnapshotCommand,
  DeleteVolumeCommand,
  DeregisterImageCommand,
  DescribeImagesCommand,
  DescribeSnapshotsCommand,
  DetachVolumeCommand,
  EC2Client,
  EnableEbsEncryptionByDefaultCommand,
  EnableSnapshotBlockPublicAccessCommand,
  ModifySnapshotAttributeCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { ListGrantsCommand, ListKeysCommand } from '@aws-sdk/client-kms';
import { allowing, attachmentOf, OTHER_ACCOUNT, REGION, ZONE } from '../worlds/account.ts';
import { ec2World, type World } from '../worlds/ec2.ts';
import { refusal } from '../worlds/server.ts';

const HOURS_MS = 6 * 3_600_000;

const disk = (DeviceName: string, KmsKeyId: string, DeleteOnTermination = true) => ({
  DeviceName,
  Ebs: { VolumeSize: 1, Encrypted: true, KmsKeyId, DeleteOnTermination },
});

const grantsOf = async ({ kms }: World, KeyId: string) =>
  (await kms.send(new ListGrantsCommand({ KeyId }))).Grants!.length;

async function newVolume({ ec2 }: World, more: object = {}): Promise<string> {
  const { VolumeId } = await ec2.send(new CreateVolumeCommand({ AvailabilityZone: ZONE, Size: 1, ...more }));
  return VolumeId!;
}

/** A world with a directory, and what of blocks is in it. */
async function onDisk(t: TestContext, options: object = {}) {
  const data = mkdtempSync(join(tmpdir(), 'latchkey-leftovers-'));
  t.after(() => rmSync(data, { recursive: true, force: true }));
  const world = await ec2World(t, { data, ...options });
  const blockFiles = () =>
    readdirSync(data, { recursive: true, withFileTypes: true })
      .filter((each) => each.isFile() && !/latchkey\.db|root\.key|\.json$/.test(each.name))
      .map(({ parentPath, name }) => join(parentPath, name).slice(data.length))
      .sort();
  return { ...world, blockFiles };
}

test('first uses at one time make one aws/ebs key', async (t) => {
  const world = await ec2World(t);
  const volumes = await Promise.all(Array.from({ length: 5 }, () => newVolume(world, { Encrypted: true })));
  await world.server.settled();
  const keys = await Promise.all(volumes.map(async (id) => (await world.volume(id))?.KmsKeyId));
  assert.equal(new Set(keys).size, 1);
  assert.equal((await world.kms.send(new ListKeysCommand({}))).Keys!.length, 1);
});

describe('grants', () => {
  test('of a volume under another key than its snapshot are kept for a minute and a half after it', async (t) => {
    const world = await ec2World(t, { delays: 1 });
    const [one, two] = [await world.newKey(), await world.newKey()];
    const VolumeId = await newVolume(world, { Encrypted: true, KmsKeyId: one });
    await world.server.advance(60_000);
    const { SnapshotId } = await world.ec2.send(new CreateSnapshotCommand({ VolumeId }));
    await world.server.advance(60_000);
    const copy = await newVolume(world, { SnapshotId, Encrypted: true, KmsKeyId: two });
    await world.server.advance(10_000);
    assert.equal((await world.volume(copy))?.State, 'available');
    await world.server.advance(75_000);
    assert.equal(await grantsOf(world, two), 1);
    await world.server.advance(15_000);
    assert.deepEqual([await grantsOf(world, one), await grantsOf(world, two)], [0, 0]);
  });

  test('of two starts at one time are those of one', async (t) => {
    const world = await ec2World(t);
    const key = await world.newKey();
    const InstanceIds = [
      await world.run({ BlockDeviceMappings: [disk('/dev/sdf', key), disk('/dev/sdg', key)] }),
    ];
    await world.server.settled();
    await world.ec2.send(new StopInstancesCommand({ InstanceIds }));
    await world.server.settled();
    assert.equal(await grantsOf(world, key), 0);
    await Promise.all(
      Array.from({ length: 3 }, () => world.ec2.send(new StartInstancesCommand({ InstanceIds }))),
    );
    await world.server.settled();
    assert.equal((await world.instance(InstanceIds[0]!)).State?.Name, 'running');
    assert.equal(await grantsOf(world, key), 2);
    await world.ec2.send(new StopInstancesCommand({ InstanceIds }));
    await world.server.settled();
    assert.equal(await grantsOf(world, key), 0);
  });

  test('of launches at one time with one token are those of one', async (t) => {
    const world = await ec2World(t);
    const key = await world.newKey();
    const input = { ClientToken: 'once', BlockDeviceMappings: [disk('/dev/sdf', key)] };
    const ids = await Promise.all(Array.from({ length: 3 }, () => world.run(input)));
    await world.server.settled();
    assert.equal(new Set(ids).size, 1);
    await world.server.advance(HOURS_MS);
    assert.equal(await grantsOf(world, key), 1);
  });

  test('of a start that failed at its second volume are retired, the volumes closed', async (t) => {
    const world = await ec2World(t);
    const [one, two] = [await world.newKey(), await world.newKey()];
    const instanceId = await world.run({
      BlockDeviceMappings: [disk('/dev/sdf', one), disk('/dev/sdg', two)],
    });
    const InstanceIds = [instanceId];
    await world.server.settled();
    await world.ec2.send(new StopInstancesCommand({ InstanceIds }));
    await world.server.settled();
    for (const refusedKey of [two, one]) {
      const user = await world.user(`not-${refusedKey.slice(-4)}`, allowing('*'), {
        Effect: 'Deny',
        Action: 'kms:CreateGrant',
        Resource: refusedKey,
      });
      await user.ec2.send(new StartInstancesCommand({ InstanceIds }));
      await world.server.settled();
      const { State, StateReason, BlockDeviceMappings } = await world.instance(instanceId);
      assert.deepEqual([State?.Name, StateReason?.Code], ['stopped', 'Client.InternalError']);
      await world.server.advance(HOURS_MS);
      assert.deepEqual([await grantsOf(world, one), await grantsOf(world, two)], [0, 0]);
      for (const { Ebs } of BlockDeviceMappings!) {
        assert.equal(await attachmentOf(world.server, Ebs!.VolumeId!), undefined);
      }
    }
    // And it starts again for whoever may.
    await world.ec2.send(new StartInstancesCommand({ InstanceIds }));
    await world.server.settled();
    assert.equal((await world.instance(instanceId)).State?.Name, 'running');
    assert.deepEqual([await grantsOf(world, one), await grantsOf(world, two)], [1, 1]);
  });

  test('of a copy whose source is refused: the copy fails, and the target keeps none', async (t) => {
    const world = await ec2World(t);
    const [one, two] = [await world.newKey(), await world.newKey()];
    const VolumeId = await newVolume(world, { Encrypted: true, KmsKeyId: one });
    await world.server.settled();
    const { SnapshotId: SourceSnapshotId } = await world.ec2.send(new CreateSnapshotCommand({ VolumeId }));
    await world.server.settled();
    const user = await world.user('half', allowing('*'), {
      Effect: 'Deny',
      Action: 'kms:CreateGrant',
      Resource: one,
    });
    const { SnapshotId } = await user.ec2.send(
      new CopySnapshotCommand({ SourceRegion: REGION, SourceSnapshotId, Encrypted: true, KmsKeyId: two }),
    );
    await world.server.settled();
    await world.server.advance(HOURS_MS);
    const { Snapshots } = await world.ec2.send(new DescribeSnapshotsCommand({ SnapshotIds: [SnapshotId!] }));
    assert.equal(Snapshots![0]!.State, 'error');
    assert.deepEqual([await grantsOf(world, one), await grantsOf(world, two)], [0, 0]);
  });
});

describe('blocks', () => {
  test('of volumes that go with their instance, or while they are made, are freed', async (t) => {
    const { blockFiles, ...world } = await onDisk(t);
    const key = await world.newKey();
    const before = blockFiles();
    const InstanceIds = [await world.run({ BlockDeviceMappings: [disk('/dev/sdf', key)] })];
    const VolumeId = await newVolume(world);
    await world.server.settled();
    assert.ok(blockFiles().length > before.length);
    await world.ec2.send(new TerminateInstancesCommand({ InstanceIds }));
    await world.ec2.send(new DeleteVolumeCommand({ VolumeId }));
    await world.server.settled();
    assert.deepEqual(blockFiles(), before);
    const gone = await newVolume(world);
    await world.ec2.send(new DeleteVolumeCommand({ VolumeId: gone }));
    await world.server.settled();
    assert.deepEqual(blockFiles(), before);
  });

  test('of a snapshot that is deleted stay while a volume is still to be made of them', async (t) => {
    const world = await ec2World(t, { delays: 1000 });
    const VolumeId = await newVolume(world);
    await world.server.advance(HOURS_MS);
    const { SnapshotId } = await world.ec2.send(new CreateSnapshotCommand({ VolumeId }));
    await world.server.advance(HOURS_MS);
    const copy = await newVolume(world, { SnapshotId });
    await world.ec2.send(new DeleteSnapshotCommand({ SnapshotId }));
    await world.server.advance(HOURS_MS);
    assert.equal((await world.volume(copy))?.State, 'available');
    assert.deepEqual(world.server.defects, []);
  });
});

describe('snapshots', () => {
  test('of an image can be deleted once it is deregistered, and not before', async (t) => {
    const world = await ec2World(t);
    const InstanceId = await world.run();
    await world.server.settled();
    const { ImageId } = await world.ec2.send(new CreateImageCommand({ InstanceId, Name: 'mine' }));
    await world.server.settled();
    const { Images } = await world.ec2.send(new DescribeImagesCommand({ ImageIds: [ImageId!] }));
    const { SnapshotId } = Images![0]!.BlockDeviceMappings![0]!.Ebs!;
    const remove = () => world.ec2.send(new DeleteSnapshotCommand({ SnapshotId }));
    const refused = await refusal(remove());
    assert.equal(refused.code, 'InvalidSnapshot.InUse');
    await world.ec2.send(new DeregisterImageCommand({ ImageId }));
    await remove();
  });

  test('are copied encrypted where encryption is the default', async (t) => {
    const world = await ec2World(t);
    const VolumeId = await newVolume(world);
    await world.server.settled();
    const { SnapshotId: SourceSnapshotId } = await world.ec2.send(new CreateSnapshotCommand({ VolumeId }));
    await world.server.settled();
    const copy = async () => {
      const { SnapshotId } = await world.ec2.send(
        new CopySnapshotCommand({ SourceRegion: REGION, SourceSnapshotId }),
      );
      await world.server.settled();
      const { Snapshots } = await world.ec2.send(
        new DescribeSnapshotsCommand({ SnapshotIds: [SnapshotId!] }),
      );
      return Snapshots![0]!.Encrypted;
    };
    assert.equal(await copy(), false);
    await world.ec2.send(new EnableEbsEncryptionByDefaultCommand({}));
    assert.equal(await copy(), true);
  });

  test('that are public are hidden from others while all sharing is blocked', async (t) => {
    const world = await ec2World(t);
    const VolumeId = await newVolume(world);
    await world.server.settled();
    const { SnapshotId } = await world.ec2.send(new CreateSnapshotCommand({ VolumeId }));
    await world.server.settled();
    const share = () =>
      world.ec2.send(
        new ModifySnapshotAttributeCommand({
          SnapshotId,
          CreateVolumePermission: { Add: [{ Group: 'all' }] },
        }),
      );
    await share();
    const other = world.server.client(EC2Client, await world.server.root(OTHER_ACCOUNT));
    const isSeen = async () => {
      const { Snapshots } = await other.send(new DescribeSnapshotsCommand({ RestorableByUserIds: ['all'] }));
      return Snapshots!.some((each) => each.SnapshotId === SnapshotId);
    };
    const block = (State: 'block-new-sharing' | 'block-all-sharing') =>
      world.ec2.send(new EnableSnapshotBlockPublicAccessCommand({ State }));
    assert.equal(await isSeen(), true);
    await block('block-new-sharing');
    assert.equal(await isSeen(), true);
    assert.equal((await refusal(share())).code, 'OperationNotPermitted');
    await block('block-all-sharing');
    assert.equal(await isSeen(), false);
  });
});

test('a root volume is detached from a stopped instance only', async (t) => {
  const world = await ec2World(t, { delays: 1000 });
  const instanceId = await world.run();
  const InstanceIds = [instanceId];
  const { BlockDeviceMappings } = await world.instance(instanceId);
  const { VolumeId } = BlockDeviceMappings![0]!.Ebs!;
  const detach = () => world.ec2.send(new DetachVolumeCommand({ VolumeId }));
  const stateOf = async () => (await world.instance(instanceId)).State?.Name;
  assert.equal(await stateOf(), 'pending');
  assert.equal((await refusal(detach())).code, 'OperationNotPermitted');
  await world.server.advance(HOURS_MS);
  assert.equal(await stateOf(), 'running');
  assert.equal((await refusal(detach())).code, 'OperationNotPermitted');
  await world.ec2.send(new StopInstancesCommand({ InstanceIds }));
  assert.equal(await stateOf(), 'stopping');
  assert.equal((await refusal(detach())).code, 'OperationNotPermitted');
  await world.server.advance(HOURS_MS);
  assert.equal(await stateOf(), 'stopped');
  await detach();
});
