/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVolume.html */
import { AwsError } from '../../../aws/aws-error.ts';
import { ec2 } from '../ec2.ts';
import { resourceCheck } from '../resource/kind.ts';
import { deleteVolumeStep } from './delete-volume-workflow.ts';
import { volumeKind } from './volume.ts';

export default ec2.operation('DeleteVolume', {
  async checks(context, input) {
    return { volume: await resourceCheck(context, volumeKind, 'ec2:DeleteVolume', input.VolumeId) };
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
    const delayMs = context.ports.delays.scaled(1000);
    context.schedule(deleteVolumeStep, { volumeId: record.id }, { delayMs });
    return {};
  },
});
