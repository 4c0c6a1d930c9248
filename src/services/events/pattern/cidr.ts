/** A network in a pattern, without the host bits that it may be written with. */
import { type Network, parseNetwork } from '../../../policy/ip.ts';
import { JsonFault } from './json-text.ts';

export function parseCidr(text: string): Network {
  const [address = '', bits, ...more] = text.split('/');
  if (bits === undefined || more.length > 0) throw new JsonFault("Malformed CIDR, one '/' required");
  if (!/^-?\d+$/.test(bits)) throw new JsonFault('Malformed CIDR, mask bits must be an integer');
  const host = parseNetwork(address);
  if (!host) throw new JsonFault(`Nonstandard IP address: ${address}`);
  const prefixLength = Number(bits);
  const { length } = host.bytes;
  if (prefixLength < 0) throw new JsonFault('Malformed CIDR, mask bits must not be negative');
  if (prefixLength > length * 8) {
    throw new JsonFault(`IPv${length === 4 ? 4 : 6} mask bits must be < ${length * 8 + 1}`);
  }
  const bytes = host.bytes.map((byte, index) => {
    const kept = Math.min(8, Math.max(0, prefixLength - index * 8));
    return byte & (0xff00 >> kept) & 0xff;
  });
  return { bytes, prefixLength };
}
