/** The IPv6 addresses of network interfaces (https://docs.aws.amazon.com/vpc/latest/userguide/vpc-ip-addressing.html). */
import { AwsError } from '../../../../aws/aws-error.ts';
import type { Entropy } from '../../../../platform/ports.ts';
import type { ReadTransaction } from '../../../../store/store.ts';
import { addressInIpv6, freeIpv6Address } from '../ipv6.ts';
import type { SubnetRecord } from '../network-records.ts';
import { takenAddresses } from './taken-addresses.ts';

/** Which addresses a request wants: named ones, or so many of the subnet's. */
export interface Ipv6Wish {
  readonly count: number;
  readonly addresses: readonly string[];
}

interface Ipv6Request {
  readonly Ipv6AddressCount?: number;
  readonly Ipv6Addresses?: readonly (string | { readonly Ipv6Address?: string })[];
}

/** Undefined where the request says nothing of IPv6. */
export function ipv6Wish({
  Ipv6AddressCount: count,
  Ipv6Addresses: named,
}: Ipv6Request): Ipv6Wish | undefined {
  if (count === undefined && !named?.length) return undefined;
  if (count && named?.length) {
    throw new AwsError(
      'InvalidParameterCombination',
      'The parameters ipv6AddressCount and ipv6Addresses may not be used together.',
    );
  }
  const addresses = (named ?? []).map((each) => (typeof each === 'string' ? each : (each.Ipv6Address ?? '')));
  return { count: count ?? 0, addresses };
}

/** The addresses for a wish in the subnet, each free; those named in the one form in which addresses are kept. */
export async function chooseIpv6Addresses(
  tx: ReadTransaction,
  entropy: Entropy,
  subnet: SubnetRecord,
  { count, addresses }: Ipv6Wish,
): Promise<readonly string[]> {
  if (count === 0 && addresses.length === 0) return [];
  const taken = takenAddresses(tx, subnet);
  const chosen = [...(await requireIpv6Addresses(tx, subnet, { count, addresses }))];
  for (const address of chosen) taken.add(address);
  const [block] = subnet.ipv6Cidrs ?? [];
  for (let left = count; left > 0; left--) {
    const address = await freeIpv6Address(block!.cidrBlock, taken, entropy);
    taken.add(address);
    chosen.push(address);
  }
  return chosen;
}

/** Throws where a wish cannot come true in the subnet. */
export async function requireIpv6Addresses(
  tx: ReadTransaction,
  subnet: SubnetRecord,
  { count, addresses }: Ipv6Wish,
): Promise<readonly string[]> {
  if (count === 0 && addresses.length === 0) return [];
  const [block] = subnet.ipv6Cidrs ?? [];
  if (!block) {
    throw new AwsError(
      'InvalidParameterValue',
      `The subnet '${subnet.id}' does not have an IPv6 CIDR block associated with it.`,
    );
  }
  const taken = takenAddresses(tx, subnet);
  const found: string[] = [];
  for (const text of addresses) {
    const address = addressInIpv6(block.cidrBlock, text);
    if (address === undefined) {
      throw new AwsError(
        'InvalidParameterValue',
        `Address ${text} does not fall within the subnet's address range`,
      );
    }
    if (await taken.has(address)) throw new AwsError('InvalidIPAddress.InUse', `Address ${text} is in use.`);
    found.push(address);
  }
  return found;
}
