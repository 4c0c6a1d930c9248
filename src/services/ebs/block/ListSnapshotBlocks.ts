/** https://docs.aws.amazon.com/ebs/latest/APIReference/API_ListSnapshotBlocks.html */
import { BLOCK_BYTES, ebs } from '../ebs.ts';
import { requireReadable, snapshotCheck } from '../snapshot/snapshot-check.ts';
import { describeKey } from '../snapshot/snapshot-key.ts';
import { afterIndexOf, blockToken, expiryOf, pageToken } from './block-token.ts';

const MAX_BLOCKS = 10_000;

export default ebs.operation('ListSnapshotBlocks', {
  readOnly: true,
  async checks(context, input) {
    return { snapshot: await snapshotCheck(context, 'ebs:ListSnapshotBlocks', input.SnapshotId) };
  },
  preconditions(_context, _input, { snapshot }) {
    requireReadable(snapshot.record);
  },
  async calls(ctx, input, { snapshot }) {
    const { id, dataKey } = snapshot.record;
    if (dataKey) await describeKey(ctx, dataKey);
    return ctx.ports.blocks.listBlocks(id, afterIndexOf(input), (input.MaxResults ?? MAX_BLOCKS) + 1);
  },
  execute(context, input, { snapshot }, found) {
    const { id, volumeSizeGiB } = snapshot.record;
    const shown = found.slice(0, input.MaxResults ?? MAX_BLOCKS);
    return {
      Blocks: shown.map((index) => ({ BlockIndex: index, BlockToken: blockToken(id, index, context.nowMs) })),
      ExpiryTime: expiryOf(context.nowMs),
      VolumeSize: volumeSizeGiB,
      BlockSize: BLOCK_BYTES,
      NextToken: found.length > shown.length ? pageToken(shown.at(-1)!) : undefined,
    };
  },
});
