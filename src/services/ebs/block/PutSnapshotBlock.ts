/** https://docs.aws.amazon.com/ebs/latest/APIReference/API_PutSnapshotBlock.html */
import { BLOCK_BYTES, ebs, GIB, invalid } from '../ebs.ts';
import { requireWritable, snapshotCheck } from '../snapshot/snapshot-check.ts';
import { openDataKey } from '../snapshot/snapshot-key.ts';
import { requirePending, sha256, startedSnapshots, writtenBlocks } from '../snapshot/started-snapshot.ts';

export default ebs.operation('PutSnapshotBlock', {
  async checks(context, input) {
    return { snapshot: await snapshotCheck(context, 'ebs:PutSnapshotBlock', input.SnapshotId) };
  },

  async preconditions(context, input, { snapshot }) {
    const { volumeSizeGiB } = snapshot.record;
    requireWritable(snapshot.record, context.account);
    await requirePending(context.tx, snapshot.record);
    if (input.DataLength !== BLOCK_BYTES || input.BlockData.length !== BLOCK_BYTES) {
      throw invalid('INVALID_BLOCK', `A block has ${BLOCK_BYTES} bytes.`);
    }
    if (input.BlockIndex >= (volumeSizeGiB * GIB) / BLOCK_BYTES) {
      throw invalid('INVALID_BLOCK', `The block index ${input.BlockIndex} is beyond the volume.`);
    }
    if (sha256(input.BlockData) !== input.Checksum) {
      throw invalid('INVALID_BLOCK', 'The checksum is not that of the data.');
    }
  },

  async calls(ctx, input, { snapshot }) {
    const { id, dataKey } = snapshot.record;
    const key = dataKey && (await openDataKey(ctx, dataKey));
    await ctx.ports.blocks.writeBlock(id, input.BlockIndex, input.BlockData, key);
  },

  async execute(context, input, { snapshot }) {
    const { account, region, id } = snapshot.record;
    const { tx, nowMs, ports } = context;
    const started = await tx.get(startedSnapshots, [account, region, id]);
    if (started) tx.put(startedSnapshots, { ...started, lastWriteMs: nowMs });
    tx.put(writtenBlocks, { snapshotId: id, index: input.BlockIndex, checksum: input.Checksum });
    if (input.Progress !== undefined) await ports.snapshots.progress(context, id, input.Progress);
    return { Checksum: input.Checksum, ChecksumAlgorithm: 'SHA256' };
  },
});
