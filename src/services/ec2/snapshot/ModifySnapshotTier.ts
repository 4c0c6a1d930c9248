/**
 * Archives a snapshot: it is of no use until it is restored, and of nobody but its owner
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySnapshotTier.html).
 */
import { AwsError } from '../../../aws/aws-error.ts';
import { ec2 } from '../ec2.ts';
import { ownResourceCheck } from '../resource/kind.ts';
import { requireOutOfUse } from './images-of-snapshot.ts';
import { snapshotKind } from './snapshot.ts';
import { isTemporarilyRestored, requireCompleted, tierOf } from './storage-tier.ts';
import { askForMove, requireMovable, startMove } from './tier-move.ts';

export default ec2.operation('ModifySnapshotTier', {
  async checks(context, input) {
    return {
      snapshot: await ownResourceCheck(context, snapshotKind, 'ec2:ModifySnapshotTier', input.SnapshotId),
    };
  },
  async preconditions(context, _input, { snapshot: { record } }) {
    requireCompleted(record);
    if (tierOf(record) === 'archive' || isTemporarilyRestored(record)) {
      const how = isTemporarilyRestored(record) ? 'restored for a time only' : 'archived already';
      throw new AwsError('IncorrectState', `The snapshot '${record.id}' is ${how}.`);
    }
    await requireOutOfUse(context.tx, record, 'disabled');
    await requireMovable(context.tx, record, 'archival');
  },
  calls: (ctx, _input, { snapshot: { record } }) => askForMove(ctx, record),
  execute(context, _input, { snapshot: { record } }, asked) {
    startMove(context, record, { kind: 'archival' }, asked);
    return { SnapshotId: record.id, TieringStartTime: context.nowMs };
  },
});
