/** Volumes whose files are damaged: shown as lost, left as they are, and back as soon as the files are. */
import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  AttachVolumeCommand,
  CreateSnapshotCommand,
  DescribeInstanceStatusCommand,
  DescribeSnapshotsCommand,
  DescribeVolumeStatusCommand,
  StartInstancesCommand,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2';
import { inspectData } from '../../src/inspect-data.ts';
import { NbdClient } from '../dataplane/nbd-client.ts';
import { attachmentOf, ZONE } from '../worlds/account.ts';
import { ec2World } from '../worlds/ec2.ts';
import { refusal } from '../worlds/server.ts';

const MARK = Buffer.alloc(4096, 'kept ');

/** The file whose content names the volume. */
function journalOf(data: string, volumeId: string): string {
  const volumes = join(data, 'volumes');
  const found = readdirSync(volumes)
    .map((name) => join(volumes, name, 'journal'))
    .find((file) => !file.includes('sockets') && readFileSync(file).includes(volumeId));
  assert.ok(found, `no journal names ${volumeId}`);
  return found;
}

test('a damaged journal costs the volumes in it and nothing else, and not for ever', async (t) => {
  const data = mkdtempSync(join(tmpdir(), 'latchkey-lost-'));
  t.after(() => rmSync(data, { recursive: true, force: true }));
  const before = await ec2World(t, { data });
  const instanceId = await before.run({ Placement: { AvailabilityZone: ZONE } });
  const [lost, whole] = [await before.newVolume(), await before.newVolume()];
  await before.ec2.send(
    new AttachVolumeCommand({ VolumeId: lost, InstanceId: instanceId, Device: '/dev/sdf' }),
  );
  await before.server.settled();
  const client = await NbdClient.open((await attachmentOf(before.server, lost))?.nbdUri as string);
  await client.write(0, MARK);
  await client.flush();
  await client.close();
  const { SnapshotId } = await before.ec2.send(new CreateSnapshotCommand({ VolumeId: lost }));
  await before.server.settled();
  await before.server.close();

  const journal = journalOf(data, lost);
  copyFileSync(journal, join(data, 'copy'));
  const bytes = readFileSync(journal);
  bytes[20] = (bytes[20] as number) ^ 1;
  writeFileSync(journal, bytes);

  const said: string[] = [];
  const during = await ec2World(t, { data, onHealth: (sentence) => said.push(sentence) });
  await during.server.settled();
  assert.match(said.join(), /cannot be served, and are left as they are .*the journal is damaged at byte 0/);
  const health = await fetch(`${during.server.url}/_latchkey/health`);
  assert.equal(health.status, 200);
  assert.equal(((await health.json()) as { status: string }).status, 'degraded');
  assert.equal((await during.volume(lost))?.State, 'error');
  assert.equal((await during.volume(whole))?.State, 'available');
  const { VolumeStatuses } = await during.ec2.send(new DescribeVolumeStatusCommand({ VolumeIds: [lost] }));
  assert.equal(VolumeStatuses?.[0]?.VolumeStatus?.Status, 'impaired');
  const { InstanceStatuses } = await during.ec2.send(
    new DescribeInstanceStatusCommand({ InstanceIds: [instanceId] }),
  );
  assert.equal(InstanceStatuses?.[0]?.InstanceStatus?.Status, 'impaired');
  const shown = await during.ec2.send(new DescribeSnapshotsCommand({ SnapshotIds: [SnapshotId as string] }));
  assert.equal(shown.Snapshots?.[0]?.State, 'error');
  const refused = await refusal(during.ec2.send(new CreateSnapshotCommand({ VolumeId: lost })));
  assert.equal(refused.code, 'IncorrectState');
  // An instance whose disk is gone does not start, and nothing hangs on it.
  await during.ec2.send(new StopInstancesCommand({ InstanceIds: [instanceId] }));
  await during.server.settled();
  await during.ec2.send(new StartInstancesCommand({ InstanceIds: [instanceId] }));
  await during.server.settled();
  assert.equal((await during.instance(instanceId)).State?.Name, 'stopped');
  await during.server.close();
  assert.ok(readFileSync(journal).equals(bytes), 'the damaged file is left as it is');

  const report = await inspectData(data);
  assert.match(report.problems.join('\n'), /volumes\/[0-9a-f]{16}: the journal is damaged at byte 0/);
  assert.ok(report.problems.some((problem) => problem.startsWith(`${lost}: its blocks are lost`)));
  assert.ok(report.problems.every((problem) => !problem.includes(whole)));
  copyFileSync(join(data, 'copy'), journal);
  assert.deepEqual((await inspectData(data)).problems, []);
  const after = await ec2World(t, { data });
  await after.server.settled();
  assert.equal((await after.volume(lost))?.State, 'in-use');
  await after.ec2.send(new StartInstancesCommand({ InstanceIds: [instanceId] }));
  await after.server.settled();
  const again = await NbdClient.open((await attachmentOf(after.server, lost))?.nbdUri as string);
  assert.ok((await again.read(0, MARK.length)).equals(MARK));
  await again.close();
  const back = await after.ec2.send(new DescribeSnapshotsCommand({ SnapshotIds: [SnapshotId as string] }));
  assert.equal(back.Snapshots?.[0]?.State, 'completed');
});
