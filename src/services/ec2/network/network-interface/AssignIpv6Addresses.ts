/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssignIpv6Addresses.html. Addresses, not prefixes. */
import { AwsError } from '../../../../aws/aws-error.ts';
import type { AssignIpv6AddressesRequest } from '../../../../shapes/generated/ec2.ts';
import { ec2 } from '../../ec2.ts';
import { ownResourceCheck, requireResource } from '../../resource/kind.ts';
import { subnetKind } from '../subnet/subnet.ts';
import { chooseIpv6Addresses, ipv6Wish, requireIpv6Addresses } from './ipv6-addresses.ts';
import { networkInterfaceKind, networkInterfaces } from './network-interface.ts';

export default ec2.operation('AssignIpv6Addresses', {
  unserved: ['Ipv6PrefixCount', 'Ipv6Prefixes'],
  async checks(context, input) {
    requireWish(input);
    const action = 'ec2:AssignIpv6Addresses';
    return { eni: await ownResourceCheck(context, networkInterfaceKind, action, input.NetworkInterfaceId) };
  },
  async preconditions({ tx }, input, { eni: { record: eni } }) {
    await requireIpv6Addresses(
      tx,
      await requireResource(tx, subnetKind, eni, eni.subnetId),
      requireWish(input),
    );
  },
  async execute({ tx, entropy }, input, { eni: { record: eni } }) {
    const subnet = await requireResource(tx, subnetKind, eni, eni.subnetId);
    const added = await chooseIpv6Addresses(tx, entropy, subnet, requireWish(input));
    tx.put(networkInterfaces, { ...eni, ipv6Addresses: [...(eni.ipv6Addresses ?? []), ...added] });
    return { NetworkInterfaceId: eni.id, AssignedIpv6Addresses: [...added] };
  },
});

function requireWish(input: AssignIpv6AddressesRequest) {
  const wish = ipv6Wish(input);
  if (wish) return wish;
  throw new AwsError(
    'MissingParameter',
    'The request must contain the parameter ipv6AddressCount or ipv6Addresses',
  );
}
