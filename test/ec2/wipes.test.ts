/** Data keys that KMS opened for EC2, EBS and CloudWatch Logs are zero once they have done their work, also where it failed. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import {
  AssociateKmsKeyCommand,
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import * as sdk from '@aws-sdk/client-ebs';
import {
  AttachVolumeCommand,
  CopySnapshotCommand,
  CreateVolumeCommand,
  DescribeImagesCommand,
  DetachVolumeCommand,
  EnableEbsEncryptionByDefaultCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { DisableKeyCommand, EnableKeyCommand } from '@aws-sdk/client-kms';
import { AwsError } from '../../src/aws/aws-error.ts';
import type { Runtime } from '../../src/invoke/runtime.ts';
import type { LatchkeyOptions } from '../../src/latchkey.ts';
import { ACCOUNT, REGION, statement, ZONE } from '../worlds/account.ts';
import { ec2World, type World } from '../worlds/ec2.ts';
import { keyPolicy } from '../worlds/kms.ts';
import { refusal, type TestServer } from '../worlds/server.ts';
import { watchSecrets } from '../worlds/wiped.ts';

/** Time that simulated work takes is long enough to change something before it is done. */
const SLOWLY: LatchkeyOptions = { delays: 1000 };
const LONG_MS = 86_400_000;

const encryptedDisk = (KmsKeyId: string) => ({
  BlockDeviceMappings: [{ DeviceName: '/dev/sdf', Ebs: { VolumeSize: 1, Encrypted: true, KmsKeyId } }],
});

