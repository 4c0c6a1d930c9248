/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DetachVolume.html */
import { AwsError } from '../../../aws/aws-error.ts';
import { workflow } from '../../../invoke/workflow.ts';
import { workflowRef } from '../../../invoke/workflow-ref.ts';
import type { DetachVolumeRequest } from '../../../shapes/generated/ec2.ts';
import { ec2 } from '../ec2.ts';
import { retireGrants } from '../encryption/data-key.ts';
import { instanceKind } from '../instance/instance.ts';
import { findResource, resourceCheck } from '../resource/kind.ts';
import { closeFor } from './close-volume.ts';
import {
  type Attachment,
  attachmentTo,
  showAttachment,
  type VolumeRecord,
  volumeKind,
  withAttachment,
} from './volume.ts';

export default ec2.operation('DetachVolume', {
  async checks(context, input) {
    const volume = await resourceCheck(context, volumeKind, 'ec2:DetachVolume', input.VolumeId);
    const instanceId = input.InstanceId ?? volume.record?.attachments[0]?.instanceId;
    return {
      volume,
      instance: instanceId
        ? await resourceCheck(context, instanceKind, 'ec2:DetachVolume', instanceId)
        : undefined,
    };
  },

  preconditions(_context, input, { volume, instance }) {
    const attachment = requireAttachment(volume.record, input);
    const isRoot = instance?.record.rootDeviceName === attachment.device;
    if (isRoot && instance.record.state !== 'stopped') {
      throw new AwsError(
        'OperationNotPermitted',
        `Unable to detach root volume '${volume.record.id}' from instance '${attachment.instanceId}'`,
      );
    }
  },

  execute(context, input, { volume }) {
    const { record } = volume;
    const attachment = requireAttachment(record, input);
    const { instanceId } = attachment;
    const detaching = { ...attachment, state: 'detaching' as const };
    if (attachment.state !== 'detaching') {
      context.tx.put(volumeKind.table, withAttachment(record, instanceId, detaching));
      const delayMs = context.ports.delays.scaled(1000);
      context.schedule(detachVolumeStep, { volumeId: record.id, instanceId }, { delayMs });
    }
    return { ...showAttachment(record.id, detaching), DeleteOnTermination: undefined };
  },
});

function requireAttachment(
  volume: VolumeRecord,
  { InstanceId: instanceId, Device: device }: DetachVolumeRequest,
): Attachment {
  const { id, attachments, state } = volume;
  if (attachments.length === 0)
    throw new AwsError('IncorrectState', `Volume '${id}' is in the '${state}' state.`);
  if (!instanceId && attachments.length > 1) {
    throw new AwsError(
      'InvalidParameterCombination',
      `Volume '${id}' is attached to more than one instance.`,
    );
  }
  const attachment = instanceId ? attachmentTo(volume, instanceId) : attachments[0];
  if (attachment && (device === undefined || device === attachment.device)) return attachment;
  throw new AwsError(
    'InvalidAttachment.NotFound',
    `The volume '${id}' is not attached to instance '${instanceId ?? attachment?.instanceId}'${device ? ` as device '${device}'` : ''}.`,
  );
}

/** `detaching` ends: the data key is wiped and its grant retired. */
const detachVolumeStep = workflowRef<{ volumeId: string; instanceId: string }>('ec2.volume.detach');

export const detachVolumeWorkflow = workflow(detachVolumeStep, ec2, async (ctx, { volumeId, instanceId }) => {
  const volume = await ctx.read((tx) => findResource(tx, volumeKind, ctx, volumeId));
  const attachment = volume && attachmentTo(volume, instanceId);
  if (attachment?.state !== 'detaching') return undefined;
  await closeFor(ctx, instanceId, volume!);
  if (attachment.grant) await retireGrants(ctx, [attachment.grant]);
  return async (context) => {
    const current = await findResource(context.tx, volumeKind, context, volumeId);
    if (current) context.tx.put(volumeKind.table, withAttachment(current, instanceId, undefined));
  };
});
