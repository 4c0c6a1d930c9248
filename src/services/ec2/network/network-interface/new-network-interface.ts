/** A network interface about to be: its address, checked or chosen, and its record. */
import { AwsError } from '../../../../aws/aws-error.ts';
import type { EffectContext } from '../../../../invoke/context.ts';
import { hex } from '../../../../platform/identifiers.ts';
import type { PrivateIpAddressSpecification } from '../../../../shapes/generated/ec2.ts';
import type { ReadTransaction } from '../../../../store/store.ts';
import { newId } from '../../resource/kind.ts';
import { notServed } from '../../resource/unserved.ts';
import { freeAddress, isInBlock, parseBlock, parseIpv4 } from '../address.ts';
import type { SubnetRecord } from '../network-records.ts';
import { chooseIpv6Addresses, type Ipv6Wish } from './ipv6-addresses.ts';
import { type NetworkInterfaceRecord, networkInterfaceKind, networkInterfaces } from './network-interface.ts';

/** Throws where an address that a request names is not the subnet's, or is taken. */
export async function requireFreeAddress(
  tx: ReadTransaction,
  subnet: SubnetRecord,
  ip: string,
): Promise<void> {
  const address = parseIpv4(ip);
  const block = parseBlock(subnet.cidrBlock);
  if (address === undefined || !block || !isInBlock(block, address)) {
    throw new AwsError(
      'InvalidParameterValue',
      `Address ${ip} does not fall within the subnet's address range`,
    );
  }
  if ((await takenAddresses(tx, subnet)).has(ip)) {
    throw new AwsError('InvalidIPAddress.InUse', `Address ${ip} is in use.`);
  }
}

/** One address an interface is served, which a request may name in either of two ways. */
export function primaryAddress(
  one: string | undefined,
  several: readonly PrivateIpAddressSpecification[] = [],
): string | undefined {
  const { length } = several.filter(({ Primary: isPrimary }) => !isPrimary);
  const primary =
    several.find(({ Primary: isPrimary }) => isPrimary) ?? (several.length === 1 ? several[0] : undefined);
  if (several.length > 1 || (length > 0 && one !== undefined)) throw notServed('secondary private addresses');
  return one ?? primary?.PrivateIpAddress;
}

/** By subnet, for as long as a transaction lasts: a launch of a thousand instances looks for as many addresses. */
const taken = new WeakMap<ReadTransaction, Map<string, Set<string>>>();

/** To be added to by whoever takes one. */
async function takenAddresses(
  tx: ReadTransaction,
  { account, region, id }: SubnetRecord,
): Promise<Set<string>> {
  const bySubnet = taken.get(tx) ?? new Map<string, Set<string>>();
  taken.set(tx, bySubnet);
  const known = bySubnet.get(id);
  if (known) return known;
  const interfaces = await tx.find(networkInterfaces, 'subnet', { prefix: [account, region, id] });
  const found = new Set(interfaces.map(({ privateIp }) => privateIp));
  bySubnet.set(id, found);
  return found;
}

type Chosen = Pick<NetworkInterfaceRecord, 'tags' | 'description' | 'groupIds'> &
  Partial<
    Pick<
      NetworkInterfaceRecord,
      'privateIp' | 'publicIp' | 'assignsPublicIp' | 'attachment' | 'requesterId' | 'connectionTracking'
    >
  > & { readonly ipv6?: Ipv6Wish };

/** Stored, with an address of the subnet's where none was chosen, and of IPv6 as the subnet says. */
export async function putNewInterface(
  { tx, entropy, account, region }: EffectContext,
  subnet: SubnetRecord,
  { ipv6 = { count: subnet.assignsIpv6 ? 1 : 0, addresses: [] }, ...chosen }: Chosen,
): Promise<NetworkInterfaceRecord> {
  const from = entropy.bytes(3).readUIntBE(0, 3);
  const addresses = await takenAddresses(tx, subnet);
  const privateIp = chosen.privateIp ?? freeAddress(subnet.cidrBlock, addresses, from);
  addresses.add(privateIp);
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
    privateIp,
    ipv6Addresses: await chooseIpv6Addresses(tx, entropy, subnet, ipv6),
    sourceDestCheck: true,
  };
  tx.put(networkInterfaces, eni);
  return eni;
}
