/**
 * Takes a lock off that its mode still lets go
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_UnlockSnapshot.html).
 */
import { AwsError } from '../../../aws/aws-error.ts';
import { ec2 } from '../ec2.ts';
import { ownResourceCheck } from '../resource/kind.ts';
import { snapshotKind, snapshots } from './snapshot.ts';
import { lockStateOf, standingLock } from './snapshot-lock.ts';

export default ec2.operation('UnlockSnapshot', {
  async checks(context, input) {
    return {
      snapshot: await ownResourceCheck(context, snapshotKind, 'ec2:UnlockSnapshot', input.SnapshotId),
    };
  },
  preconditions({ nowMs }, _input, { snapshot: { record } }) {
    const lock = standingLock(record, nowMs);
    if (!lock) throw new AwsError('IncorrectState', `The snapshot '${record.id}' is not locked.`);
    if (lockStateOf(lock, nowMs) !== 'compliance') return;
    throw new AwsError(
      'OperationNotPermitted',
      `The snapshot '${record.id}' is locked in compliance mode and cannot be unlocked.`,
    );
  },
  execute({ tx }, _input, { snapshot: { record } }) {
    tx.put(snapshots, { ...record, lock: undefined });
    return { SnapshotId: record.id };
  },
});
