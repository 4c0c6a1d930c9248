/**
 * The UEFI variables that differ from the image's; simulated instances store none
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetInstanceUefiData.html).
 */
import { ec2 } from '../ec2.ts';
import { instanceKind } from '../instance/instance.ts';
import { resourceCheck } from '../resource/kind.ts';

export default ec2.operation('GetInstanceUefiData', {
  readOnly: true,
  async checks(context, input) {
    return {
      instance: await resourceCheck(context, instanceKind, 'ec2:GetInstanceUefiData', input.InstanceId),
    };
  },
  execute: (_context, _input, { instance }) => ({ InstanceId: instance.record.id }),
});
