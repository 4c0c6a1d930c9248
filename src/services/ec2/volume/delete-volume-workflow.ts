/** `deleting` ends: the blocks are freed, and the volume is gone, also where it was still being created. */
import type { EffectContext } from '../../../invoke/context.ts';
import { workflow } from '../../../invoke/workflow.ts';
import { workflowRef } from '../../../invoke/workflow-ref.ts';
import { ec2 } from '../ec2.ts';
import { retireGrants } from '../encryption/data-key.ts';
import { findResource } from '../resource/kind.ts';
import { removeVolume } from './remove-volume.ts';
import { type VolumeRecord, volumeKind } from './volume.ts';
import { deleteBlocks } from './volume-blocks.ts';

export const deleteVolumeStep = workflowRef<{ volumeId: string }>('ec2.volume.delete');

export function beginDeletion(context: EffectContext, volume: VolumeRecord): void {
  context.tx.put(volumeKind.table, { ...volume, state: 'deleting' });
  const delayMs = context.ports.delays.scaled(1000);
  context.schedule(deleteVolumeStep, { volumeId: volume.id }, { delayMs });
}

export const deleteVolumeWorkflow = workflow(deleteVolumeStep, ec2, async (ctx, { volumeId }) => {
  await deleteBlocks(ctx.ports, volumeId);
  const doomed = await ctx.read((tx) => findResource(tx, volumeKind, ctx, volumeId));
  if (doomed?.creation?.grant) await retireGrants(ctx, [doomed.creation.grant]);
  return async (context) => {
    const volume = await findResource(context.tx, volumeKind, context, volumeId);
    if (!volume) return;
    removeVolume(context, volume, context.requestId);
  };
});
