/** Which volumes under a key are attached to an instance, for whoever puts an imported account's past together. */
import type { ReadTransaction } from '../../../store/store.ts';
import { volumes } from '../volume/volume.ts';

export async function attachedVolumes(
  tx: ReadTransaction,
): Promise<(instanceId: string, keyArn: string) => readonly string[]> {
  const byInstance = new Map<string, { id: string; kmsKeyId?: string }[]>();
  for (const { id, kmsKeyId, attachments } of await tx.list(volumes)) {
    for (const { instanceId } of attachments) {
      byInstance.set(instanceId, [...(byInstance.get(instanceId) ?? []), { id, kmsKeyId }]);
    }
  }
  return (instanceId, keyArn) =>
    (byInstance.get(instanceId) ?? []).filter(({ kmsKeyId }) => kmsKeyId === keyArn).map(({ id }) => id);
}
