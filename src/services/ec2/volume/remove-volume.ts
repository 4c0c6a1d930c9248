/** Ends the volume, its blocks being freed. One that KMS failed is kept, unseen, for `explain` and for its client token. */
import type { EffectContext } from '../../../invoke/context.ts';
import { emitVolumeEvent, type VolumeRecord, volumeKind } from './volume.ts';
import { modifications } from './volume-modification.ts';

export function removeVolume(
  context: EffectContext,
  volume: VolumeRecord,
  requestId: string | undefined,
): void {
  const key = [volume.account, volume.region, volume.id];
  context.tx.delete(modifications, key);
  if (volume.failure) {
    context.tx.put(volumeKind.table, {
      ...volume,
      state: 'deleted',
      attachments: [],
      dataKey: undefined,
      creation: undefined,
    });
  } else {
    context.tx.delete(volumeKind.table, key);
  }
  emitVolumeEvent(context, volume, { event: 'deleteVolume', result: 'deleted', requestId });
}
