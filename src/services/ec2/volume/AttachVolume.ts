/**
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AttachVolume.html. For a running instance EC2 makes the
 * instance a grant on the volume's key in the caller's name, and fails at once when it cannot (aws-facts B6, C4). A
 * stopped instance gets its grants when it is started.
 */
import { AwsError } from '../../../aws/aws-error.ts';
import type { CallContext } from '../../../invoke/context.ts';
import { ec2 } from '../ec2.ts';
import { grantToInstance } from '../encryption/data-key.ts';
import { hasFailed, type KmsFailure } from '../encryption/kms-failure.ts';
import { type InstanceRecord, instanceKind } from '../instance/instance.ts';
import { findResource, resourceCheck } from '../resource/kind.ts';
import { attachVolumeStep } from './attach-volume-workflow.ts';
import { isDeviceName } from './device-name.ts';
import { emitVolumeEvent, showAttachment, type VolumeRecord, volumeKind, volumesOf } from './volume.ts';

export default ec2.operation('AttachVolume', {
  unserved: ['EbsCardIndex'],
  async checks(context, input) {
    return {
      volume: await resourceCheck(context, volumeKind, 'ec2:AttachVolume', input.VolumeId),
      instance: await resourceCheck(context, instanceKind, 'ec2:AttachVolume', input.InstanceId),
    };
  },

  async preconditions(context, { Device: device }, verdicts) {
    const volume = verdicts.volume.record;
    const instance = verdicts.instance.record;
    requireAttachable(volume, instance);
    requireDeviceName(device);
    const attached = await volumesOf(context.tx, context, instance.id);
    if (
      attached.some(({ attachments }) =>
        attachments.some((each) => each.instanceId === instance.id && each.device === device),
      )
    ) {
      throw new AwsError(
        'InvalidParameterValue',
        `Invalid value '${device}' for unixDevice. Attachment point ${device} is already in use`,
      );
    }
  },

  async calls(ctx, _input, { volume, instance }) {
    const { dataKey } = volume.record;
    if (!dataKey || instance.record.state !== 'running') return undefined;
    const granted = await grantToInstance(ctx, dataKey, instance.record.id);
    if (hasFailed(granted)) throw await refuse(ctx, volume.record, granted.failure);
    return granted.value;
  },

  execute(context, input, { volume, instance }, grant) {
    const attachment = {
      instanceId: instance.record.id,
      device: input.Device,
      state: 'attaching' as const,
      attachedAtMs: context.nowMs,
      deleteOnTermination: false,
      grant,
    };
    const attachments = [...volume.record.attachments, attachment];
    context.tx.put(volumeKind.table, { ...volume.record, state: 'in-use', attachments, failure: undefined });
    const delayMs = context.ports.delays.scaled(1000);
    context.schedule(
      attachVolumeStep,
      {
        volumeId: volume.record.id,
        instanceId: instance.record.id,
      },
      { delayMs },
    );
    return { ...showAttachment(volume.record.id, attachment), DeleteOnTermination: undefined };
  },
});

function requireAttachable(volume: VolumeRecord, instance: InstanceRecord): void {
  const [attachment] = volume.attachments;
  if (
    attachment &&
    (!volume.multiAttach || volume.attachments.some((each) => each.instanceId === instance.id))
  ) {
    throw new AwsError('VolumeInUse', `${volume.id} is already attached to an instance`);
  }
  if (volume.state !== 'available' && volume.state !== 'in-use') {
    throw new AwsError('IncorrectState', `${volume.id} is not 'available'.`);
  }
  if (volume.zone !== instance.zone) {
    throw new AwsError(
      'InvalidVolume.ZoneMismatch',
      `The volume '${volume.id}' is not in the same availability zone as instance '${instance.id}'`,
    );
  }
  if (instance.state !== 'running' && instance.state !== 'stopped') {
    throw new AwsError('IncorrectState', `Instance '${instance.id}' is not 'running'.`);
  }
}

function requireDeviceName(device: string): void {
  if (isDeviceName(device)) return;
  throw new AwsError(
    'InvalidParameterValue',
    `Value (${device}) for parameter device is invalid. ${device} is not a valid EBS device name.`,
  );
}

/** The error, with its event and the cause left on the volume: both are there although the call failed. */
async function refuse(ctx: CallContext, volume: VolumeRecord, failure: KmsFailure): Promise<AwsError> {
  await ctx.transact(async (context) => {
    const current = await findResource(context.tx, volumeKind, context, volume.id);
    if (!current) return;
    context.tx.put(volumeKind.table, { ...current, failure });
    emitVolumeEvent(context, current, { event: 'attachVolume', result: 'failed', failure });
  });
  return new AwsError(
    'CustomerKeyHasBeenRevoked',
    `Volume ${volume.id} cannot be attached. The encrypted volume was unable to access the KMS key.`,
  );
}
