/**
 * The private IPv4 addresses of network interfaces: the primary one stays, secondary ones come and go
 * (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-eni.html, aws-facts F37).
 */
import { AwsError } from '../../../../aws/aws-error.ts';
import type { Entropy } from '../../../../platform/ports.ts';
import type { PrivateIpAddressSpecification } from '../../../../shapes/generated/ec2.ts';
import type { ReadTransaction } from '../../../../store/store.ts';
import { freeAddress, isInBlock, isKeptByAws, parseBlock, parseIpv4 } from '../address.ts';
import type { SubnetRecord } from '../network-records.ts';
import { requireIpv4 } from '../subnet/subnet.ts';
import { reservedBlocks } from '../subnet-cidr-reservation/subnet-cidr-reservation.ts';
import type { NetworkInterfaceRecord } from './network-interface.ts';
import { takenAddresses } from './taken-addresses.ts';

/** Which addresses a request wants: named ones, or so many of the subnet's. */
export interface PrivateWish {
  readonly primary?: string;
  readonly secondary: readonly string[];
  readonly secondaryCount: number;
}

interface PrivateAddressRequest {
  readonly PrivateIpAddress?: string;
  readonly PrivateIpAddresses?: readonly PrivateIpAddressSpecification[];
  readonly SecondaryPrivateIpAddressCount?: number;
}

const invalidCombination = (message: string) => new AwsError('InvalidParameterCombination', message);

/** The addresses that a request for an interface names in one of three ways. */
export function privateWish({
  PrivateIpAddress: one,
  PrivateIpAddresses: named = [],
  SecondaryPrivateIpAddressCount: secondaryCount = 0,
}: PrivateAddressRequest): PrivateWish {
  // Those that are not said to be primary are secondary ones, be it that none is: EC2 chooses the primary one then.
  const marked = named.filter(({ Primary }) => Primary);
  const [primary] = marked;
  if (marked.length > 1 || (primary && one !== undefined))
    throw invalidCombination('Only one private IP address can be designated as the primary one.');
  const secondary = named.filter((each) => each !== primary);
  if (secondaryCount < 0) {
    throw new AwsError(
      'InvalidParameterValue',
      `Value (${secondaryCount}) for parameter secondaryPrivateIpAddressCount is invalid.`,
    );
  }
  if (secondaryCount > 0 && secondary.length > 0) {
    throw invalidCombination(
      'The parameters secondaryPrivateIpAddressCount and privateIpAddresses may not be used together.',
    );
  }
  return {
    primary: one ?? primary?.PrivateIpAddress,
    secondary: secondary.map(({ PrivateIpAddress = '' }) => PrivateIpAddress),
    secondaryCount,
  };
}

/** Throws where an address that a request names is not the subnet's, or is taken or AWS's own. */
export async function requireFreeAddresses(
  tx: ReadTransaction,
  subnet: SubnetRecord,
  named: readonly string[],
): Promise<void> {
  const block = parseBlock(subnet.cidrBlock ?? '');
  for (const [index, ip] of named.entries()) {
    const address = parseIpv4(ip);
    if (address === undefined || !block || !isInBlock(block, address)) {
      throw new AwsError(
        'InvalidParameterValue',
        `Address ${ip} does not fall within the subnet's address range`,
      );
    }
    if (isKeptByAws(block, address)) {
      throw new AwsError('InvalidParameterValue', `Address ${ip} is in subnet's reserved address range`);
    }
    if (named.indexOf(ip) < index || (await takenAddresses(tx, subnet).has(ip))) {
      throw new AwsError('InvalidIPAddress.InUse', `Address ${ip} is in use.`);
    }
  }
}

export const namedAddresses = ({ primary, secondary }: PrivateWish): readonly string[] =>
  primary === undefined ? secondary : [primary, ...secondary];

/** The named addresses, and so many free ones of the subnet's, which are taken from then on. */
export async function takeAddresses(
  { tx, entropy }: { readonly tx: ReadTransaction; readonly entropy: Entropy },
  subnet: SubnetRecord,
  named: readonly string[],
  count: number,
): Promise<readonly string[]> {
  const { cidrBlock } = subnet;
  if (count > 0) requireIpv4(subnet);
  const taken = takenAddresses(tx, subnet);
  const reserved = count > 0 ? await reservedBlocks(tx, subnet) : [];
  for (const each of named) taken.add(each);
  const chosen: string[] = [];
  for (let left = count; left > 0; left--) {
    const address = await freeAddress(cidrBlock!, taken, entropy.bytes(3).readUIntBE(0, 3), reserved);
    taken.add(address);
    chosen.push(address);
  }
  return [...named, ...chosen];
}

/** The addresses of a new interface. */
export async function newAddresses(
  context: { readonly tx: ReadTransaction; readonly entropy: Entropy },
  subnet: SubnetRecord,
  { primary, secondary, secondaryCount }: PrivateWish,
): Promise<Pick<NetworkInterfaceRecord, 'privateIp' | 'secondaryAddresses'>> {
  const named = primary === undefined ? [] : [primary];
  const wanted = subnet.cidrBlock === undefined ? 0 : 1 - named.length;
  // Those that are named first: a primary one that is not must not be one of them.
  const others = await takeAddresses(context, subnet, secondary, 0);
  const [privateIp] = await takeAddresses(context, subnet, named, wanted);
  if (secondary.length === 0 && secondaryCount === 0) return { privateIp };
  const further = [...others, ...(await takeAddresses(context, subnet, [], secondaryCount))];
  return { privateIp, secondaryAddresses: further.map((each) => ({ privateIp: each })) };
}
