/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVolumeAttribute.html */
import { ec2 } from '../ec2.ts';
import { resourceCheck } from '../resource/kind.ts';
import { noAttribute } from '../resource/only-attribute.ts';
import { volumeKind } from './volume.ts';

export default ec2.operation('ModifyVolumeAttribute', {
  async checks(context, input) {
    return {
      volume: await resourceCheck(context, volumeKind, 'ec2:ModifyVolumeAttribute', input.VolumeId, () => ({
        'ec2:Attribute': 'AutoEnableIO',
      })),
    };
  },
  execute(context, input, { volume }) {
    const { Value: autoEnableIo } = input.AutoEnableIO ?? {};
    if (autoEnableIo === undefined) throw noAttribute();
    context.tx.put(volumeKind.table, { ...volume.record, autoEnableIo });
    return {};
  },
});
