/** `EBS Snapshot Notification` and its kin (aws-facts D2). */
import type { EffectContext } from '../../../invoke/context.ts';
import { transferType } from './snapshot.ts';
import type { SnapshotRecord } from './snapshot-record.ts';

/** These events write ARNs without an account, and the region in its place. */
export const arnOf = (region: string, type: 'snapshot' | 'volume', id: string) =>
  `arn:aws:ec2::${region}:${type}/${id}`;

/** What all of them say. */
interface Notification {
  readonly arn: string;
  readonly event: string;
  readonly result: 'succeeded' | 'failed';
  readonly cause?: string;
  readonly requestId?: string;
  readonly source?: string;
  readonly startedAtMs: number;
  readonly more?: object;
  /** Whom it is sent to, where not to the account of the request. */
  readonly account?: string;
}

export function emitNotification(context: EffectContext, sent: Notification): void {
  const { arn, event, result, cause = '', requestId = '', source, startedAtMs, more, account } = sent;
  context.emit({
    account,
    source: 'aws.ec2',
    detailType: 'EBS Snapshot Notification',
    resources: [arn],
    detail: {
      ...{ event, result, cause, 'request-id': requestId, snapshot_id: arn },
      ...(source !== undefined && { source }),
      startTime: isoTime(startedAtMs),
      endTime: isoTime(context.nowMs),
      ...more,
    },
  });
}

export function emitSnapshotEvent(
  context: EffectContext,
  snapshot: SnapshotRecord,
  event: Pick<Notification, 'result' | 'cause'> & { readonly event: 'createSnapshot' | 'copySnapshot' },
): void {
  const { region, id, copy, startedAtMs, volumeId } = snapshot;
  emitNotification(context, {
    ...event,
    arn: arnOf(region, 'snapshot', id),
    source: copy
      ? arnOf(copy.sourceRegion, 'snapshot', copy.sourceSnapshotId)
      : arnOf(region, 'volume', volumeId),
    startedAtMs,
    // A copy of ours is always a full one: under another data key no block is the same.
    more: copy && { incremental: 'false', ...transferOf(snapshot, event.result) },
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
  emitNotification(context, {
    ...{ event: 'shareSnapshot', result: 'succeeded', account },
    arn: arnOf(snapshot.region, 'snapshot', snapshot.id),
    source: snapshot.account,
    startedAtMs: context.nowMs,
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

export const isoTime = (ms: number | undefined) =>
  ms === undefined ? undefined : new Date(ms).toISOString();
