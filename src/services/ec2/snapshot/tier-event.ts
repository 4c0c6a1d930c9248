/** What EBS sends of the archive tier (https://docs.aws.amazon.com/ebs/latest/userguide/monitor-snapshot-archiving.html). */
import type { EffectContext } from '../../../invoke/context.ts';
import { ec2Arn } from '../resource/arn.ts';
import { KEY_REFUSED } from './copy-preparation.ts';
import { emitNotification, isoTime } from './snapshot-event.ts';
import type { SnapshotRecord, TierMove } from './snapshot-record.ts';

const EVENTS: Readonly<Record<TierMove['kind'], string>> = {
  archival: 'archiveSnapshot',
  'temporary-restore': 'temporaryRestoreSnapshot',
  'permanent-restore': 'permanentRestoreSnapshot',
};

/** Of a move that has just ended. */
export function emitTierEvent(context: EffectContext, snapshot: SnapshotRecord): void {
  const { move, restoreExpiresAtMs } = snapshot.tiering!;
  const { kind, status, requestId, startedAtMs } = move!;
  emitNotification(context, {
    arn: arnOfArchived(snapshot),
    event: EVENTS[kind],
    ...(status === 'completed' ? { result: 'succeeded' } : { result: 'failed', cause: KEY_REFUSED }),
    requestId,
    startedAtMs,
    more: restoreExpiresAtMs === undefined ? {} : { restoreExpiryTime: isoTime(restoreExpiresAtMs) },
  });
}

export function emitRestoreExpiry(context: EffectContext, snapshot: SnapshotRecord): void {
  // Of a real account's snapshot it is not known who restored it, and when.
  const { requestId, startedAtMs = context.nowMs } = snapshot.tiering?.move ?? {};
  emitNotification(context, {
    ...{ event: 'restoreExpiry', result: 'succeeded', requestId, startedAtMs },
    arn: arnOfArchived(snapshot),
  });
}

/** The ARN that policies know, unlike in the other events of snapshots. */
const arnOfArchived = (snapshot: SnapshotRecord) => ec2Arn(snapshot, 'snapshot', snapshot.id);
