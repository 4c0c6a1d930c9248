/** The check on a snapshot that the direct APIs name, and what must hold of it to be read or written. */
import { formatArn } from '../../../aws/arn.ts';
import type { AwsError } from '../../../aws/aws-error.ts';
import type { ResolveContext } from '../../../invoke/context.ts';
import type { DirectSnapshot } from '../../../invoke/ports/snapshot-directory.ts';
import { type Check, missingFor, resolved } from '../../../invoke/verdict.ts';
import { resourceTagConditions } from '../../../service-kit/tag-conditions.ts';
import { tagRecord } from '../../../service-kit/tag-rules.ts';
import { invalid, notFound } from '../ebs.ts';

/** Snapshot ARNs name no account, in the policies of EBS as in those of EC2 (aws-facts B9). */
export const snapshotArn = (region: string, id: string): string =>
  formatArn({ service: 'ec2', region, account: '', resource: `snapshot/${id}` });

export async function snapshotCheck(
  context: ResolveContext,
  action: string,
  id: string,
): Promise<Check<DirectSnapshot>> {
  const snapshot = await context.ports.snapshots.find(context.tx, context, id);
  const check = resolved(
    {
      action,
      resource: snapshotArn(context.region, id),
      account: snapshot?.account ?? context.account,
      conditions: () => resourceTagConditions(tagRecord(snapshot?.tags)),
    },
    snapshot,
    () => snapshotNotFound(id),
  );
  return missingFor(check, snapshot && refusedAsPublic(snapshot, context.account));
}

export const snapshotNotFound = (id: string): AwsError =>
  notFound('SNAPSHOT_NOT_FOUND', `The snapshot '${id}' does not exist.`);

/** The direct APIs read what is shared with an account by its name, not what is shared with everybody. */
function refusedAsPublic(snapshot: DirectSnapshot, reader: string): AwsError | undefined {
  if (snapshot.account === reader || snapshot.createVolumePermissions.includes(reader)) return undefined;
  return invalid('INVALID_SNAPSHOT_ID', 'Public snapshots are not supported');
}

export function requireReadable({ id, state, tiering }: DirectSnapshot): void {
  if (state !== 'completed') throw invalid('INVALID_SNAPSHOT_ID', `The snapshot '${id}' is not completed.`);
  if (tiering?.tier === 'archive') throw invalid('INVALID_SNAPSHOT_ID', `The snapshot '${id}' is archived.`);
}

/** Only its owner writes a snapshot, and only until it is completed. */
export function requireWritable({ id, account, state }: DirectSnapshot, writer: string): void {
  if (state !== 'pending' || account !== writer) {
    throw invalid('INVALID_SNAPSHOT_ID', `The snapshot '${id}' is not pending.`);
  }
}
