/** IPv6 addresses and blocks, as numbers of 128 bits. */
import { isIPv6 } from 'node:net';

export interface Ipv6Block {
  readonly first: bigint;
  readonly bits: number;
}

export const IPV6_BITS = 128;
const GROUPS = 8;
const GROUP_BITS = 16n;

/** As RFC 5952 has it: in small letters, with `::` for the longest run of zeros. That is how URLs are written, too. */
const canonical = (address: string): string => new URL(`http://[${address}]`).hostname.slice(1, -1);

export function parseIpv6(text: string): bigint | undefined {
  // A zone (`fe80::1%eth0`) is no part of an address.
  if (!isIPv6(text) || text.includes('%')) return undefined;
  const [head, tail] = canonical(text)
    .split('::')
    .map((part) => (part ? part.split(':') : []));
  const zeros = Array<string>(GROUPS - head!.length - (tail?.length ?? 0)).fill('0');
  return [...head!, ...zeros, ...(tail ?? [])].reduce(
    (address, group) => (address << GROUP_BITS) | BigInt(`0x${group}`),
    0n,
  );
}

export function formatIpv6(address: bigint): string {
  const groups = Array.from({ length: GROUPS }, (_, index) =>
    ((address >> (GROUP_BITS * BigInt(GROUPS - 1 - index))) & 0xffffn).toString(16),
  );
  return canonical(groups.join(':'));
}

/** How many addresses a block with a prefix of so many bits has. */
export const ipv6Size = (bits: number): bigint => 1n << BigInt(IPV6_BITS - bits);

export function parseIpv6Block(cidr: string): Ipv6Block | undefined {
  const [address = '', bits = ''] = cidr.split('/');
  const start = parseIpv6(address);
  if (start === undefined || !/^\d{1,3}$/.test(bits) || Number(bits) > IPV6_BITS) return undefined;
  return { first: start - (start % ipv6Size(Number(bits))), bits: Number(bits) };
}

export const formatIpv6Block = ({ first, bits }: Ipv6Block): string => `${formatIpv6(first)}/${bits}`;

const lastOf = ({ first, bits }: Ipv6Block): bigint => first + ipv6Size(bits) - 1n;

export const isWithinIpv6 = (outer: Ipv6Block, inner: Ipv6Block): boolean =>
  inner.first >= outer.first && lastOf(inner) <= lastOf(outer);

export const overlapsIpv6 = (one: Ipv6Block, other: Ipv6Block): boolean =>
  one.first <= lastOf(other) && other.first <= lastOf(one);
