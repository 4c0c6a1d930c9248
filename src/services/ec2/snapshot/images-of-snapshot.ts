/** Images and the snapshots that they are made of: what one keeps the other from. */
import { AwsError } from '../../../aws/aws-error.ts';
import type { ReadTransaction } from '../../../store/store.ts';
import { images } from '../image/image.ts';
import type { ImageRecord } from '../image/image-record.ts';
import { snapshots } from './snapshot.ts';
import type { SnapshotRecord } from './snapshot-record.ts';
import { isTemporarilyRestored, tierOf } from './storage-tier.ts';

/** Throws where an image needs the snapshot, unless it is in one of these states. */
export async function requireOutOfUse(
  tx: ReadTransaction,
  { account, region, id }: SnapshotRecord,
  ...without: readonly ImageRecord['state'][]
): Promise<void> {
  const users = await tx.find(images, 'snapshot', { prefix: [account, region, id] });
  const user = users.find(({ state }) => !without.includes(state));
  if (user)
    throw new AwsError('InvalidSnapshot.InUse', `The snapshot ${id} is currently in use by ${user.id}`);
}

/** An image is of use only with all its snapshots in the standard tier, for good. */
export async function requireRestored(tx: ReadTransaction, image: ImageRecord): Promise<void> {
  for (const { snapshotId } of image.blockDevices) {
    const snapshot = await tx.get(snapshots, [image.account, image.region, snapshotId ?? '']);
    if (!snapshot || (tierOf(snapshot) === 'standard' && !isTemporarilyRestored(snapshot))) continue;
    throw new AwsError(
      'IncorrectState',
      `The image '${image.id}' cannot be enabled. Its snapshot '${snapshot.id}' has to be restored permanently first.`,
    );
  }
}
