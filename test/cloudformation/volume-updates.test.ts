/** Volumes of stacks: what is modified waits for its turn, a rollback shrinks nothing, and copies are made. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as cf from '@aws-sdk/client-cloudformation';
import * as ec2 from '@aws-sdk/client-ec2';
import { auditRecords, HOUR_MS, ZONE } from '../worlds/account.ts';
import { startServerFor, type TestServer } from '../worlds/server.ts';
import { stacksOf } from '../worlds/stacks.ts';

const volume = (properties: object, more: object = {}) => ({
  Type: 'AWS::EC2::Volume',
  Properties: { AvailabilityZone: ZONE, Size: 1, ...properties },
  ...more,
});
const diskOf = (properties: object, more: object = {}) => ({
  Resources: { Disk: volume(properties), ...more },
});
/** Fails its stack once the disk has been changed. */
const failing = { More: volume({ SnapshotId: 'snap-00000000000000001' }, { DependsOn: 'Disk' }) };

async function world(t: Parameters<typeof startServerFor>[0], delays = 0) {
  const server = await startServerFor(t, { delays });
  const stacks = stacksOf(server);
  const client = server.client(ec2.EC2Client);
  const disk = async () => {
    const VolumeIds = [await stacks.physicalId('s', 'Disk')];
    const { Volumes: [found] = [] } = await client.send(new ec2.DescribeVolumesCommand({ VolumeIds }));
    return found!;
  };
  return { server, stacks, client, disk };
}

/** What was asked of ModifyVolume, and the error where there was one. */
async function modifications(server: TestServer): Promise<unknown[]> {
  const records = await auditRecords(server);
  return records
    .map(({ event }) => event)
    .filter(({ eventName }) => eventName === 'ModifyVolume')
    .map(({ requestParameters, errorCode }) => {
      const { volumeId: _id, ...asked } = (
        requestParameters as { ModifyVolumeRequest: Record<string, unknown> }
      ).ModifyVolumeRequest;
      return errorCode ? { ...asked, errorCode } : asked;
    });
}

test('a rollback does not try to shrink a volume, and ends', async (t) => {
  const { server, stacks, disk } = await world(t);
  await stacks.create('s', diskOf({}));
  const { StackStatus } = await stacks.update('s', diskOf({ Size: 3 }, failing));
  assert.equal(StackStatus, 'UPDATE_ROLLBACK_COMPLETE', (await stacks.story('s')).join('\n'));
  assert.equal((await disk()).Size, 3);
  assert.equal((await modifications(server)).length, 1);
});

test('a rollback waits until the volume can be modified again, and changes back the rest', async (t) => {
  const { server, stacks, disk } = await world(t, 0.02);
  await stacks.create('s', diskOf({ VolumeType: 'gp2' }));
  const { StackStatus } = await stacks.update(
    's',
    diskOf({ VolumeType: 'gp3', Size: 3, Throughput: 200 }, failing),
  );
  assert.equal(StackStatus, 'UPDATE_ROLLBACK_COMPLETE', (await stacks.story('s')).join('\n'));
  const { VolumeType, Size } = await disk();
  assert.deepEqual([VolumeType, Size], ['gp2', 3]);
  const story = await stacks.story('s');
  assert.ok(!story.some((line) => /^UPDATE_FAILED Disk/.test(line)), story.join('\n'));
  assert.ok((await modifications(server)).length >= 2);
});

test('an update waits for a modification that somebody else began', async (t) => {
  const { stacks, client, disk } = await world(t, 0.02);
  await stacks.create('s', diskOf({}));
  const { VolumeId } = await disk();
  await client.send(new ec2.ModifyVolumeCommand({ VolumeId, Size: 2 }));
  const { StackStatus } = await stacks.update('s', diskOf({ Size: 3 }));
  assert.equal(StackStatus, 'UPDATE_COMPLETE', (await stacks.story('s')).join('\n'));
  // It is there when the stack says so, though it is still optimized.
  assert.equal((await disk()).Size, 3);
});

test('an update that shrinks a volume fails', async (t) => {
  const { stacks } = await world(t);
  await stacks.create('s', diskOf({ Size: 3 }));
  const { StackStatus } = await stacks.update('s', diskOf({ Size: 2 }));
  assert.equal(StackStatus, 'UPDATE_ROLLBACK_COMPLETE');
  const story = await stacks.story('s');
  assert.ok(
    story.some((line) => /^UPDATE_FAILED Disk: .*New size cannot be smaller than existing size/.test(line)),
  );
});

