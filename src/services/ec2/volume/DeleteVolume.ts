/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVolume.html */
import { AwsError } from '../../../aws/aws-error.ts';
import { workflow } from '../../../invoke/workflow.ts';
import { ec2 } from '../ec2.ts';
import { retireGrants } from '../encryption/data-key.ts';
import { checkResource, findResource } from '../resource/kind.ts';
import { removeVolume } from './remove-volume.ts';
import { volumeKind } from './volume.ts';
import { deleteBlocks } from './volume-blocks.ts';

export default ec2.operation('DeleteVolume', {
  async checks(context, input) {
    return { volume: await checkResource(context, volumeKind, 'ec2:DeleteVolume', input.VolumeId) };
  },
  preconditions(_context, _input, { volume }) {
    const { id, attachments } = volume.record;
    const [attachment] = attachments;
    if (attachment) {
      throw new AwsError('VolumeInUse', `Volume ${id} is currently attached to ${attachment.instanceId}`);
    }
  },
  execute(context, _input, { volume }) {
    const { record } = volume;
    if (record.state === 'deleting') return {};
    context.tx.put(volumeKind.table, { ...record, state: 'deleting' });
    const delayMs = context.ports.delays.of('ec2.volume.deleting', 1000);
    context.schedule(deleteVolumeWorkflow.name, delayMs, { volumeId: record.id });
    return {};
  },
});

/** `deleting` ends: the blocks are freed, and the volume is gone, also where it was still being created. */
export const deleteVolumeWorkflow = workflow(
  ec2,
  'ec2.volume.delete',
  async (ctx, { volumeId }: { volumeId: string }) => {
    await deleteBlocks(ctx.ports, volumeId);
    const doomed = await ctx.read((tx) => findResource(tx, volumeKind, ctx, volumeId));
    if (doomed?.creation?.grant) await retireGrants(ctx, [doomed.creation.grant]);
    return async (context) => {
      const volume = await findResource(context.tx, volumeKind, context, volumeId);
      if (!volume) return;
      removeVolume(context, volume, context.requestId);
    };
  },
);
