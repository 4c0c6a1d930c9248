/** The archive tier of snapshots: what KMS is asked, who loses what, and how images keep snapshots from it (aws-facts B8.9, B8.10, F51). */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CreateSnapshotCommand,
  CreateVolumeCommand,
  DeleteSnapshotCommand,
  DeregisterImageCommand,
  DescribeSnapshotsCommand,
  DescribeSnapshotTierStatusCommand,
  DisableImageCommand,
  EC2Client,
  EnableImageCommand,
  ModifySnapshotAttributeCommand,
  ModifySnapshotTierCommand,
  RegisterImageCommand,
  RestoreSnapshotTierCommand,
} from '@aws-sdk/client-ec2';
import { ListGrantsCommand } from '@aws-sdk/client-kms';
import { ACCOUNT, allowing, DAY_MS, ZONE } from '../worlds/account.ts';
import { ec2World, type World } from '../worlds/ec2.ts';
import { refusal } from '../worlds/server.ts';

const OTHER = '210987654321';

const archive = (SnapshotId: string, ec2: EC2Client) =>
  ec2.send(new ModifySnapshotTierCommand({ SnapshotId }));

const restore = (SnapshotId: string, ec2: EC2Client, TemporaryRestoreDays?: number) =>
  ec2.send(
    new RestoreSnapshotTierCommand({
      SnapshotId,
      TemporaryRestoreDays,
      PermanentRestore: TemporaryRestoreDays === undefined,
    }),
  );

async function statusOf(world: World, id: string) {
  await world.server.settled();
  const { SnapshotTierStatuses } = await world.ec2.send(
    new DescribeSnapshotTierStatusCommand({ Filters: [{ Name: 'snapshot-id', Values: [id] }] }),
  );
  const { StorageTier, LastTieringOperationStatus } = SnapshotTierStatuses![0]!;
  return [StorageTier, LastTieringOperationStatus];
}

const grantsOn = async (world: World, KeyId: string) =>
  (await world.kms.send(new ListGrantsCommand({ KeyId }))).Grants;

describe('the key of an archived snapshot', () => {
  const ASKED = ['DescribeKey', 'Decrypt', 'CreateGrant'];

  for (const missing of ASKED)
    test(`is asked for in the caller's name, and archiving fails without kms:${missing}`, async (t) => {
      const world = await ec2World(t);
      const keyArn = await world.newKey();
      const id = await world.newSnapshot(await world.newVolume({ KmsKeyId: keyArn }));
      const others = ASKED.filter((action) => action !== missing).map((action) => `kms:${action}`);
      const john = await world.user('john', allowing('ec2:*'), allowing(...others));
      await archive(id, john.ec2);
      assert.deepEqual(await statusOf(world, id), ['standard', 'archival-failed']);
      const explained = await world.server.ask<{ text: string; remediesVerified: boolean }>('explain', {
        subject: id,
      });
      assert.match(explained.text, /could not be archived: Given key ID is not accessible/);
      assert.ok(explained.text.includes(`kms:${missing}`), explained.text);
      assert.equal(explained.remediesVerified, true);
      await world.allow('john', 'more', allowing(`kms:${missing}`));
      await archive(id, john.ec2);
      assert.deepEqual(await statusOf(world, id), ['archive', 'archival-completed']);
      assert.deepEqual(await grantsOn(world, keyArn), [], 'the grant of the move is retired');
    });

  test('has no grant left where the snapshot is deleted meanwhile', async (t) => {
    const world = await ec2World(t, { delays: 1 });
    const keyArn = await world.newKey();
    const volume = await world.ec2.send(
      new CreateVolumeCommand({ AvailabilityZone: ZONE, Size: 1, Encrypted: true, KmsKeyId: keyArn }),
    );
    await world.server.advance(10_000);
    const taken = await world.ec2.send(new CreateSnapshotCommand({ VolumeId: volume.VolumeId! }));
    const SnapshotId = taken.SnapshotId!;
    assert.equal((await refusal(archive(SnapshotId, world.ec2))).code, 'IncorrectState', 'pending');
    await world.server.advance(10_000);
    await archive(SnapshotId, world.ec2);
    assert.equal((await refusal(archive(SnapshotId, world.ec2))).code, 'IncorrectState', 'on its way');
    assert.equal((await refusal(restore(SnapshotId, world.ec2))).code, 'IncorrectState', 'on its way');
    await world.ec2.send(new CreateVolumeCommand({ AvailabilityZone: ZONE, SnapshotId }));
    assert.equal((await grantsOn(world, keyArn))!.length, 1);
    await world.ec2.send(new DeleteSnapshotCommand({ SnapshotId }));
    await world.server.advance(10_000);
    assert.deepEqual(await grantsOn(world, keyArn), []);
  });
});