test('an update for which a volume was modified too often stays in progress until the day is over', async (t) => {
  const { server, stacks, disk } = await world(t);
  await stacks.create('s', diskOf({}));
  for (const Size of [2, 3, 4, 5]) {
    assert.equal((await stacks.update('s', diskOf({ Size }))).StackStatus, 'UPDATE_COMPLETE');
  }
  await stacks.client.send(
    new cf.UpdateStackCommand({ StackName: 's', TemplateBody: JSON.stringify(diskOf({ Size: 6 })) }),
  );
  const status = async () => {
    await server.settled();
    const { Stacks: [stack] = [] } = await stacks.client.send(
      new cf.DescribeStacksCommand({ StackName: 's' }),
    );
    return stack?.StackStatus;
  };
  await server.advance(12 * HOUR_MS);
  assert.deepEqual([await status(), (await disk()).Size], ['UPDATE_IN_PROGRESS', 5]);
  await server.advance(13 * HOUR_MS);
  assert.equal((await stacks.settled('s')).StackStatus, 'UPDATE_COMPLETE');
  assert.equal((await disk()).Size, 6);
});

test('an update that waits for a volume can be cancelled', async (t) => {
  const { server, stacks, disk } = await world(t);
  await stacks.create('s', diskOf({}));
  for (const Size of [2, 3, 4, 5]) await stacks.update('s', diskOf({ Size }));
  const tagged = diskOf({ Size: 6, Tags: [{ Key: 'k', Value: 'v' }] });
  await stacks.client.send(
    new cf.UpdateStackCommand({ StackName: 's', TemplateBody: JSON.stringify(tagged) }),
  );
  await server.settled();
  await stacks.client.send(new cf.CancelUpdateStackCommand({ StackName: 's' }));
  assert.equal((await stacks.settled('s')).StackStatus, 'UPDATE_ROLLBACK_COMPLETE');
  assert.ok((await stacks.story('s')).includes('UPDATE_FAILED Disk: Resource update cancelled'));
  assert.equal((await disk()).Size, 5);
});

test('what a template drops of a volume goes back to what it has by default', async (t) => {
  const { stacks, disk } = await world(t);
  await stacks.create('s', diskOf({ Size: 8, VolumeType: 'gp3', Iops: 4000, Throughput: 300 }));
  assert.equal(
    (await stacks.update('s', diskOf({ Size: 8, VolumeType: 'gp3' }))).StackStatus,
    'UPDATE_COMPLETE',
  );
  const { Iops, Throughput } = await disk();
  assert.deepEqual([Iops, Throughput], [3000, 125]);
  assert.equal((await stacks.update('s', diskOf({ Size: 8 }))).StackStatus, 'UPDATE_COMPLETE');
  assert.equal((await disk()).VolumeType, 'gp2');
});

test('a volume is made in a zone by its id, of a snapshot at a rate, and as a copy', async (t) => {
  const { server, stacks, client, disk } = await world(t);
  const made = await client.send(
    new ec2.CreateVolumeCommand({ AvailabilityZone: ZONE, Size: 2, VolumeType: 'gp3' }),
  );
  await server.settled();
  const { SnapshotId } = await client.send(new ec2.CreateSnapshotCommand({ VolumeId: made.VolumeId }));
  const { AvailabilityZones: [zone] = [] } = await client.send(
    new ec2.DescribeAvailabilityZonesCommand({ ZoneNames: [ZONE] }),
  );
  const { AvailabilityZone: _name, ...rest } = volume({}).Properties;
  const byId = {
    ...rest,
    AvailabilityZoneId: zone!.ZoneId,
    Size: 2,
    SnapshotId,
    VolumeInitializationRate: 100,
  };
  const copy = { SourceVolumeId: { Ref: 'Disk' }, Throughput: 150, Tags: [{ Key: 'k', Value: 'v' }] };
  const template = (properties: object) => ({
    Resources: {
      Disk: { Type: 'AWS::EC2::Volume', Properties: { VolumeType: 'gp3', ...byId } },
      Copy: { Type: 'AWS::EC2::Volume', Properties: properties },
    },
  });
  const { StackStatus } = await stacks.create('s', template(copy));
  assert.equal(StackStatus, 'CREATE_COMPLETE', (await stacks.story('s')).join('\n'));
  const first = await disk();
  assert.deepEqual([first.AvailabilityZone, first.VolumeInitializationRate], [ZONE, 100]);
  const VolumeIds = [await stacks.physicalId('s', 'Copy')];
  const { Volumes: [copied] = [] } = await client.send(new ec2.DescribeVolumesCommand({ VolumeIds }));
  assert.deepEqual(
    [copied?.SourceVolumeId, copied?.Size, copied?.Throughput, copied?.Tags?.some(({ Key }) => Key === 'k')],
    [first.VolumeId, 2, 150, true],
  );
  await stacks.create('both', template({ ...copy, AvailabilityZone: ZONE }));
  assert.match(
    (await stacks.story('both')).join('\n'),
    /CREATE_FAILED Copy: .*AvailabilityZone cannot be specified together with SourceVolumeId/,
  );
});