const WORK: Readonly<Record<string, (world: World) => Promise<unknown>>> = {
  'a volume attached, detached and attached again': async (world) => {
    const { ec2, server } = world;
    const VolumeId = await world.newVolume({ KmsKeyId: await world.newKey() });
    const InstanceId = await world.run({ Placement: { AvailabilityZone: ZONE } });
    await server.settled();
    for (let times = 0; times < 2; times++) {
      await ec2.send(new AttachVolumeCommand({ VolumeId, InstanceId, Device: '/dev/sdf' }));
      await server.settled();
      await ec2.send(new DetachVolumeCommand({ VolumeId }));
      await server.settled();
    }
  },
  'an instance that starts, stops, starts and ends': async (world) => {
    const InstanceIds = [await world.run(encryptedDisk(await world.newKey()))];
    await world.server.settled();
    for (const Command of [StopInstancesCommand, StartInstancesCommand, TerminateInstancesCommand]) {
      await world.ec2.send(new (Command as typeof StopInstancesCommand)({ InstanceIds }));
      await world.server.settled();
    }
  },
  'an instance that may not start': async (world) => {
    const KeyId = await world.newKey();
    const InstanceIds = [await world.run(encryptedDisk(KeyId))];
    await world.server.settled();
    await world.ec2.send(new StopInstancesCommand({ InstanceIds }));
    await world.server.settled();
    await world.kms.send(new DisableKeyCommand({ KeyId }));
    await world.ec2.send(new StartInstancesCommand({ InstanceIds }));
    await world.server.settled();
    await world.kms.send(new EnableKeyCommand({ KeyId }));
  },
  'a volume for two instances at once': async (world) => {
    const { ec2, server } = world;
    const { VolumeId } = await ec2.send(
      new CreateVolumeCommand({
        AvailabilityZone: ZONE,
        Size: 4,
        VolumeType: 'io2',
        Iops: 100,
        MultiAttachEnabled: true,
        Encrypted: true,
        KmsKeyId: await world.newKey(),
      }),
    );
    const instances = [
      await world.run({ Placement: { AvailabilityZone: ZONE } }),
      await world.run({ Placement: { AvailabilityZone: ZONE } }),
    ];
    await server.settled();
    for (const InstanceId of instances) {
      await ec2.send(new AttachVolumeCommand({ VolumeId, InstanceId, Device: '/dev/sdf' }));
    }
    await server.settled();
  },
  'snapshots, and volumes and copies of them under other keys': async (world) => {
    const [one, two] = [await world.newKey(), await world.newKey()];
    const snapshot = await world.newSnapshot(await world.newVolume({ KmsKeyId: one }));
    await world.newVolume({ KmsKeyId: one, SnapshotId: snapshot });
    await world.newVolume({ KmsKeyId: two, SnapshotId: snapshot });
    await world.ec2.send(
      new CopySnapshotCommand({
        SourceRegion: REGION,
        SourceSnapshotId: snapshot,
        Encrypted: true,
        KmsKeyId: two,
      }),
    );
    await world.ec2.send(new EnableEbsEncryptionByDefaultCommand({}));
    await world.newSnapshot(await world.newVolume({ KmsKeyId: two }));
  },
  'volumes and copies under keys, of an image whose snapshot has no blocks here': async (world) => {
    const { ec2 } = world;
    const KmsKeyId = await world.newKey();
    const { Images } = await ec2.send(new DescribeImagesCommand({ Owners: ['amazon'] }));
    const SnapshotId = Images?.[0]?.BlockDeviceMappings?.[0]?.Ebs?.SnapshotId;
    const Encrypted = true;
    await ec2.send(new CreateVolumeCommand({ AvailabilityZone: ZONE, SnapshotId, Encrypted, KmsKeyId }));
    await ec2.send(
      new CopySnapshotCommand({ SourceRegion: REGION, SourceSnapshotId: SnapshotId, Encrypted, KmsKeyId }),
    );
  },
  'a snapshot written block by block, and its child': async (world) => {
    const ebs = world.server.client(sdk.EBSClient);
    const KmsKeyArn = await world.newKey();
    const BlockData = Buffer.alloc(524_288, 7);
    const write = async (more: Partial<sdk.StartSnapshotCommandInput>) => {
      const { SnapshotId } = await ebs.send(new sdk.StartSnapshotCommand({ VolumeSize: 1, ...more }));
      await ebs.send(
        new sdk.PutSnapshotBlockCommand({
          SnapshotId,
          BlockIndex: 0,
          BlockData,
          DataLength: BlockData.length,
          Checksum: createHash('sha256').update(BlockData).digest('base64'),
          ChecksumAlgorithm: 'SHA256',
        }),
      );
      await ebs.send(new sdk.CompleteSnapshotCommand({ SnapshotId, ChangedBlocksCount: 1 }));
      await world.server.settled();
      return SnapshotId!;
    };
    const parent = await write({ Encrypted: true, KmsKeyArn });
    const SnapshotId = await write({ ParentSnapshotId: parent });
    const { Blocks } = await ebs.send(new sdk.ListSnapshotBlocksCommand({ SnapshotId }));
    const { BlockToken } = Blocks![0]!;
    await ebs.send(new sdk.GetSnapshotBlockCommand({ SnapshotId, BlockIndex: 0, BlockToken }));
  },
  'log events written, read and searched': async (world) => {
    const logs = world.server.client(CloudWatchLogsClient);
    const stream = { logGroupName: '/secret', logStreamName: 'one' };
    const forLogs = statement('kms:*', { Principal: { Service: `logs.${REGION}.amazonaws.com` } });
    const kmsKeyId = await world.newKey(JSON.parse(keyPolicy(ACCOUNT, forLogs)));
    await logs.send(new CreateLogGroupCommand({ logGroupName: '/secret', kmsKeyId }));
    await logs.send(new CreateLogStreamCommand(stream));
    const { nowMs } = await world.server.ask<{ nowMs: number }>('clock');
    const put = (timestamp: number) =>
      logs.send(new PutLogEventsCommand({ ...stream, logEvents: [{ timestamp, message: 'hush' }] }));
    await put(nowMs);
    await put(nowMs - 30 * 86_400_000);
    const { events } = await logs.send(new GetLogEventsCommand(stream));
    assert.equal(events!.length, 1);
    await logs.send(new FilterLogEventsCommand({ logGroupName: '/secret', filterPattern: 'hush' }));
    await refusal(logs.send(new FilterLogEventsCommand({ logGroupName: '/secret', filterPattern: '{' })));
    await refusal(logs.send(new GetLogEventsCommand({ ...stream, nextToken: 'wrong' })));
  },
};

