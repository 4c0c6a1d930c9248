/** `creating` ends: the volume becomes available, or vanishes with its events (aws-facts C3, D1). */
import { workflow } from '../../../invoke/workflow.ts';
import { workflowRef } from '../../../invoke/workflow-ref.ts';
import { ec2 } from '../ec2.ts';
import { retireGrants } from '../encryption/data-key.ts';
import { hasFailed } from '../encryption/kms-failure.ts';
import { findResource } from '../resource/kind.ts';
import { deleteVolumeStep } from './delete-volume-workflow.ts';
import { removeVolume } from './remove-volume.ts';
import { volumeKind } from './volume.ts';
import { emitCreated, emitNotCreated } from './volume-creation.ts';
import { makeBlocks } from './volume-source.ts';

export const createVolumeStep = workflowRef<{ volumeId: string }>('ec2.volume.create');

export const createVolumeWorkflow = workflow(createVolumeStep, ec2, async (ctx, { volumeId }) => {
  const find = () => ctx.read((tx) => findResource(tx, volumeKind, ctx, volumeId));
  const volume = await find();
  if (volume?.state !== 'creating') return undefined;
  const { creation } = volume;
  const made = creation?.failure ? { failure: creation.failure } : await makeBlocks(ctx, volume);
  if (hasFailed(made) && creation?.grant) await retireGrants(ctx, [creation.grant]);

  return async (context) => {
    const current = await findResource(context.tx, volumeKind, context, volumeId);
    if (current?.state !== 'creating') {
      // Deleted meanwhile: the blocks that were made after that go too.
      context.schedule(deleteVolumeStep, { volumeId });
      return;
    }
    if (hasFailed(made)) {
      emitNotCreated(context, current, made.failure);
      removeVolume(context, { ...current, failure: made.failure }, creation?.requestId);
      return;
    }
    context.tx.put(volumeKind.table, { ...current, state: 'available', creation: undefined });
    emitCreated(context, current);
  };
});
