/**
 * Restores an archived snapshot, for good or for some days, or changes for how long
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RestoreSnapshotTier.html).
 */
import { AwsError } from '../../../aws/aws-error.ts';
import type { RestoreSnapshotTierRequest } from '../../../shapes/generated/ec2.ts';
import { ec2 } from '../ec2.ts';
import { ownResourceCheck } from '../resource/kind.ts';
import { snapshotKind, snapshots } from './snapshot.ts';
import { isMoving, isTemporarilyRestored, tierOf } from './storage-tier.ts';
import { askForMove, keepRestored, requireMovable, restoredFor, startMove } from './tier-move.ts';

const MAX_DAYS = 180;

export default ec2.operation('RestoreSnapshotTier', {
  async checks(context, input) {
    daysOf(input);
    return {
      snapshot: await ownResourceCheck(context, snapshotKind, 'ec2:RestoreSnapshotTier', input.SnapshotId),
    };
  },
  async preconditions(context, _input, { snapshot: { record } }) {
    if (tierOf(record) === 'standard' && !isTemporarilyRestored(record) && !isMoving(record)) {
      throw new AwsError('IncorrectState', `The snapshot '${record.id}' is not archived.`);
    }
    if (!isTemporarilyRestored(record)) await requireMovable(context.tx, record, 'restore');
  },
  calls: async (ctx, _input, { snapshot: { record } }) =>
    isTemporarilyRestored(record) ? undefined : askForMove(ctx, record),
  execute(context, input, { snapshot: { record } }, asked) {
    const days = daysOf(input);
    const restored = {
      SnapshotId: record.id,
      RestoreDuration: days,
      IsPermanentRestore: days === undefined,
    };
    if (!isTemporarilyRestored(record)) {
      startMove(
        context,
        record,
        days === undefined ? { kind: 'permanent-restore' } : { kind: 'temporary-restore', days },
        asked,
      );
      return { ...restored, RestoreStartTime: context.nowMs };
    }
    if (days === undefined) keepRestored(context, record);
    else context.tx.put(snapshots, restoredFor(context, record, days));
    return restored;
  },
});

/** Undefined for good. */
function daysOf(input: RestoreSnapshotTierRequest): number | undefined {
  const { PermanentRestore: isPermanent, TemporaryRestoreDays: days = 1 } = input;
  if (isPermanent && input.TemporaryRestoreDays !== undefined) {
    throw new AwsError(
      'InvalidParameterCombination',
      'The parameter TemporaryRestoreDays cannot be used with the parameter PermanentRestore',
    );
  }
  if (days < 1 || days > MAX_DAYS) {
    throw new AwsError(
      'InvalidParameterValue',
      `Value (${days}) for parameter TemporaryRestoreDays is invalid. Expecting a value between 1 and ${MAX_DAYS}.`,
    );
  }
  return isPermanent ? undefined : days;
}
