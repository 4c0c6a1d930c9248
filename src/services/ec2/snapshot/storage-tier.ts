/** The tier that a snapshot is stored in, and what an archived one refuses (aws-facts F51). */
import { AwsError } from '../../../aws/aws-error.ts';
import type { SnapshotRecord } from './snapshot-record.ts';

export const tierOf = ({ tiering }: SnapshotRecord): 'standard' | 'archive' => tiering?.tier ?? 'standard';

export const isMoving = ({ tiering }: SnapshotRecord): boolean => tiering?.move?.status === 'in-progress';

/** Its period ends; what is moving ends in another way. */
export const isTemporarilyRestored = ({ tiering }: SnapshotRecord): boolean =>
  tiering?.restoreExpiresAtMs !== undefined;

const isArchived = (id: string) =>
  new AwsError(
    'IncorrectState',
    `The snapshot '${id}' is in the archive tier. Restore it to the standard tier before you use it.`,
  );

/** For what is made of a snapshot. */
export function requireStandardTier(snapshot: SnapshotRecord | undefined): void {
  if (snapshot && tierOf(snapshot) === 'archive') throw isArchived(snapshot.id);
}

/** For what is made of a snapshot that has to be there whole. */
export function requireUsable(snapshot: SnapshotRecord): void {
  requireCompleted(snapshot);
  requireStandardTier(snapshot);
}

export function requireCompleted({ state }: SnapshotRecord): void {
  if (state !== 'completed') throw new AwsError('IncorrectState', `Snapshot is in invalid state - ${state}`);
}

/** In the archive tier: with nobody but its owner (https://docs.aws.amazon.com/ebs/latest/userguide/archive-snapshot.html). */
export function archived(snapshot: SnapshotRecord): SnapshotRecord {
  return {
    ...snapshot,
    createVolumePermissions: [],
    tiering: { ...snapshot.tiering, tier: 'archive', restoreExpiresAtMs: undefined },
  };
}
