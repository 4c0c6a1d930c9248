/**
 * Seals a snapshot, having tested that all blocks have come
 * (https://docs.aws.amazon.com/ebs/latest/APIReference/API_CompleteSnapshot.html).
 */
import { ebs, invalid } from '../ebs.ts';
import { requireWritable, snapshotCheck } from './snapshot-check.ts';
import { requirePending, sealWrites, writtenSummary } from './started-snapshot.ts';

export default ebs.operation('CompleteSnapshot', {
  async checks(context, input) {
    return { snapshot: await snapshotCheck(context, 'ebs:CompleteSnapshot', input.SnapshotId) };
  },
  async preconditions(context, input, { snapshot }) {
    requireWritable(snapshot.record, context.account);
    await requirePending(context.tx, snapshot.record);
    const written = await writtenSummary(context.tx, snapshot.record.id);
    if (input.ChangedBlocksCount !== written.count) {
      throw invalid(
        'INVALID_PARAMETER_VALUE',
        `The changed blocks count ${input.ChangedBlocksCount} is not the number of blocks written, ${written.count}.`,
      );
    }
    if (input.Checksum !== undefined && input.Checksum !== written.checksum) {
      throw invalid('INVALID_PARAMETER_VALUE', 'The checksum is not that of the blocks written.');
    }
  },
  async execute(context, _input, { snapshot }) {
    const { id } = snapshot.record;
    await sealWrites(context.tx, await requirePending(context.tx, snapshot.record));
    context.ports.snapshots.complete(context, id);
    return { Status: 'pending' };
  },
});
