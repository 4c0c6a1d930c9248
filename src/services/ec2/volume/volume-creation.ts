/** How a creation ends, a volume's own or that of a launch: what is told of it, and to whom (aws-facts C3, D1, F10). */
import type { EffectContext } from '../../../invoke/context.ts';
import type { KmsFailure } from '../encryption/kms-failure.ts';
import { scheduleRetirement } from '../encryption/retire-grants.ts';
import { tellOwner } from '../snapshot/shared-snapshot-event.ts';
import { emitVolumeEvent, type VolumeRecord } from './volume.ts';

export function tellCreated(context: EffectContext, volume: VolumeRecord): void {
  const { creation } = volume;
  const { requestId } = creation ?? {};
  emitVolumeEvent(context, volume, { event: 'createVolume', result: 'available', requestId });
  tellOwner(context, 'SharedSnapshotVolumeCreated', creation?.shared);
  scheduleRetirement(context, [creation?.grant]);
}

export function tellNotCreated(context: EffectContext, volume: VolumeRecord, failure: KmsFailure): void {
  const { requestId } = volume.creation ?? {};
  emitVolumeEvent(context, volume, { event: 'createVolume', result: 'failed', failure, requestId });
}
