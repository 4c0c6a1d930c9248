/** https://docs.aws.amazon.com/ebs/latest/APIReference/API_ListChangedBlocks.html */
import type { CallContext } from '../../../invoke/context.ts';
import { BLOCK_BYTES, ebs, invalid } from '../ebs.ts';
import { requireReadable, snapshotCheck } from '../snapshot/snapshot-check.ts';
import { describeKey } from '../snapshot/snapshot-key.ts';
import { afterIndexOf, blockToken, expiryOf, pageToken } from './block-token.ts';

const MAX_BLOCKS = 10_000;

export default ebs.operation('ListChangedBlocks', {
  readOnly: true,
  async checks(context, input) {
    const action = 'ebs:ListChangedBlocks';
    return {
      first: input.FirstSnapshotId ? await snapshotCheck(context, action, input.FirstSnapshotId) : undefined,
      second: await snapshotCheck(context, action, input.SecondSnapshotId),
    };
  },
  preconditions(_context, _input, { first, second }) {
    if (first) requireReadable(first.record);
    requireReadable(second.record);
  },
  async calls(ctx, input, { first, second }) {
    const keys = [first?.record.dataKey, second.record.dataKey].filter((key) => key !== undefined);
    for (const key of new Map(keys.map((each) => [each.keyArn, each])).values()) await describeKey(ctx, key);
    const limit = (input.MaxResults ?? MAX_BLOCKS) + 1;
    return changedBlocks(ctx, first?.record.id, second.record.id, afterIndexOf(input), limit);
  },
  execute(context, input, { first, second }, found) {
    const { nowMs } = context;
    const shown = found.slice(0, input.MaxResults ?? MAX_BLOCKS);
    const token = (id: string | undefined, index: number, isThere: boolean) =>
      id && isThere ? blockToken(id, index, nowMs) : undefined;
    return {
      ChangedBlocks: shown.map(({ index, inFirst, inSecond }) => ({
        BlockIndex: index,
        FirstBlockToken: token(first?.record.id, index, inFirst),
        SecondBlockToken: token(second.record.id, index, inSecond),
      })),
      ExpiryTime: expiryOf(nowMs),
      VolumeSize: second.record.volumeSizeGiB,
      BlockSize: BLOCK_BYTES,
      NextToken: found.length > shown.length ? pageToken(shown.at(-1)!.index) : undefined,
    };
  },
});

async function changedBlocks(
  ctx: CallContext,
  first: string | undefined,
  second: string,
  afterIndex: number,
  limit: number,
) {
  try {
    return await ctx.ports.blocks.changedBlocks(first, second, afterIndex, limit);
  } catch (error) {
    if ((error as { code?: string }).code !== 'Unrelated') throw error;
    throw invalid('UNRELATED_SNAPSHOTS', 'The snapshots are not of the same volume or snapshot lineage.');
  }
}
