/** The EBS direct APIs' whole answers and refusals, with what is recorded. */
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { transcripts } from '../worlds/transcript.ts';

const { server, transcript } = await transcripts(import.meta.url);

test('snapshots written and read block by block', async () => {
  const t = transcript('100000000001', 'blocks');
  const call = (name: string, input: object) => t.call(`ebs:${name}`, input);
  const KmsKeyArn = (await t.silent('kms:CreateKey')).at('KeyMetadata', 'Arn');
  const start = {
    VolumeSize: 1,
    Description: 'd',
    Tags: [{ Key: 'a', Value: 'b' }],
    ClientToken: 'once',
    Timeout: 60,
  };
  const SnapshotId = (await call('StartSnapshot', start)).at('SnapshotId');
  await call('StartSnapshot', start);
  await call('StartSnapshot', { ...start, VolumeSize: 2 });
  for (const input of [
    { VolumeSize: 0 },
    { VolumeSize: 16385 },
    { VolumeSize: 65537 },
    { VolumeSize: 1, Timeout: 9 },
    { VolumeSize: 1, Timeout: 4321 },
    { VolumeSize: 1, ParentSnapshotId: 'snap-00000000000000001' },
    { VolumeSize: 1, KmsKeyArn },
    { VolumeSize: 1, Encrypted: true, KmsKeyArn: KmsKeyArn.replace(/[0-9a-f]{12}$/, '000000000000') },
    { VolumeSize: 1, ParentSnapshotId: SnapshotId },
  ])
    await call('StartSnapshot', input);
  const data = Buffer.alloc(524_288, 'x');
  const block = {
    SnapshotId,
    BlockIndex: 0,
    BlockData: data,
    DataLength: data.length,
    Checksum: createHash('sha256').update(data).digest('base64'),
    ChecksumAlgorithm: 'SHA256',
  };
  const put = async (title: string, rest: object) =>
    t.step(
      `PutSnapshotBlock ${title}`,
      (await t.silent('ebs:PutSnapshotBlock', { ...block, ...rest })).output,
    );
  await put('first', {});
  await put('last', { BlockIndex: 2047 });
  await put('beyond', { BlockIndex: 2048 });
  await put('with another checksum', { Checksum: 'AAAA' });
  await put('short', { BlockData: data.subarray(1), DataLength: data.length - 1 });
  await put('of another length', { DataLength: data.length - 1 });
  await put('to none', { SnapshotId: 'snap-00000000000000001' });
  await call('ListSnapshotBlocks', { SnapshotId });
  await call('CompleteSnapshot', { SnapshotId, ChangedBlocksCount: 1 });
  await call('CompleteSnapshot', { SnapshotId, ChangedBlocksCount: 3 });
  await call('CompleteSnapshot', { SnapshotId, ChangedBlocksCount: 2 });
  await server.settled();
  await call('CompleteSnapshot', { SnapshotId, ChangedBlocksCount: 2 });
  await put('to a complete one', {});
  const child = (await call('StartSnapshot', { VolumeSize: 1, ParentSnapshotId: SnapshotId })).at(
    'SnapshotId',
  );
  await put('to its child', { SnapshotId: child, BlockIndex: 1 });
  await call('CompleteSnapshot', { SnapshotId: child, ChangedBlocksCount: 1 });
  await server.settled();
  const listed = await call('ListSnapshotBlocks', { SnapshotId: child });
  await call('ListSnapshotBlocks', { SnapshotId: child, StartingBlockIndex: 1 });
  for (const MaxResults of [99, 100, 10_000, 10_001])
    await call('ListSnapshotBlocks', { SnapshotId: child, MaxResults });
  await call('ListSnapshotBlocks', { SnapshotId: child, NextToken: 'x' });
  await call('ListChangedBlocks', { FirstSnapshotId: SnapshotId, SecondSnapshotId: child });
  await call('ListChangedBlocks', { SecondSnapshotId: child, StartingBlockIndex: 1 });
  await call('ListChangedBlocks', { FirstSnapshotId: child, SecondSnapshotId: SnapshotId });
  await call('ListChangedBlocks', { FirstSnapshotId: 'snap-00000000000000001', SecondSnapshotId: child });
  const BlockToken = listed.at('Blocks', 0, 'BlockToken');
  const get = async (title: string, input: object) => {
    const { BlockData, ...rest } = (
      await t.silent('ebs:GetSnapshotBlock', { SnapshotId: child, BlockIndex: 0, BlockToken, ...input })
    ).output;
    const bytes = await (
      BlockData as { transformToByteArray(): Promise<Uint8Array> } | undefined
    )?.transformToByteArray();
    t.step(`GetSnapshotBlock ${title}`, { ...rest, BlockData: bytes });
  };
  await get('with its token', {});
  await get('with the token of another', { BlockIndex: 1 });
  await get('with a made up token', { BlockToken: 'x' });
  await get('of another snapshot', { SnapshotId });
  await call('StartSnapshot', { VolumeSize: 1, Encrypted: true, KmsKeyArn });
  await server.advance(60 * 60_000 + 1000);
  await t.call('ec2:DescribeSnapshots', { OwnerIds: ['self'] });
  await t.recorded();
  t.compare();
});
