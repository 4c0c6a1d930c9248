/** `count` blocks of `hostBits` each, from the start of `block`, of either family; undefined where they do not fit. */
import { formatIpv6Block, IPV6_BITS, ipv6Size, parseIpv6Block } from '../../../aws/ipv6.ts';

const ADDRESS_BITS = 32;
const MAX_BLOCKS = 256;

export function cidrBlocks(block: string, count: number, hostBits: number): string[] | undefined {
  if (!Number.isInteger(count) || count < 1 || count > MAX_BLOCKS) return undefined;
  if (!Number.isInteger(hostBits) || hostBits < 1) return undefined;
  return block.includes(':') ? ipv6Blocks(block, count, hostBits) : ipv4Blocks(block, count, hostBits);
}

function ipv6Blocks(block: string, count: number, hostBits: number): string[] | undefined {
  const whole = parseIpv6Block(block);
  const bits = IPV6_BITS - hostBits;
  if (!whole || bits < 0 || BigInt(count) * ipv6Size(bits) > ipv6Size(whole.bits)) return undefined;
  return Array.from({ length: count }, (_, index) =>
    formatIpv6Block({ first: whole.first + BigInt(index) * ipv6Size(bits), bits }),
  );
}

function ipv4Blocks(block: string, count: number, hostBits: number): string[] | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(block);
  if (!match) return undefined;
  const octets = match.slice(1, 5).map(Number);
  const prefix = Number(match[5]);
  if (octets.some((octet) => octet > 255) || prefix > ADDRESS_BITS || hostBits > ADDRESS_BITS)
    return undefined;
  const size = 2 ** hostBits;
  if (count * size > 2 ** (ADDRESS_BITS - prefix)) return undefined;
  const first = octets.reduce((address, octet) => address * 256 + octet, 0);
  const start = first - (first % 2 ** (ADDRESS_BITS - prefix));
  return Array.from(
    { length: count },
    (_, index) => `${dotted(start + index * size)}/${ADDRESS_BITS - hostBits}`,
  );
}

const dotted = (address: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
