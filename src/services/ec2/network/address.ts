/** IPv4 addresses and blocks, as numbers. */
import { AwsError } from '../../../aws/aws-error.ts';

export function parseIpv4(text: string): number | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)) {
    return undefined;
  }
  return parts.reduce((address, part) => address * 256 + Number(part), 0);
}

export const formatIpv4 = (address: number): string =>
  [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');

export interface Ipv4Block {
  readonly first: number;
  readonly size: number;
}

export function parseBlock(cidr: string): Ipv4Block | undefined {
  const [address = '', bits = ''] = cidr.split('/');
  const start = parseIpv4(address);
  if (start === undefined || !/^\d{1,2}$/.test(bits) || Number(bits) > 32) return undefined;
  const size = 2 ** (32 - Number(bits));
  return { first: start - (start % size), size };
}

export const isInBlock = ({ first, size }: Ipv4Block, address: number): boolean =>
  address >= first && address < first + size;

export function isWithinBlock(outer: string, inner: string): boolean {
  const [a, b] = [parseBlock(outer)!, parseBlock(inner)!];
  return isInBlock(a, b.first) && isInBlock(a, b.first + b.size - 1);
}

/** AWS keeps the first four addresses of a subnet and the last. */
const RESERVED_FIRST = 4;
const RESERVED = 5;

export function availableAddresses(cidr: string | undefined, taken: number): number {
  return Math.max(0, (parseBlock(cidr ?? '')?.size ?? 0) - RESERVED - taken);
}

export const isKeptByAws = ({ first, size }: Ipv4Block, address: number): boolean =>
  address < first + RESERVED_FIRST || address === first + size - 1;

/** Which addresses somebody has. */
export interface Taken {
  has(address: string): Promise<boolean>;
}

/** A free address of the subnet that lies in none of the blocks to be left alone, counted up from `from`. */
export async function freeAddress(
  cidr: string,
  taken: Taken,
  from = 0,
  reserved: readonly Ipv4Block[] = [],
): Promise<string> {
  const block = parseBlock(cidr)!;
  const usable = block.size - RESERVED;
  for (let tried = 0; tried < usable; tried++) {
    const number = block.first + RESERVED_FIRST + ((from + tried) % usable);
    const address = formatIpv4(number);
    if (reserved.some((each) => isInBlock(each, number)) || (await taken.has(address))) continue;
    return address;
  }
  throw new AwsError(
    'InsufficientFreeAddressesInSubnet',
    'Insufficient free addresses in subnet to allocate the requested number of IP addresses.',
  );
}

/** The largest and the smallest block of a VPC or a subnet. */
const LARGEST = 2 ** 16;
const SMALLEST = 2 ** 4;

/** `100.68.0.18/18` is taken for `100.68.0.0/18`. Throws for what is no block, and `rangeError` for a size AWS does not allow. */
export function canonicalBlock(cidr: string, rangeError: string): string {
  const block = parseBlock(cidr);
  if (!block) {
    throw new AwsError(
      'InvalidParameterValue',
      `Value (${cidr}) for parameter cidrBlock is invalid. This is not a valid CIDR block.`,
    );
  }
  if (block.size > LARGEST || block.size < SMALLEST)
    throw new AwsError(rangeError, `The CIDR '${cidr}' is invalid.`);
  return formatBlock(block);
}

export const formatBlock = ({ first, size }: Ipv4Block): string =>
  `${formatIpv4(first)}/${32 - Math.log2(size)}`;

export function overlaps(one: string, other: string): boolean {
  const [a, b] = [parseBlock(one)!, parseBlock(other)!];
  return a.first < b.first + b.size && b.first < a.first + a.size;
}
