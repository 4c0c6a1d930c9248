/** How a creation ends, a volume's own or that of a launch: which events report it, and to whom (aws-facts C3, D1, F10). */
import type { EffectContext } from '../../../invoke/context.ts';
import type { KmsFailure } from '../encryption/kms-failure.ts';
import { scheduleRetirement } from '../encryption/retire-grants.ts';
import { emitToOwner } from '../snapshot/shared-snapshot-event.ts';
import { emitVolumeEvent, type VolumeRecord } from './volume.ts';

export function emitCreated(context: EffectContext, volume: VolumeRecord): void {
  const { creation } = volume;
  const { requestId } = creation ?? {};
  emitVolumeEvent(context, volume, { event: 'createVolume', result: 'available', requestId });
  emitToOwner(context, 'SharedSnapshotVolumeCreated', creation?.shared);
  scheduleRetirement(context, [creation?.grant]);
}

export function emitNotCreated(context: EffectContext, volume: VolumeRecord, failure: KmsFailure): void {
  const { requestId } = volume.creation ?? {};
  emitVolumeEvent(context, volume, { event: 'createVolume', result: 'failed', failure, requestId });
}
