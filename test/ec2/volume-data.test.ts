/** What is written to a volume stays its own through the life cycles around it, and a restart attaches again through the grants. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import {
  AttachVolumeCommand,
  CopySnapshotCommand,
  CreateVolumeCommand,
  DescribeFleetInstancesCommand,
  DescribeInstanceStatusCommand,
  DescribeVolumeStatusCommand,
  DescribeVolumesModificationsCommand,
  DetachVolumeCommand,
  ModifyVolumeCommand,
  StartInstancesCommand,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2';
import { DisableKeyCommand } from '@aws-sdk/client-kms';
import { NbdClient } from '../dataplane/nbd-client.ts';
import { attachmentOf, REGION, ZONE } from '../worlds/account.ts';
import { ec2World, encryptedRoot, type World } from '../worlds/ec2.ts';
import { fleetWorld } from '../worlds/fleets.ts';
import { refusal } from '../worlds/server.ts';

const MARK = Buffer.from('what John keeps on his data volume'.padEnd(4096, '.'));

async function open(world: World, volumeId: string): Promise<NbdClient> {
  const attachment = await attachmentOf(world.server, volumeId);
  assert.ok(attachment, `${volumeId} is not attached`);
  return NbdClient.open(attachment.nbdUri);
}

async function write(world: World, volumeId: string, bytes: Buffer): Promise<void> {
  const client = await open(world, volumeId);
  await client.write(0, bytes);
  await client.flush();
  await client.close();
}

async function read(world: World, volumeId: string): Promise<Buffer> {
  const client = await open(world, volumeId);
  const data = await client.read(0, MARK.length);
  await client.close();
  return data;
}

async function attach(world: World, VolumeId: string, InstanceId: string, Device: string): Promise<void> {
  await world.ec2.send(new AttachVolumeCommand({ VolumeId, InstanceId, Device }));
  await world.server.settled();
}

describe('the bytes of a volume', () => {
  test('survive stop and start, snapshots, copies and changes of key', async (t) => {
    const world = await ec2World(t);
    const [first, second] = [await world.newKey(), await world.newKey()];
    const instanceId = await world.run({ Placement: { AvailabilityZone: ZONE } });
    const original = await world.newVolume({ Encrypted: true, KmsKeyId: first });
    await attach(world, original, instanceId, '/dev/sdf');
    await write(world, original, MARK);

    await world.ec2.send(new StopInstancesCommand({ InstanceIds: [instanceId] }));
    await world.server.settled();
    await world.ec2.send(new StartInstancesCommand({ InstanceIds: [instanceId] }));
    await world.server.settled();
    assert.deepEqual(await read(world, original), MARK);

    const snapshotId = await world.newSnapshot(original);
    await write(world, original, Buffer.alloc(MARK.length, 0xff));
    const { SnapshotId: copyId } = await world.ec2.send(
      new CopySnapshotCommand({
        SourceRegion: REGION,
        SourceSnapshotId: snapshotId,
        Encrypted: true,
        KmsKeyId: second,
      }),
    );
    await world.server.settled();
    const made = [
      await world.newVolume({ SnapshotId: snapshotId }),
      await world.newVolume({ SnapshotId: snapshotId, Encrypted: true, KmsKeyId: second }),
      await world.newVolume({ SnapshotId: copyId! }),
      await world.newVolume({ SnapshotId: copyId!, Encrypted: true, KmsKeyId: first }),
    ];
    for (const [index, id] of made.entries()) {
      await attach(world, id, instanceId, `/dev/sd${'ghij'[index]}`);
      assert.deepEqual(await read(world, id), MARK, `volume ${index}`);
    }
  });

  test('of an unencrypted snapshot are written anew under a key', async (t) => {
    const world = await ec2World(t);
    const instanceId = await world.run({ Placement: { AvailabilityZone: ZONE } });
    const plain = await world.newVolume();
    await attach(world, plain, instanceId, '/dev/sdf');
    await write(world, plain, MARK);
    const snapshotId = await world.newSnapshot(plain);
    const encrypted = await world.newVolume({
      SnapshotId: snapshotId,
      Encrypted: true,
      KmsKeyId: await world.newKey(),
    });
    await attach(world, encrypted, instanceId, '/dev/sdg');
    assert.deepEqual(await read(world, encrypted), MARK);

    const launched = await world.run({
      BlockDeviceMappings: [
        {
          DeviceName: '/dev/sdf',
          Ebs: { SnapshotId: snapshotId, Encrypted: true, KmsKeyId: await world.newKey() },
        },
      ],
    });
    await world.server.settled();
    const { BlockDeviceMappings } = await world.instance(launched);
    const data = BlockDeviceMappings!.find(({ DeviceName }) => DeviceName === '/dev/sdf')!.Ebs!.VolumeId!;
    assert.deepEqual(await read(world, data), MARK);
  });

  test('are no longer served once the volume is detached', async (t) => {
    const world = await ec2World(t);
    const instanceId = await world.run({ Placement: { AvailabilityZone: ZONE } });
    const id = await world.newVolume({ Encrypted: true, KmsKeyId: await world.newKey() });
    await attach(world, id, instanceId, '/dev/sdf');
    await world.ec2.send(new DetachVolumeCommand({ VolumeId: id }));
    await world.server.settled();
    assert.equal(await attachmentOf(world.server, id), undefined);
  });

  test('have more room after ModifyVolume, also while attached', async (t) => {
    const world = await ec2World(t);
    const instanceId = await world.run({ Placement: { AvailabilityZone: ZONE } });
    const id = await world.newVolume({ Encrypted: true, KmsKeyId: await world.newKey() });
    await attach(world, id, instanceId, '/dev/sdf');
    await write(world, id, MARK);
    const grow = (Size: number) =>
      world.ec2.send(new ModifyVolumeCommand({ VolumeId: id, Size, VolumeType: 'gp3' }));
    const { VolumeModification: begun } = await grow(2);
    assert.equal(begun?.ModificationState, 'modifying');
    assert.deepEqual([begun?.OriginalSize, begun?.TargetSize, begun?.TargetIops], [1, 2, 3000]);
    await world.server.settled();
    const { VolumesModifications: done } = await world.ec2.send(
      new DescribeVolumesModificationsCommand({ VolumeIds: [id] }),
    );
    assert.deepEqual([done![0]!.ModificationState, done![0]!.Progress], ['completed', 100]);
    const shown = await world.volume(id);
    assert.deepEqual([shown?.Size, shown?.VolumeType, shown?.Iops, shown?.Throughput], [2, 'gp3', 3000, 125]);
    const client = await open(world, id);
    assert.equal(client.sizeBytes, 2 * 2 ** 30);
    await client.close();
    assert.deepEqual(await read(world, id), MARK);

    assert.equal((await refusal(grow(1))).code, 'InvalidParameterValue');
    await grow(3);
  });

  test('have that room as soon as the volume is said to have it, while it is still optimized', async (t) => {
    const world = await ec2World(t, { delays: 1 });
    const InstanceId = await world.run({ Placement: { AvailabilityZone: ZONE } });
    const VolumeId = await world.newVolume();
    await world.server.advance(30_000);
    await attach(world, VolumeId, InstanceId, '/dev/sdf');
    await world.server.advance(30_000);
    const room = async () => {
      const { VolumesModifications: [now] = [] } = await world.ec2.send(
        new DescribeVolumesModificationsCommand({ VolumeIds: [VolumeId] }),
      );
      const client = await open(world, VolumeId);
      await client.close();
      const { Size } = (await world.volume(VolumeId))!;
      return [now?.ModificationState, now?.Progress, Size, client.sizeBytes / 2 ** 30];
    };
    await world.ec2.send(new ModifyVolumeCommand({ VolumeId, Size: 2 }));
    assert.deepEqual(await room(), ['modifying', 0, 1, 1]);
    await world.server.advance(3000);
    assert.deepEqual(await room(), ['optimizing', 50, 2, 2]);
    await world.server.advance(5000);
    assert.deepEqual(await room(), ['completed', 100, 2, 2]);
  });
});

describe('a restart of the server', () => {
  const restartable = (t: { after(done: () => void): void }) => {
    const data = mkdtempSync(join(tmpdir(), 'latchkey-test-'));
    t.after(() => rmSync(data, { recursive: true, force: true }));
    return { data };
  };

  test('boots what was running and attaches its volumes again through the grants', async (t) => {
    const options = restartable(t);
    const before = await ec2World(undefined, options);
    const instanceId = await before.run({ Placement: { AvailabilityZone: ZONE } });
    const id = await before.newVolume({ Encrypted: true, KmsKeyId: await before.newKey() });
    await attach(before, id, instanceId, '/dev/sdf');
    await write(before, id, MARK);
    await before.server.close();

    const world = await ec2World(t, options);
    await world.server.settled();
    assert.deepEqual(await read(world, id), MARK);
    const { InstanceStatuses } = await world.ec2.send(
      new DescribeInstanceStatusCommand({ InstanceIds: [instanceId] }),
    );
    assert.equal(InstanceStatuses![0]!.InstanceStatus!.Status, 'ok');
    const [decrypt] = (await world.trail({ name: 'EventName', value: 'Decrypt' })).slice(-1);
    assert.match(String(decrypt!.userIdentity.arn), new RegExp(`aws:ec2-infrastructure/${instanceId}$`));
    assert.equal((await world.events()).filter(({ detail }) => detail.event === 'reattachVolume').length, 0);
  });

  test('goes on with what was under way: launches, starts that will fail, creations that will vanish', async (t) => {
    const options = restartable(t);
    const before = await ec2World(undefined, { ...options, delays: 1 });
    const [good, bad] = [await before.newKey(), await before.newKey()];
    await before.kms.send(new DisableKeyCommand({ KeyId: bad }));
    const launch = (KmsKeyId: string) => before.run(encryptedRoot(KmsKeyId));
    const [running, failing] = [await launch(good), await launch(bad)];
    const volume = async (KmsKeyId: string) => {
      const made = await before.ec2.send(
        new CreateVolumeCommand({ AvailabilityZone: ZONE, Size: 1, Encrypted: true, KmsKeyId }),
      );
      return made.VolumeId!;
    };
    const [kept, lost] = [await volume(good), await volume(bad)];
    assert.equal((await before.instance(running)).State?.Name, 'pending');
    assert.equal((await before.volume(kept))?.State, 'creating');
    await before.server.close();

    const world = await ec2World(t, options);
    await world.server.advance(30_000);
    assert.equal((await world.instance(running)).State?.Name, 'running');
    const failed = await world.instance(failing);
    assert.equal(failed.State?.Name, 'terminated');
    assert.equal(failed.StateReason?.Code, 'Client.InvalidKMSKey.InvalidState');
    assert.equal((await world.volume(kept))?.State, 'available');
    assert.equal(await world.volume(lost), undefined);
  });

  test('shows where the key is gone: an event, an impaired volume and a failing instance', async (t) => {
    const options = restartable(t);
    const before = await fleetWorld(undefined, options);
    const keyArn = await before.newKey();
    const { FleetId } = await before.newFleet(
      await before.newTemplate({ Placement: { AvailabilityZone: ZONE } }),
    );
    const instanceId = (await before.fleetInstances(FleetId))[0]!;
    const healthIn = async ({ ec2 }: World) =>
      (await ec2.send(new DescribeFleetInstancesCommand({ FleetId }))).ActiveInstances![0]!.InstanceHealth;
    assert.equal(await healthIn(before), 'healthy');
    const id = await before.newVolume({ Encrypted: true, KmsKeyId: keyArn });
    await attach(before, id, instanceId, '/dev/sdf');
    await before.kms.send(new DisableKeyCommand({ KeyId: keyArn }));
    assert.equal((await open(before, id)).sizeBytes, 2 ** 30);
    await before.server.close();

    const world = await ec2World(t, options);
    await world.server.settled();
    const [event] = (await world.events()).filter(({ detail }) => detail.event === 'reattachVolume');
    assert.deepEqual(event!.detail, {
      event: 'reattachVolume',
      result: 'failed',
      cause: `${keyArn} is disabled.`,
      'request-id': '',
    });
    assert.equal(event!.resources[1], keyArn);
    const { VolumeStatuses } = await world.ec2.send(new DescribeVolumeStatusCommand({ VolumeIds: [id] }));
    assert.equal(VolumeStatuses![0]!.VolumeStatus!.Status, 'impaired');
    const { InstanceStatuses } = await world.ec2.send(
      new DescribeInstanceStatusCommand({ InstanceIds: [instanceId] }),
    );
    assert.equal(InstanceStatuses![0]!.InstanceStatus!.Status, 'impaired');
    assert.equal(await healthIn(world), 'unhealthy');
    const explained = await world.server.ask<{ text: string }>('explain', { subject: id });
    assert.match(explained.text, /is disabled/);
  });
});
