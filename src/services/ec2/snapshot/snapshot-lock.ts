/** Locks on snapshots: what they keep from happening, and how they end by the clock (aws-facts F52). */
import { AwsError } from '../../../aws/aws-error.ts';
import type { EffectContext } from '../../../invoke/context.ts';
import { workflow } from '../../../invoke/workflow.ts';
import { workflowRef } from '../../../invoke/workflow-ref.ts';
import { DAY_MS } from '../../../platform/durations.ts';
import { ec2 } from '../ec2.ts';
import { findResource } from '../resource/kind.ts';
import { emitLockEvent } from './lock-event.ts';
import { snapshotKind } from './snapshot.ts';
import type { SnapshotLock, SnapshotRecord } from './snapshot-record.ts';

export type LockState = 'compliance' | 'compliance-cooloff' | 'expired' | 'governance';

export function lockStateOf({ mode, expiresAtMs, coolOffEndsAtMs }: SnapshotLock, nowMs: number): LockState {
  if (expiresAtMs !== undefined && expiresAtMs <= nowMs) return 'expired';
  return mode === 'compliance' && coolOffEndsAtMs !== undefined && coolOffEndsAtMs > nowMs
    ? 'compliance-cooloff'
    : mode;
}

/** The lock that a snapshot is under; undefined where there is none, or none any more. */
export const standingLock = ({ lock }: SnapshotRecord, nowMs: number): SnapshotLock | undefined =>
  lock && lockStateOf(lock, nowMs) !== 'expired' ? lock : undefined;

export function requireUnlocked(snapshot: SnapshotRecord, nowMs: number): void {
  const lock = standingLock(snapshot, nowMs);
  if (!lock) return;
  throw new AwsError(
    'OperationNotPermitted',
    `The snapshot '${snapshot.id}' is locked (${lockStateOf(lock, nowMs)}) and cannot be deleted.`,
  );
}

export const showLock = (lock: SnapshotLock, nowMs: number) => ({
  LockState: lockStateOf(lock, nowMs),
  LockDuration: lock.days,
  CoolOffPeriod: lock.coolOffHours,
  CoolOffPeriodExpiresOn: lock.coolOffEndsAtMs,
  LockCreatedOn: lock.createdAtMs,
  LockExpiresOn: lock.expiresAtMs,
  LockDurationStartTime: lock.startedAtMs,
});

/** The lock's time begins to run, for it is given or changed, or for its snapshot is complete. */
export function startLock(
  context: EffectContext,
  snapshot: SnapshotRecord,
  before?: SnapshotLock,
): SnapshotRecord {
  const { lock } = snapshot;
  if (!lock) return snapshot;
  const startedAtMs = lock.startedAtMs ?? context.nowMs;
  const expiresAtMs = lock.expiresAtMs ?? startedAtMs + lock.days! * DAY_MS;
  const started: SnapshotLock = { ...lock, startedAtMs, expiresAtMs };
  for (const atMs of [started.coolOffEndsAtMs, expiresAtMs]) {
    if (atMs === undefined || atMs === before?.coolOffEndsAtMs || atMs === before?.expiresAtMs) continue;
    context.schedule(
      endLockStep,
      { snapshotId: snapshot.id, atMs },
      { delayMs: Math.max(0, atMs - context.nowMs) },
    );
  }
  const locked = { ...snapshot, lock: started };
  emitLockEvent(context, locked, { event: 'lockSnapshot', state: lockStateOf(started, context.nowMs) });
  return locked;
}

/** The snapshot has come to nothing, and so has its lock. */
export function cancelLock(context: EffectContext, snapshot: SnapshotRecord): SnapshotRecord {
  if (snapshot.lock) {
    emitLockEvent(context, snapshot, {
      event: 'lockSnapshot',
      state: `pending-${snapshot.lock.mode}`,
      cause: 'snapshot failed',
    });
  }
  return { ...snapshot, lock: undefined };
}

/** At the end of a cooling-off period and of a lock, unless it was changed since. */
const endLockStep = workflowRef<{ snapshotId: string; atMs: number }>('ec2.snapshot.end-lock');

export const endLockWorkflow = workflow(
  endLockStep,
  ec2,
  async (_ctx, { snapshotId, atMs }) =>
    async (context) => {
      const snapshot = await findResource(context.tx, snapshotKind, context, snapshotId);
      const lock = snapshot?.lock;
      if (!lock) return;
      const state = lockStateOf(lock, atMs);
      if (atMs === lock.expiresAtMs) emitLockEvent(context, snapshot, { event: 'lockDurationExpiry', state });
      else if (atMs === lock.coolOffEndsAtMs)
        emitLockEvent(context, snapshot, { event: 'cooloffperiodExpiry', state });
    },
);
