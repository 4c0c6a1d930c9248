/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_UnassignIpv6Addresses.html. Addresses, not prefixes. */
import { AwsError } from '../../../../aws/aws-error.ts';
import { ec2 } from '../../ec2.ts';
import { ownResourceCheck } from '../../resource/kind.ts';
import { networkInterfaceKind, networkInterfaces } from './network-interface.ts';

export default ec2.operation('UnassignIpv6Addresses', {
  unserved: ['Ipv6Prefixes'],
  async checks(context, input) {
    const action = 'ec2:UnassignIpv6Addresses';
    return { eni: await ownResourceCheck(context, networkInterfaceKind, action, input.NetworkInterfaceId) };
  },
  preconditions(_context, { Ipv6Addresses: gone = [] }, { eni: { record: eni } }) {
    const foreign = gone.filter((address) => !eni.ipv6Addresses?.includes(address));
    if (foreign.length === 0) return;
    throw new AwsError(
      'InvalidParameterValue',
      `Some of the specified addresses are not assigned to interface ${eni.id}`,
    );
  },
  execute({ tx }, { Ipv6Addresses: gone = [] }, { eni: { record: eni } }) {
    const ipv6Addresses = eni.ipv6Addresses?.filter((address) => !gone.includes(address));
    tx.put(networkInterfaces, { ...eni, ipv6Addresses });
    return { NetworkInterfaceId: eni.id, UnassignedIpv6Addresses: gone };
  },
});
