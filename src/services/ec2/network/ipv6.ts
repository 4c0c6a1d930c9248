/** IPv6 blocks, as far as records keep them. */
import { isIPv6 } from 'node:net';

export function isIpv6Block(cidr: string): boolean {
  const [address = '', bits = ''] = cidr.split('/');
  return isIPv6(address) && /^\d{1,3}$/.test(bits) && Number(bits) <= 128;
}
