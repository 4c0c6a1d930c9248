/** `EBS Snapshot Notification` and its kin (aws-facts D2). */
import type { EffectContext } from '../../../invoke/context.ts';
import { transferType } from './snapshot.ts';
import type { SnapshotRecord } from './snapshot-record.ts';

/** These events write ARNs without an account, and the region in its place. */
export const arnOf = (region: string, type: 'snapshot' | 'volume', id: string) =>
  `arn:aws:ec2::${region}:${type}/${id}`;

export function emitSnapshotEvent(
  context: EffectContext,
  snapshot: SnapshotRecord,
  event: {
    readonly event: 'createSnapshot' | 'copySnapshot';
    readonly result: 'succeeded' | 'failed';
    readonly cause?: string;
  },
): void {
  const { region, id, copy } = snapshot;
  const arn = arnOf(region, 'snapshot', id);
  const source = copy
    ? arnOf(copy.sourceRegion, 'snapshot', copy.sourceSnapshotId)
    : arnOf(region, 'volume', snapshot.volumeId);
  context.emit({
    source: 'aws.ec2',
    detailType: 'EBS Snapshot Notification',
    resources: [arn],
    detail: {
      event: event.event,
      result: event.result,
      cause: event.cause ?? '',
      'request-id': '',
      snapshot_id: arn,
      source,
      startTime: isoTime(snapshot.startedAtMs),
      endTime: isoTime(context.nowMs),
      // A copy of ours is always a full one: under another data key no block is the same.
      ...(copy && { incremental: 'false', ...transferOf(snapshot, event.result) }),
    },
  });
}

/** When its transfer began, and whether it was in time, where a copy was to be. */
function transferOf(snapshot: SnapshotRecord, result: 'succeeded' | 'failed') {
  const type = transferType(snapshot);
  return {
    transferType: type,
    ...(result === 'succeeded' && { completionDurationStartTime: isoTime(snapshot.startedAtMs) }),
    ...(result === 'succeeded' && type === 'time-based' && { metCompletionDuration: 'true' }),
  };
}

/** Sent to the account that a snapshot was shared with. */
export function emitShareEvent(context: EffectContext, snapshot: SnapshotRecord, account: string): void {
  const arn = arnOf(snapshot.region, 'snapshot', snapshot.id);
  context.emit({
    account,
    source: 'aws.ec2',
    detailType: 'EBS Snapshot Notification',
    resources: [arn],
    detail: {
      event: 'shareSnapshot',
      result: 'succeeded',
      cause: '',
      'request-id': '',
      snapshot_id: arn,
      source: snapshot.account,
      startTime: isoTime(context.nowMs),
      endTime: isoTime(context.nowMs),
    },
  });
}

/** `EBS Multi-Volume Snapshots Completion Status`: once all snapshots of one CreateSnapshots are there. */
export function emitMultiVolumeEvent(context: EffectContext, snapshots: readonly SnapshotRecord[]): void {
  context.emit({
    source: 'aws.ec2',
    detailType: 'EBS Multi-Volume Snapshots Completion Status',
    resources: snapshots.map(({ region, id }) => arnOf(region, 'snapshot', id)),
    detail: {
      event: 'createSnapshots',
      result: 'succeeded',
      cause: '',
      'request-id': '',
      startTime: isoTime(Math.min(...snapshots.map(({ startedAtMs }) => startedAtMs))),
      endTime: isoTime(context.nowMs),
      snapshots: snapshots.map(({ region, id, volumeId }) => ({
        snapshot_id: arnOf(region, 'snapshot', id),
        source: arnOf(region, 'volume', volumeId),
        status: 'completed',
      })),
    },
  });
}

const isoTime = (ms: number) => new Date(ms).toISOString();
