/** What EBS sends of locks (https://docs.aws.amazon.com/ebs/latest/userguide/monitor-snapshot-lock.html). */
import type { EffectContext } from '../../../invoke/context.ts';
import { arnOf, isoTime } from './snapshot-event.ts';
import type { SnapshotRecord } from './snapshot-record.ts';

interface LockEvent {
  readonly event: 'cooloffperiodExpiry' | 'lockDurationExpiry' | 'lockSnapshot';
  readonly state: string;
  /** Where the lock has failed. */
  readonly cause?: string;
}

/** `cooOffPeriod` is AWS's spelling. */
export function emitLockEvent(context: EffectContext, snapshot: SnapshotRecord, sent: LockEvent): void {
  const { account, region, id } = snapshot;
  const lock = snapshot.lock!;
  const { event, state, cause } = sent;
  const arn = arnOf(region, 'snapshot', id);
  const isNew = event === 'lockSnapshot' && cause === undefined;
  const detail = {
    event,
    result: cause === undefined ? 'succeeded' : 'failed',
    cause,
    snapshot_id: arn,
    source: isNew ? account : undefined,
    lockState: state,
    lockCreatedOn: isoTime(lock.createdAtMs),
    lockExpiresOn: isoTime(lock.expiresAtMs),
    lockDuration: lock.days,
    ...(event !== 'lockDurationExpiry' && {
      lockStartDurationTime: isoTime(lock.startedAtMs),
      cooOffPeriod: lock.coolOffHours,
      coolOffPeriodExpiresOn: isoTime(lock.coolOffEndsAtMs),
    }),
  };
  context.emit({
    source: 'aws.ec2',
    detailType: 'EBS Snapshot Notification',
    resources: [arn],
    detail: Object.fromEntries(Object.entries(detail).filter(([, value]) => value !== undefined)),
  });
}
