/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVolume.html */
import { AwsError } from '../../../aws/aws-error.ts';
import { ec2 } from '../ec2.ts';
import { resourceCheck } from '../resource/kind.ts';
import { beginDeletion } from './delete-volume-workflow.ts';
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
    if (volume.record.state !== 'deleting') beginDeletion(context, volume.record);
    return {};
  },
});
