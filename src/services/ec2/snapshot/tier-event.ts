/** What EBS sends of the archive tier (https://docs.aws.amazon.com/ebs/latest/userguide/monitor-snapshot-archiving.html). */
import type { EffectContext } from '../../../invoke/context.ts';
import { ec2Arn } from '../resource/arn.ts';
import { KEY_REFUSED } from './copy-preparation.ts';
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
  emit(context, snapshot, {
    event: EVENTS[kind],
    isSuccess: status === 'completed',
    requestId,
    startedAtMs,
    more: restoreExpiresAtMs === undefined ? {} : { restoreExpiryTime: isoTime(restoreExpiresAtMs) },
  });
}

export function emitRestoreExpiry(context: EffectContext, snapshot: SnapshotRecord): void {
  // Of a real account's snapshot it is not known who restored it, and when.
  const { requestId = '', startedAtMs = context.nowMs } = snapshot.tiering?.move ?? {};
  emit(context, snapshot, { event: 'restoreExpiry', isSuccess: true, requestId, startedAtMs, more: {} });
}

interface TierEvent {
  readonly event: string;
  readonly isSuccess: boolean;
  readonly requestId: string;
  readonly startedAtMs: number;
  readonly more: object;
}

function emit(context: EffectContext, snapshot: SnapshotRecord, event: TierEvent): void {
  const arn = ec2Arn(snapshot, 'snapshot', snapshot.id);
  context.emit({
    source: 'aws.ec2',
    detailType: 'EBS Snapshot Notification',
    resources: [arn],
    detail: {
      event: event.event,
      result: event.isSuccess ? 'succeeded' : 'failed',
      cause: event.isSuccess ? '' : KEY_REFUSED,
      'request-id': event.requestId,
      snapshot_id: arn,
      startTime: isoTime(event.startedAtMs),
      endTime: isoTime(context.nowMs),
      ...event.more,
    },
  });
}

const isoTime = (ms: number) => new Date(ms).toISOString();
