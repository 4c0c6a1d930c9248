/**
 * For a volume whose data may be inconsistent, which none here is
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableVolumeIO.html).
 */
import { AwsError } from '../../../aws/aws-error.ts';
import { ec2 } from '../ec2.ts';
import { resourceCheck } from '../resource/kind.ts';
import { volumeKind } from './volume.ts';

export default ec2.operation('EnableVolumeIO', {
  dryRunFirst: true,
  async checks(context, input) {
    return { volume: await resourceCheck(context, volumeKind, 'ec2:EnableVolumeIO', input.VolumeId) };
  },
  execute(_context, _input, { volume }) {
    throw new AwsError('IncorrectState', `Volume ${volume.record.id} already has IO enabled`);
  },
});
