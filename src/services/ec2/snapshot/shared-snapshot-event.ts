/**
 * What the owner of a shared snapshot learns of its use, in CloudTrail
 * (https://docs.aws.amazon.com/ebs/latest/userguide/ebs-modifying-snapshot-permissions.html; aws-facts F10).
 */
import { recordServiceEvent } from '../../../invoke/audit/service-event.ts';
import type { EffectContext } from '../../../invoke/context.ts';
import type { Check } from '../../../invoke/verdict.ts';
import { cloudFormationType, ec2Arn } from '../resource/arn.ts';
import type { SnapshotRecord } from './snapshot-record.ts';

const SERVICE = 'ec2.amazonaws.com';

/** A snapshot as somebody else's account uses it; undefined for one's own, and for AWS's. */
export interface SharedSource {
  readonly owner: string;
  readonly region: string;
  readonly snapshotId: string;
}

export function sharedSource(
  user: { readonly account: string },
  snapshot: SnapshotRecord | undefined,
): SharedSource | undefined {
  if (!snapshot || snapshot.account === user.account || snapshot.ownerAlias) return undefined;
  return { owner: snapshot.account, region: snapshot.region, snapshotId: snapshot.id };
}

/** Whoever shares a snapshot gets a record of the call too; AWS does not, whose snapshots everybody uses. */
export const sharedCheck = (check: Check<SnapshotRecord>): Check<SnapshotRecord> => ({
  ...check,
  recordedForOwner: check.record !== undefined && !check.record.ownerAlias,
});

export function emitToOwner(
  context: EffectContext,
  eventName: 'SharedSnapshotCopyInitiated' | 'SharedSnapshotVolumeCreated',
  source: SharedSource | undefined,
): void {
  if (!source) return;
  const { owner: account, region, snapshotId } = source;
  const arn = ec2Arn({ account, region }, 'snapshot', snapshotId);
  recordServiceEvent(context, {
    eventName,
    eventSource: SERVICE,
    account,
    region,
    userIdentity: { type: 'AWSAccount', accountId: context.account, invokedBy: SERVICE },
    from: SERVICE,
    serviceEventDetails: { snapshotId },
    resource: { type: cloudFormationType(arn)!, arn, isListed: false },
  });
}
