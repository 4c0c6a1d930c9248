/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVolumeAttribute.html */
import { ec2 } from '../ec2.ts';
import { resourceCheck } from '../resource/kind.ts';
import { volumeKind } from './volume.ts';

export default ec2.operation('DescribeVolumeAttribute', {
  readOnly: true,
  dryRunFirst: true,
  async checks(context, input) {
    return {
      volume: await resourceCheck(context, volumeKind, 'ec2:DescribeVolumeAttribute', input.VolumeId),
    };
  },
  execute(_context, input, { volume }) {
    const { id, autoEnableIo } = volume.record;
    return input.Attribute === 'productCodes'
      ? { VolumeId: id, ProductCodes: [] }
      : { VolumeId: id, AutoEnableIO: { Value: autoEnableIo } };
  },
});
