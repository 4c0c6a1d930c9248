/** Locked snapshots: while they are made, while their images go, and who may lock them for how long (aws-facts F52). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CopySnapshotCommand,
  CreateSnapshotCommand,
  CreateVolumeCommand,
  DeleteSnapshotCommand,
  DeregisterImageCommand,
  DescribeLockedSnapshotsCommand,
  EC2Client,
  LockSnapshotCommand,
  type LockSnapshotCommandInput,
  ModifySnapshotAttributeCommand,
  RegisterImageCommand,
} from '@aws-sdk/client-ec2';
import { allowing, DAY_MS, REGION, statement, ZONE } from '../worlds/account.ts';
import { ec2World, type World } from '../worlds/ec2.ts';
import { refusal } from '../worlds/server.ts';

const LATER_MS = 10_000;

async function newSnapshot(world: World): Promise<string> {
  const volume = await world.ec2.send(new CreateVolumeCommand({ AvailabilityZone: ZONE, Size: 1 }));
  await world.server.advance(LATER_MS);
  const taken = await world.ec2.send(new CreateSnapshotCommand({ VolumeId: volume.VolumeId! }));
  return taken.SnapshotId!;
}

const lock = (world: World, SnapshotId: string, input: Partial<LockSnapshotCommandInput> = {}) =>
  world.ec2.send(new LockSnapshotCommand({ SnapshotId, LockMode: 'governance', LockDuration: 1, ...input }));

const locked = async (ec2: EC2Client, ...SnapshotIds: string[]) =>
  (await ec2.send(new DescribeLockedSnapshotsCommand({ SnapshotIds }))).Snapshots!;

const lockEvents = async (world: World) =>
  (await world.events())
    .filter(({ detail }) => /lock|cooloff/.test(String(detail.event)))
    .map(({ detail }) => detail);

test('the time of a lock runs from when its snapshot is complete', async (t) => {
  const world = await ec2World(t, { delays: 1 });
  const id = await newSnapshot(world);
  const given = await lock(world, id, { LockMode: 'compliance', CoolOffPeriod: 1 });
  assert.equal(given.LockState, 'compliance-cooloff');
  assert.deepEqual([given.LockDurationStartTime, given.LockExpiresOn], [undefined, undefined]);
  const remove = () => world.ec2.send(new DeleteSnapshotCommand({ SnapshotId: id }));
  assert.equal((await refusal(remove())).code, 'OperationNotPermitted');
  assert.deepEqual(await lockEvents(world), []);
  await world.server.advance(LATER_MS);
  const [running] = await locked(world.ec2);
  assert.equal(running!.LockExpiresOn!.getTime() - running!.LockDurationStartTime!.getTime(), DAY_MS);
  await world.server.advance(DAY_MS);
  assert.deepEqual(
    (await lockEvents(world)).map(({ event, lockState }) => `${event} ${lockState}`),
    ['lockSnapshot compliance-cooloff', 'cooloffperiodExpiry compliance', 'lockDurationExpiry expired'],
  );
  await remove();
});

test('a snapshot that comes to nothing loses its lock', async (t) => {
  const world = await ec2World(t, { delays: 1 });
  const { SnapshotId } = await world.ec2.send(
    new CopySnapshotCommand({ SourceRegion: REGION, SourceSnapshotId: 'snap-00000000000000001' }),
  );
  await lock(world, SnapshotId!);
  await world.server.advance(LATER_MS);
  assert.deepEqual(await locked(world.ec2), []);
  const [event] = await lockEvents(world);
  assert.deepEqual(
    [event!.result, event!.cause, event!.lockState],
    ['failed', 'snapshot failed', 'pending-governance'],
  );
  assert.equal((await refusal(lock(world, SnapshotId!))).code, 'IncorrectState');
  await world.ec2.send(new DeleteSnapshotCommand({ SnapshotId }));
});

test('an image is deregistered without its locked snapshots', async (t) => {
  const world = await ec2World(t);
  const id = await newSnapshot(world);
  await world.server.settled();
  await lock(world, id);
  const { ImageId } = await world.ec2.send(
    new RegisterImageCommand({
      Name: 'of-a-locked-one',
      RootDeviceName: '/dev/xvda',
      BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { SnapshotId: id } }],
    }),
  );
  const gone = await world.ec2.send(new DeregisterImageCommand({ ImageId, DeleteAssociatedSnapshots: true }));
  assert.deepEqual(gone.DeleteSnapshotResults, [{ SnapshotId: id, ReturnCode: 'client-error' }]);
  assert.equal((await locked(world.ec2, id)).length, 1);
});

test('locks are for their owner to see and to give, for as long as a policy says', async (t) => {
  const world = await ec2World(t);
  const id = await newSnapshot(world);
  await world.server.settled();
  const john = await world.user(
    'john',
    allowing('ec2:DescribeLockedSnapshots'),
    statement('ec2:LockSnapshot', {
      Condition: { NumericLessThan: { 'ec2:SnapshotLockDuration': 50 } },
    }),
  );
  const asJohn = { ...world, ec2: john.ec2 };
  assert.equal((await refusal(lock(asJohn, id, { LockDuration: 50 }))).code, 'UnauthorizedOperation');
  await lock(asJohn, id, { LockDuration: 49 });
  const account = '210987654321';
  const other = world.server.client(EC2Client, await world.server.root(account));
  await world.ec2.send(
    new ModifySnapshotAttributeCommand({
      SnapshotId: id,
      CreateVolumePermission: { Add: [{ UserId: account }] },
    }),
  );
  assert.deepEqual(await locked(other, id), []);
  assert.equal((await refusal(lock({ ...world, ec2: other }, id))).code, 'InvalidSnapshot.NotFound');
});
