/** How `attaching` ends, and how a volume is closed whose instance was being stopped meanwhile. */
import { workflow } from '../../../invoke/workflow.ts';
import { workflowRef } from '../../../invoke/workflow-ref.ts';
import { ec2 } from '../ec2.ts';
import { retireGrants } from '../encryption/data-key.ts';
import { hasFailed } from '../encryption/kms-failure.ts';
import { instanceKind } from '../instance/instance.ts';
import { findResource } from '../resource/kind.ts';
import { closeFor } from './close-volume.ts';
import { openFor } from './open-volume.ts';
import { attachmentTo, emitVolumeEvent, volumeKind, withAttachment } from './volume.ts';
import { detachBlocks } from './volume-blocks.ts';

interface AttachmentName {
  readonly volumeId: string;
  readonly instanceId: string;
}

/** `attaching` ends: the instance opens the data key through its grant, and the block host serves the volume. */
export const attachVolumeStep = workflowRef<AttachmentName>('ec2.volume.attach');

export const attachVolumeWorkflow = workflow(attachVolumeStep, ec2, async (ctx, { volumeId, instanceId }) => {
  const [volume, instance] = await ctx.read((tx) =>
    Promise.all([
      findResource(tx, volumeKind, ctx, volumeId),
      findResource(tx, instanceKind, ctx, instanceId),
    ]),
  );
  const attachment = volume && attachmentTo(volume, instanceId);
  if (volume === undefined || attachment?.state !== 'attaching') return undefined;
  const opened =
    instance?.state === 'running' ? await openFor(ctx, instanceId, volume) : { value: undefined };
  if (hasFailed(opened) && attachment.grant) await retireGrants(ctx, [attachment.grant]);

  return async (context) => {
    const current = await findResource(context.tx, volumeKind, context, volumeId);
    if (!current || attachmentTo(current, instanceId)?.state !== 'attaching') return;
    if (hasFailed(opened)) {
      const { failure } = opened;
      context.tx.put(volumeKind.table, { ...withAttachment(current, instanceId, undefined), failure });
      emitVolumeEvent(context, current, { event: 'attachVolume', result: 'failed', failure });
      return;
    }
    context.tx.put(volumeKind.table, withAttachment(current, instanceId, { state: 'attached' }));
    const now = await findResource(context.tx, instanceKind, context, instanceId);
    if (now?.state !== 'running') context.schedule(closeVolumeStep, { volumeId, instanceId });
  };
});

/** Closes a volume that was opened while its instance was being stopped: whichever came last, nothing stays open. */
export const closeVolumeStep = workflowRef<AttachmentName>('ec2.volume.close');

export const closeVolumeWorkflow = workflow(closeVolumeStep, ec2, async (ctx, { volumeId, instanceId }) => {
  const [volume, instance] = await ctx.read((tx) =>
    Promise.all([
      findResource(tx, volumeKind, ctx, volumeId),
      findResource(tx, instanceKind, ctx, instanceId),
    ]),
  );
  if (instance?.state === 'running' || instance?.state === 'pending') return undefined;
  if (volume) await closeFor(ctx, instanceId, volume);
  else await detachBlocks(ctx.ports, volumeId);
  return undefined;
});
