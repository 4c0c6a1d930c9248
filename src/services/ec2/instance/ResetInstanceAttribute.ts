/**
 * To its default: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ResetInstanceAttribute.html. No image here
 * names a kernel or a RAM disk, so an instance has none but the default ones.
 */
import { AwsError } from '../../../aws/aws-error.ts';
import { ec2 } from '../ec2.ts';
import { onlyInterface, putSourceDestCheck } from '../network/network-interface/source-dest-check.ts';
import { resourceCheck } from '../resource/kind.ts';
import { instanceKind } from './instance.ts';
import { requireState } from './instance-state.ts';

export default ec2.operation('ResetInstanceAttribute', {
  async checks(context, { InstanceId: id, Attribute: attribute }) {
    const conditions = () => ({ 'ec2:Attribute': attribute });
    return {
      instance: await resourceCheck(context, instanceKind, 'ec2:ResetInstanceAttribute', id, conditions),
    };
  },
  async preconditions({ tx }, { Attribute: attribute }, { instance: { record } }) {
    switch (attribute) {
      case 'sourceDestCheck':
        await onlyInterface(tx, record);
        return;
      case 'kernel':
      case 'ramdisk':
        return requireState(record, ['stopped'], 'modified');
      default:
        throw new AwsError(
          'InvalidParameterValue',
          `Value (${attribute}) for parameter attribute is invalid. The attribute must be kernel, ramdisk or sourceDestCheck.`,
        );
    }
  },
  async execute(context, { Attribute: attribute }, { instance: { record } }) {
    const only = attribute === 'sourceDestCheck' && (await onlyInterface(context.tx, record));
    if (only) await putSourceDestCheck(context, only, true);
    return {};
  },
});
