/** Fast snapshot restores: their states, credits and limit, and what ends them for whom (aws-facts F53). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CompleteSnapshotCommand, EBSClient, StartSnapshotCommand } from '@aws-sdk/client-ebs';
import {
  CreateSnapshotCommand,
  CreateVolumeCommand,
  DeleteSnapshotCommand,
  DescribeFastSnapshotRestoresCommand,
  DescribeVolumesCommand,
  DisableFastSnapshotRestoresCommand,
  EC2Client,
  EnableFastSnapshotRestoresCommand,
  ModifySnapshotAttributeCommand,
  ModifySnapshotTierCommand,
} from '@aws-sdk/client-ec2';
import { ZONE } from '../worlds/account.ts';
import { ec2World, type World } from '../worlds/ec2.ts';

const OTHER = '210987654321';
const MINUTE_MS = 60_000;
const BY_SERVICE = 'Client.InvalidSnapshot.InvalidState';

async function newVolume({ ec2, server }: World, SnapshotId?: string): Promise<string> {
  const made = await ec2.send(new CreateVolumeCommand({ AvailabilityZone: ZONE, Size: 1, SnapshotId }));
  await server.advance(10_000);
  return made.VolumeId!;
}

const snapshotOf = async ({ ec2 }: World, VolumeId: string) =>
  (await ec2.send(new CreateSnapshotCommand({ VolumeId }))).SnapshotId!;

const enable = (ec2: EC2Client, ...SourceSnapshotIds: string[]) =>
  ec2.send(new EnableFastSnapshotRestoresCommand({ AvailabilityZones: [ZONE], SourceSnapshotIds }));

const restores = async (ec2: EC2Client) =>
  (await ec2.send(new DescribeFastSnapshotRestoresCommand({}))).FastSnapshotRestores!;

const states = async (ec2: EC2Client) => (await restores(ec2)).map(({ State }) => State);

test('one of a pending snapshot waits for it, and goes from state to state', async (t) => {
  const world = await ec2World(t, { delays: 1 });
  const { ec2, server } = world;
  const id = await snapshotOf(world, await newVolume(world));
  const { Successful } = await enable(ec2, id);
  assert.deepEqual(
    Successful!.map(({ State }) => State),
    ['enabling'],
  );
  const seen: unknown[] = [];
  for (let index = 0; index < 12; index++) {
    seen.push(...(await states(ec2)));
    await server.advance(1000);
  }
  assert.deepEqual([...new Set(seen)], ['enabling', 'optimizing', 'enabled']);
  await ec2.send(
    new DisableFastSnapshotRestoresCommand({ AvailabilityZones: [ZONE], SourceSnapshotIds: [id] }),
  );
  assert.deepEqual(await states(ec2), ['disabling']);
  await server.advance(3000);
  assert.deepEqual(await states(ec2), ['disabled']);
  await enable(ec2, id);
  for (const laterMs of [3000, 6000, 2 * 3_600_000]) await server.advance(laterMs);
  assert.deepEqual(await states(ec2), ['enabled'], 'what was enabled again is not forgotten');
  const sent = (await world.events()).filter(({ detail }) => detail['snapshot-id'] === id);
  assert.deepEqual(
    sent.slice(0, 5).map(({ detail }) => `${detail.state}: ${detail.message}`),
    [
      'enabling: Client.UserInitiated',
      'optimizing: Client.UserInitiated - Lifecycle state transition',
      'enabled: Client.UserInitiated - Lifecycle state transition',
      'disabling: Client.UserInitiated',
      'disabled: Client.UserInitiated - Lifecycle state transition',
    ],
  );
});

test('one of a snapshot that is written by hand waits until it is complete, or has failed, and keeps nobody busy', async (t) => {
  const world = await ec2World(t);
  const { ec2, server } = world;
  const ebs = server.client(EBSClient);
  const begun = async (Timeout?: number) =>
    (await ebs.send(new StartSnapshotCommand({ VolumeSize: 1, Timeout }))).SnapshotId!;
  const [written, left] = [await begun(4000), await begun(10)];
  await enable(ec2, written, left);
  const [ofWritten, ofLeft] = [written, left].map((id) => async () => {
    await server.settled();
    return (await restores(ec2)).find(({ SnapshotId }) => SnapshotId === id)?.State;
  });
  assert.deepEqual([await ofWritten!(), await ofLeft!()], ['enabling', 'enabling']);
  await server.advance(20 * MINUTE_MS);
  assert.deepEqual([await ofWritten!(), await ofLeft!()], ['enabling', 'disabled']);
  await server.advance(40 * 60 * MINUTE_MS);
  await ebs.send(new CompleteSnapshotCommand({ SnapshotId: written, ChangedBlocksCount: 0 }));
  assert.equal(await ofWritten!(), 'enabled');
});

test('a volume takes a credit, of which ten grow in an hour', async (t) => {
  const world = await ec2World(t);
  const id = await snapshotOf(world, await newVolume(world));
  await world.server.settled();
  await enable(world.ec2, id);
  await world.server.settled();
  const isFast = async () => {
    const VolumeIds = [await newVolume(world, id)];
    return (
      (await world.ec2.send(new DescribeVolumesCommand({ VolumeIds }))).Volumes![0]!.FastRestored ?? false
    );
  };
  assert.equal(await isFast(), false, 'none has grown yet');
  await world.server.advance(12 * MINUTE_MS);
  assert.deepEqual([await isFast(), await isFast(), await isFast()], [true, true, false]);
  const BlockDeviceMappings = [{ DeviceName: '/dev/sdf', Ebs: { SnapshotId: id } }];
  await world.server.advance(6 * MINUTE_MS);
  await world.run({ BlockDeviceMappings, Placement: { AvailabilityZone: ZONE } });
  const Filters = [{ Name: 'fast-restored', Values: ['true'] }];
  assert.equal((await world.ec2.send(new DescribeVolumesCommand({ Filters }))).Volumes!.length, 3);
});

test('five snapshots have it at a time, and no archived one', async (t) => {
  const world = await ec2World(t);
  const volume = await newVolume(world);
  const ids: string[] = [];
  for (let index = 0; index < 7; index++) {
    ids.push(await snapshotOf(world, volume));
    // No more than five of a volume may be under way.
    await world.server.settled();
  }
  await world.ec2.send(new ModifySnapshotTierCommand({ SnapshotId: ids[6]! }));
  await world.server.settled();
  const { Successful, Unsuccessful } = await enable(world.ec2, ...ids);
  assert.equal(Successful!.length, 5);
  assert.deepEqual(
    Unsuccessful!.map(({ SnapshotId, FastSnapshotRestoreStateErrors: [error] = [] }) => [
      ids.indexOf(SnapshotId!),
      error!.AvailabilityZone,
      error!.Error!.Code,
    ]),
    [
      [5, ZONE, 'ResourceLimitExceeded'],
      [6, ZONE, 'InvalidSnapshot.InvalidState'],
    ],
  );
});

test('it ends for whom a snapshot is no longer shared with, and for all once it is archived or deleted', async (t) => {
  const world = await ec2World(t);
  const volume = await newVolume(world);
  const ids = [
    await snapshotOf(world, volume),
    await snapshotOf(world, volume),
    await snapshotOf(world, volume),
  ];
  const [unshared, archived, deleted] = ids as [string, string, string];
  await world.server.settled();
  const other = world.server.client(EC2Client, await world.server.root(OTHER));
  const share = (SnapshotId: string, how: 'Add' | 'Remove') =>
    world.ec2.send(
      new ModifySnapshotAttributeCommand({
        SnapshotId,
        CreateVolumePermission: { [how]: [{ UserId: OTHER }] },
      }),
    );
  for (const id of ids) await share(id, 'Add');
  for (const each of [world.ec2, other]) await enable(each, ...ids);
  await world.server.settled();
  await share(unshared, 'Remove');
  await world.ec2.send(new ModifySnapshotTierCommand({ SnapshotId: archived }));
  await world.ec2.send(new DeleteSnapshotCommand({ SnapshotId: deleted }));
  await world.server.settled();
  assert.deepEqual((await states(world.ec2)).sort(), ['disabled', 'disabled', 'enabled']);
  assert.deepEqual(await states(other), ['disabled', 'disabled', 'disabled']);
  for (const { StateTransitionReason: reason } of await restores(other))
    assert.ok(reason!.startsWith(BY_SERVICE));
});
