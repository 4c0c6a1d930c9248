/** https://docs.aws.amazon.com/ebs/latest/APIReference/API_GetSnapshotBlock.html */
import { BLOCK_BYTES, ebs } from '../ebs.ts';
import { requireReadable, snapshotCheck } from '../snapshot/snapshot-check.ts';
import { describeKey, openDataKey } from '../snapshot/snapshot-key.ts';
import { sha256 } from '../snapshot/started-snapshot.ts';
import { requireBlockToken } from './block-token.ts';

export default ebs.operation('GetSnapshotBlock', {
  readOnly: true,
  async checks(context, input) {
    return { snapshot: await snapshotCheck(context, 'ebs:GetSnapshotBlock', input.SnapshotId) };
  },
  preconditions(context, input, { snapshot }) {
    requireReadable(snapshot.record);
    requireBlockToken(input.BlockToken, input.SnapshotId, input.BlockIndex, context.nowMs);
  },
  async calls(ctx, input, { snapshot }) {
    const { id, dataKey } = snapshot.record;
    if (dataKey) await describeKey(ctx, dataKey);
    const key = dataKey && (await openDataKey(ctx, dataKey));
    return ctx.ports.blocks.readBlock(id, input.BlockIndex, key);
  },
  execute(_context, _input, _verdicts, data) {
    return {
      DataLength: BLOCK_BYTES,
      BlockData: data,
      Checksum: sha256(data),
      ChecksumAlgorithm: 'SHA256',
    };
  },
});
