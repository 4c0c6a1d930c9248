/** A network interface about to be: its addresses, chosen, and its record. */
import type { EffectContext } from '../../../../invoke/context.ts';
import { hex } from '../../../../platform/identifiers.ts';
import { newId } from '../../resource/kind.ts';
import type { SubnetRecord } from '../network-records.ts';
import { chooseIpv6Addresses, type Ipv6Wish } from './ipv6-addresses.ts';
import { type NetworkInterfaceRecord, networkInterfaceKind, networkInterfaces } from './network-interface.ts';
import { newAddresses, type PrivateWish } from './private-addresses.ts';

type Chosen = Pick<NetworkInterfaceRecord, 'tags' | 'description' | 'groupIds'> &
  Partial<
    Pick<
      NetworkInterfaceRecord,
      | 'publicIp'
      | 'assignsPublicIp'
      | 'attachment'
      | 'requesterId'
      | 'requesterManaged'
      | 'connectionTracking'
      | 'interfaceType'
    >
  > & { readonly ipv4?: PrivateWish; readonly ipv6?: Ipv6Wish };

/**
 * Stored, with an address of the subnet's where none was chosen, and of IPv6 as the subnet says; those that AWS makes for
 * gateways and endpoints are of IPv4 where nothing else is asked for (https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html).
 */
export async function putNewInterface(
  context: EffectContext,
  subnet: SubnetRecord,
  { ipv4 = { secondary: [], secondaryCount: 0 }, ipv6: wished, ...chosen }: Chosen,
): Promise<NetworkInterfaceRecord> {
  const { tx, entropy, account, region } = context;
  const ipv6 = wished ?? { count: subnet.assignsIpv6 && !chosen.requesterManaged ? 1 : 0, addresses: [] };
  const addresses = await newAddresses(context, subnet, ipv4);
  const eni: NetworkInterfaceRecord = {
    assignsPublicIp: false,
    ...chosen,
    account,
    region,
    id: newId(entropy, networkInterfaceKind.prefix),
    subnetId: subnet.id,
    vpcId: subnet.vpcId,
    zone: subnet.zone,
    zoneId: subnet.zoneId,
    // The bit of locally administered addresses is set: no card is named.
    macAddress: `02:${hex(entropy, 10).match(/../g)!.join(':')}`,
    ...addresses,
    ipv6Addresses: await chooseIpv6Addresses(tx, entropy, subnet, ipv6),
    sourceDestCheck: true,
  };
  tx.put(networkInterfaces, eni);
  return eni;
}
