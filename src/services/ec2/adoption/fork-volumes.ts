/** Volumes and snapshots of a forked account: blank blocks, under data keys of their own. */
import type { Ports } from '../../../invoke/port.ts';
import type { Transaction } from '../../../store/store.ts';
import type { WrappedKey } from '../encryption/data-key.ts';
import { snapshots } from '../snapshot/snapshot.ts';
import { volumes } from '../volume/volume.ts';
import { GIB } from '../volume/volume-type.ts';

type MakeDataKey = (keyArn: string, contextId: string) => Promise<Uint8Array | undefined>;

export async function forkVolumes(
  tx: Transaction,
  { blocks }: Ports,
  makeDataKey: MakeDataKey,
): Promise<void> {
  const wrapped = async (keyArn: string | undefined, contextId: string): Promise<WrappedKey | undefined> => {
    if (keyArn === undefined) return undefined;
    // Under a key that is gone, or has no material, nothing opens: but it is asked, and refuses.
    const blob = (await makeDataKey(keyArn, contextId)) ?? new Uint8Array();
    return { keyArn, contextId, ciphertextBase64: Buffer.from(blob).toString('base64') };
  };
  for (const volume of await tx.list(volumes)) {
    const { id, encrypted, sizeGiB, kmsKeyId } = volume;
    await blocks.createVolume({ volumeId: id, sizeBytes: sizeGiB * GIB, encrypted });
    if (encrypted) tx.put(volumes, { ...volume, dataKey: await wrapped(kmsKeyId, id) });
  }
  for (const snapshot of await tx.list(snapshots)) {
    const { id, encrypted, kmsKeyId } = snapshot;
    if (encrypted) tx.put(snapshots, { ...snapshot, dataKey: await wrapped(kmsKeyId, id) });
  }
}
