/**
 * Volumes and snapshots whose blocks are damaged or out of reach are in `error`, as AWS has it where the hardware under a
 * volume has failed (https://docs.aws.amazon.com/ebs/latest/userguide/ebs-describing-volumes.html). The blocks are left
 * as they are: where a later start finds them whole, all is as before.
 */
import type { BlockHost } from '../../../invoke/ports/hosts.ts';
import type { ReadTransaction, Transaction } from '../../../store/store.ts';
import { snapshots } from '../snapshot/snapshot.ts';
import type { SnapshotRecord } from '../snapshot/snapshot-record.ts';
import { settledState, type VolumeRecord, volumes } from './volume.ts';

const LOST_MESSAGE = 'The blocks of the snapshot are damaged or cannot be read';

/** Those that the block host should have. */
export async function imagesOnRecord(
  tx: ReadTransaction,
): Promise<{ volumes: VolumeRecord[]; snapshots: SnapshotRecord[] }> {
  const isMade = ({ state, creation }: VolumeRecord) =>
    !creation && (state === 'available' || state === 'in-use' || state === 'error');
  return {
    volumes: (await tx.list(volumes)).filter(isMade),
    snapshots: (await tx.list(snapshots)).filter(
      ({ state, hasBlocks, isLost }) => hasBlocks && (state === 'completed' || isLost === true),
    ),
  };
}

/** Once, when the server starts. */
export async function noteLostBlocks(tx: Transaction, blocks: Pick<BlockHost, 'images'>): Promise<void> {
  const onRecord = await imagesOnRecord(tx);
  const images = new Set(blocks.images());
  for (const volume of onRecord.volumes) {
    if (images.has(volume.id) === (volume.isLost !== true)) continue;
    const { isLost: _, ...found } = volume;
    const now: VolumeRecord = images.has(volume.id) ? found : { ...volume, isLost: true };
    tx.put(volumes, { ...now, state: settledState(now) });
  }
  for (const snapshot of onRecord.snapshots) {
    if (images.has(snapshot.id) === (snapshot.isLost !== true)) continue;
    const { isLost: _, stateMessage: __, ...found } = snapshot;
    tx.put(
      snapshots,
      images.has(snapshot.id)
        ? { ...found, state: 'completed' }
        : { ...snapshot, isLost: true, state: 'error', stateMessage: LOST_MESSAGE },
    );
  }
}
