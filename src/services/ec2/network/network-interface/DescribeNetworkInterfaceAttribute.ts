/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkInterfaceAttribute.html */
import type { NetworkInterface } from '../../../../shapes/generated/ec2.ts';
import { ec2 } from '../../ec2.ts';
import { ownResourceCheck } from '../../resource/kind.ts';
import { noAttribute } from '../../resource/only-attribute.ts';
import { securityGroups } from '../networked.ts';
import { networkInterfaceKind } from './network-interface.ts';
import { showNetworkInterface } from './show-network-interface.ts';

const ATTRIBUTES = {
  description: ({ Description }: NetworkInterface) => ({ Description: { Value: Description } }),
  groupSet: ({ Groups }: NetworkInterface) => ({ Groups }),
  sourceDestCheck: ({ SourceDestCheck }: NetworkInterface) => ({
    SourceDestCheck: { Value: SourceDestCheck },
  }),
  attachment: ({ Attachment }: NetworkInterface) => ({ Attachment }),
};

export default ec2.operation('DescribeNetworkInterfaceAttribute', {
  readOnly: true,
  dryRunFirst: true,
  async checks(context, input) {
    const action = 'ec2:DescribeNetworkInterfaceAttribute';
    return { eni: await ownResourceCheck(context, networkInterfaceKind, action, input.NetworkInterfaceId) };
  },
  preconditions(_context, { Attribute: attribute }) {
    if (attribute === undefined) throw noAttribute();
  },
  async execute(context, { Attribute: attribute }, { eni: { record } }) {
    const groups = await securityGroups.list(context.tx, context);
    const shown = showNetworkInterface(record, new Map(groups.map(({ id, name }) => [id, name])));
    const member =
      attribute === 'associatePublicIpAddress'
        ? { AssociatePublicIpAddress: record.assignsPublicIp }
        : ATTRIBUTES[attribute!](shown);
    return { NetworkInterfaceId: record.id, ...member };
  },
});
