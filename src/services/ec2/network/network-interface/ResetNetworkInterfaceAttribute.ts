/** Source and destination are checked again: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ResetNetworkInterfaceAttribute.html */
import { ec2 } from '../../ec2.ts';
import { attributeConditions } from '../../resource/attribute-conditions.ts';
import { ownResourceCheck } from '../../resource/kind.ts';
import { noAttribute } from '../../resource/only-attribute.ts';
import { networkInterfaceKind } from './network-interface.ts';
import { putSourceDestCheck } from './source-dest-check.ts';

const ACTION = 'ec2:ResetNetworkInterfaceAttribute';

export default ec2.operation('ResetNetworkInterfaceAttribute', {
  async checks(context, { NetworkInterfaceId: id }) {
    const conditions = () => attributeConditions({ SourceDestCheck: '' });
    return { eni: await ownResourceCheck(context, networkInterfaceKind, ACTION, id, conditions) };
  },
  preconditions(_context, { SourceDestCheck: named }) {
    if (named === undefined) throw noAttribute();
  },
  async execute(context, _input, { eni: { record } }) {
    await putSourceDestCheck(context, record, true);
    return {};
  },
});