test('who a snapshot is shared with loses it when it is archived, and when a restore ends', async (t) => {
  const world = await ec2World(t);
  const SnapshotId = await world.newSnapshot(await world.newVolume());
  const other = world.server.client(EC2Client, await world.server.root(OTHER));
  const share = () =>
    world.ec2.send(
      new ModifySnapshotAttributeCommand({
        SnapshotId,
        CreateVolumePermission: { Add: [{ UserId: OTHER }] },
      }),
    );
  const seen = async () =>
    (await other.send(new DescribeSnapshotsCommand({ OwnerIds: [ACCOUNT] }))).Snapshots!.length;
  await share();
  assert.equal(await seen(), 1);
  assert.equal((await refusal(archive(SnapshotId, other))).code, 'InvalidSnapshot.NotFound');
  await archive(SnapshotId, world.ec2);
  await world.server.settled();
  assert.equal(await seen(), 0);
  assert.equal((await refusal(share())).code, 'OperationNotPermitted');
  await restore(SnapshotId, world.ec2, 1);
  await world.server.settled();
  await share();
  assert.equal(await seen(), 1);
  await world.server.advance(DAY_MS);
  assert.equal(await seen(), 0);
});

test('a snapshot is archived once its images are disabled, which need it restored for good', async (t) => {
  const world = await ec2World(t);
  const SnapshotId = await world.newSnapshot(await world.newVolume());
  const { ImageId } = await world.ec2.send(
    new RegisterImageCommand({
      Name: 'made-of-it',
      RootDeviceName: '/dev/xvda',
      BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { SnapshotId } }],
    }),
  );
  const enable = () => world.ec2.send(new EnableImageCommand({ ImageId }));
  assert.equal((await refusal(archive(SnapshotId, world.ec2))).code, 'InvalidSnapshot.InUse');
  await world.ec2.send(new DisableImageCommand({ ImageId }));
  await archive(SnapshotId, world.ec2);
  await world.server.settled();
  assert.equal((await refusal(enable())).code, 'IncorrectState');
  await restore(SnapshotId, world.ec2, 2);
  await world.server.settled();
  assert.equal((await refusal(enable())).code, 'IncorrectState');
  await restore(SnapshotId, world.ec2);
  await enable();
  await world.ec2.send(new DeregisterImageCommand({ ImageId }));
  await archive(SnapshotId, world.ec2);
  assert.deepEqual(await statusOf(world, SnapshotId), ['archive', 'archival-completed']);
});

test('25 snapshots of a volume are archived at a time, and five on their way back', async (t) => {
  const world = await ec2World(t, { delays: 1 });
  const later = () => world.server.advance(10_000);
  const volume = await world.ec2.send(new CreateVolumeCommand({ AvailabilityZone: ZONE, Size: 1 }));
  await later();
  const ids: string[] = [];
  for (let index = 0; index < 26; index++) {
    const taken = await world.ec2.send(new CreateSnapshotCommand({ VolumeId: volume.VolumeId! }));
    ids.push(taken.SnapshotId!);
    await later();
  }
  const [last, ...others] = ids as [string, ...string[]];
  for (const id of others) await archive(id, world.ec2);
  assert.equal((await refusal(archive(last, world.ec2))).code, 'ResourceLimitExceeded', '25 under way');
  await later();
  assert.equal((await refusal(archive(last, world.ec2))).code, 'ResourceLimitExceeded', '25 archived');
  for (const id of others.slice(0, 5)) await restore(id, world.ec2);
  assert.equal((await refusal(restore(others[5]!, world.ec2))).code, 'ResourceLimitExceeded');
  await later();
  await restore(others[5]!, world.ec2);
  await archive(last, world.ec2);
  await later();
  assert.deepEqual(await statusOf(world, last), ['archive', 'archival-completed']);
});
