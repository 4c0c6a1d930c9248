/** Addresses of IPv6: those that Amazon gives to VPCs, and those of a subnet. */
import {
  formatIpv6,
  formatIpv6Block,
  IPV6_BITS,
  ipv6Size,
  isWithinIpv6,
  parseIpv6,
  parseIpv6Block,
} from '../../../aws/ipv6.ts';
import type { Entropy } from '../../../platform/ports.ts';
import type { Taken } from './address.ts';

/** A block of the addresses that Amazon gives to VPCs. */
export function newAmazonBlock(entropy: Entropy): string {
  const amazon = 0x26001fn << 104n;
  const chosen = BigInt(`0x${entropy.bytes(4).toString('hex')}`) << 72n;
  return formatIpv6Block({ first: amazon | chosen, bits: 56 });
}

/** The address that a text names, where it is one of the block's. */
export function addressInIpv6(cidr: string, text: string): string | undefined {
  const address = parseIpv6(text);
  if (address === undefined || !isWithinIpv6(parseIpv6Block(cidr)!, { first: address, bits: IPV6_BITS })) {
    return undefined;
  }
  return formatIpv6(address);
}

/** A free address of the block, chosen at random as AWS does: there are too many to be counted through. */
export async function freeIpv6Address(cidr: string, taken: Taken, entropy: Entropy): Promise<string> {
  const block = parseIpv6Block(cidr)!;
  for (;;) {
    const offset = BigInt(`0x${entropy.bytes(8).toString('hex')}`) % ipv6Size(block.bits);
    const address = formatIpv6(block.first + offset);
    if (!(await taken.has(address))) return address;
  }
}