describe('data keys are wiped after', () => {
  test('a read of logs for which one of two keys is refused', async (t) => {
    const world = await ec2World(t);
    const logs = world.server.client(CloudWatchLogsClient);
    const forLogs = statement('kms:*', { Principal: { Service: `logs.${REGION}.amazonaws.com` } });
    const Policy = JSON.parse(keyPolicy(ACCOUNT, forLogs));
    const [first, second] = [await world.newKey(Policy), await world.newKey(Policy)];
    const stream = { logGroupName: '/secret', logStreamName: 'one' };
    await logs.send(new CreateLogGroupCommand({ logGroupName: '/secret', kmsKeyId: first }));
    await logs.send(new CreateLogStreamCommand(stream));
    await logs.send(new AssociateKmsKeyCommand({ logGroupName: '/secret', kmsKeyId: second }));
    await world.kms.send(new DisableKeyCommand({ KeyId: second }));
    const watch = watchSecrets(world.server);
    await refusal(logs.send(new GetLogEventsCommand(stream)));
    assert.ok(watch.seen > 0);
    assert.deepEqual(watch.unwiped(), []);
  });

  for (const [what, work] of Object.entries(WORK)) {
    test(what, async (t) => {
      const world = await ec2World(t);
      const watch = watchSecrets(world.server);
      await work(world);
      await world.server.settled();
      assert.ok(watch.seen > 0);
      assert.deepEqual(watch.unwiped(), []);
    });
  }
});

/** Has KMS refuse the second time that it is asked to decrypt; gives how often it was asked. */
function refuseSecondDecrypt({ latchkey }: TestServer): () => number {
  const runtime = latchkey.runtime as { invoke: Runtime['invoke'] };
  const { invoke } = runtime;
  let asked = 0;
  runtime.invoke = async (invocation) => {
    if (invocation.operation.name === 'Decrypt' && ++asked === 2) {
      throw new AwsError('DisabledException', 'the key is disabled');
    }
    return invoke(invocation);
  };
  return () => asked;
}

/** Two keys are opened, of the copy and of what is copied: where the second is refused, the first was opened in vain. */
describe('where the second key is refused, the first is wiped', () => {
  const copies: Readonly<Record<string, (world: World, source: string, key: string) => Promise<unknown>>> = {
    'of a volume': (world, SnapshotId, KmsKeyId) =>
      world.ec2.send(
        new CreateVolumeCommand({ AvailabilityZone: ZONE, Encrypted: true, KmsKeyId, SnapshotId }),
      ),
    'of a snapshot': (world, SourceSnapshotId, KmsKeyId) =>
      world.ec2.send(
        new CopySnapshotCommand({ SourceRegion: REGION, SourceSnapshotId, Encrypted: true, KmsKeyId }),
      ),
  };
  for (const [what, copy] of Object.entries(copies)) {
    test(what, async (t) => {
      const world = await ec2World(t, SLOWLY);
      const { server } = world;
      const [source, target] = [await world.newKey(), await world.newKey()];
      const volumeId = await world.newVolume({ KmsKeyId: source });
      await server.advance(LONG_MS);
      const snapshotId = await world.newSnapshot(volumeId);
      await server.advance(LONG_MS);
      const watch = watchSecrets(server);
      const opened = refuseSecondDecrypt(server);
      await copy(world, snapshotId, target);
      await server.advance(LONG_MS);
      assert.equal(opened(), 2);
      assert.deepEqual(watch.unwiped(), []);
    });
  }
});
