/**
 * Keeps a snapshot from being deleted, or changes how it is kept
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_LockSnapshot.html).
 */
import { AwsError } from '../../../aws/aws-error.ts';
import { DAY_MS, HOUR_MS } from '../../../platform/durations.ts';
import type { LockSnapshotRequest } from '../../../shapes/generated/ec2.ts';
import { ec2 } from '../ec2.ts';
import { ownResourceCheck } from '../resource/kind.ts';
import { snapshotKind, snapshots } from './snapshot.ts';
import { lockStateOf, showLock, standingLock, startLock } from './snapshot-lock.ts';
import type { SnapshotLock, SnapshotRecord } from './snapshot-record.ts';

export default ec2.operation('LockSnapshot', {
  async checks(context, input) {
    requireLockRequest(input, context.nowMs);
    return {
      snapshot: await ownResourceCheck(context, snapshotKind, 'ec2:LockSnapshot', input.SnapshotId, () => ({
        'ec2:SnapshotCoolOffPeriod': input.CoolOffPeriod,
        'ec2:SnapshotLockDuration': input.LockDuration,
      })),
    };
  },
  preconditions({ nowMs }, input, { snapshot: { record } }) {
    if (record.state === 'error')
      throw new AwsError('IncorrectState', `Snapshot is in invalid state - ${record.state}`);
    const lock = standingLock(record, nowMs);
    if (lock && lockStateOf(lock, nowMs) === 'compliance') requireLonger(lock, input, nowMs);
  },
  execute(context, input, { snapshot: { record } }) {
    const locked = { ...record, lock: lockOf(record, input, context.nowMs) };
    const kept = record.state === 'completed' ? startLock(context, locked, record.lock) : locked;
    context.tx.put(snapshots, kept);
    return { SnapshotId: record.id, ...showLock(kept.lock!, context.nowMs) };
  },
});

function lockOf(record: SnapshotRecord, input: LockSnapshotRequest, nowMs: number): SnapshotLock {
  const before = standingLock(record, nowMs);
  const { LockMode: mode, CoolOffPeriod: hours } = input;
  const coolOff =
    hours === undefined
      ? { coolOffHours: before?.coolOffHours, coolOffEndsAtMs: before?.coolOffEndsAtMs }
      : { coolOffHours: hours, coolOffEndsAtMs: nowMs + hours * HOUR_MS };
  return {
    mode,
    createdAtMs: before?.createdAtMs ?? nowMs,
    days: input.LockDuration,
    expiresAtMs: input.ExpirationDate,
    ...(mode === 'compliance' && coolOff),
  };
}

/** Once nobody can unlock it any more, the time that it is locked for can be extended, and nothing else. */
function requireLonger(lock: SnapshotLock, input: LockSnapshotRequest, nowMs: number): void {
  const refused = (what: string) =>
    new AwsError(
      'OperationNotPermitted',
      `The snapshot '${input.SnapshotId}' is locked in compliance mode: ${what}.`,
    );
  if (input.LockMode !== 'compliance') throw refused('its lock mode cannot be changed');
  if (input.CoolOffPeriod !== undefined) throw refused('it has no cooling-off period any more');
  const expiresAtMs = input.ExpirationDate ?? nowMs + input.LockDuration! * DAY_MS;
  if (lock.expiresAtMs !== undefined && expiresAtMs < lock.expiresAtMs)
    throw refused('its lock duration cannot be decreased');
}

function requireLockRequest(input: LockSnapshotRequest, nowMs: number): void {
  const { LockMode: mode, CoolOffPeriod: hours, LockDuration: days, ExpirationDate: date } = input;
  const combined = (one: string, other: string) =>
    new AwsError(
      'InvalidParameterCombination',
      `The parameter ${one} cannot be used with the parameter ${other}`,
    );
  if (days !== undefined && date !== undefined) throw combined('LockDuration', 'ExpirationDate');
  if (days === undefined && date === undefined) {
    throw new AwsError(
      'MissingParameter',
      'The request must contain the parameter LockDuration or ExpirationDate',
    );
  }
  if (mode === 'governance' && hours !== undefined) throw combined('CoolOffPeriod', 'LockMode governance');
  if (date === undefined || date > nowMs) return;
  throw new AwsError(
    'InvalidParameterValue',
    `Value (${new Date(date).toISOString()}) for parameter ExpirationDate is invalid. It must be in the future.`,
  );
}
