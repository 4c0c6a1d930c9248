/** Addresses as bits, and their pseudonyms: whatever begins with the same bits goes on to, so that networks stay networks. */
import { isIPv4 } from 'node:net';
import { formatIpv6, IPV6_BITS, parseIpv6 } from '../aws/ipv6.ts';

/** As AWS writes it in numbers, with the length of a network, and in the names of hosts (`ip-10-1-1-5`). */
const IPV4 =
  /(?:(?<![A-Za-z0-9.])|(?<=\\[bfnrt]))\d{1,3}(?:\.\d{1,3}){3}(?![A-Za-z0-9]|\.\d)(?:\/\d{1,2}(?!\d))?|(?<=\b(?:ip|ec2)-)\d{1,3}(?:-\d{1,3}){3}(?![A-Za-z0-9-])/;
const IPV6 = /(?<![A-Za-z0-9:.])[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?![A-Za-z0-9:.])(?:\/\d{1,3}(?!\d))?/;
const MAC = /(?<![A-Za-z0-9:])[0-9a-f]{2}(?:([:-])[0-9a-f]{2})(?:\1[0-9a-f]{2}){4}(?![A-Za-z0-9:])/;
/** Anywhere in a text. */
export const ADDRESS = new RegExp([MAC, IPV6, IPV4].map(({ source }) => source).join('|'), 'gi');

export type AddressKind = 'ipv4' | 'ipv6' | 'mac';

/** What begins so keeps it: which addresses are private, local or a group's is no secret, and AWS decides by it. */
const KEPT: Readonly<Record<AddressKind, readonly string[]>> = {
  // 10/8, 172.16/12, 192.168/16, 100.64/10 and multicast
  ipv4: ['00001010', '101011000001', '1100000010101000', '0110010001', '1110'],
  // global, unique local (fd), link-local and multicast
  ipv6: ['001', '11111101', '1111111010', '11111111'],
  // locally administered, as all of EC2's
  mac: ['00000010'],
};
/** Nobody's in particular: this host, the metadata service's network. */
const NOBODYS = {
  ipv4: /^(?:127|169\.254)\.|^0\.0\.0\.0$|^255\.255\.255\.255$/,
  ipv6: /^::1?$/,
  mac: /^(?:00|ff)(?:.(?:00|ff)){5}$/i,
};

export function addressBits(text: string): { kind: AddressKind; bits: string } | undefined {
  const kind = kindOf(text);
  if (!kind || NOBODYS[kind].test(text)) return undefined;
  if (kind === 'ipv6') return { kind, bits: parseIpv6(text)!.toString(2).padStart(IPV6_BITS, '0') };
  const [parts, base] = kind === 'mac' ? [text.split(/[:-]/), 16] : [text.split(/[.-]/), 10];
  return { kind, bits: parts.map((part) => binary(part, base, 8)).join('') };
}

function kindOf(text: string): AddressKind | undefined {
  if (isIPv4(text.replaceAll('-', '.'))) return 'ipv4';
  if (parseIpv6(text) !== undefined) return 'ipv6';
  return /^[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}$/i.test(text) ? 'mac' : undefined;
}

const binary = (part: string, base: number, width: number) =>
  Number.parseInt(part, base).toString(2).padStart(width, '0');

/** The first bit after what is kept is always another: no address stays itself. */
export function pseudonymousBits(kind: AddressKind, bits: string, flip: (before: string) => number): string {
  let mapped = '';
  let isKept = true;
  for (const [place, bit] of [...bits].entries()) {
    const before = bits.slice(0, place);
    const wasKept = isKept;
    isKept = KEPT[kind].some((kept) => kept.length > place && kept.startsWith(before));
    const other = isKept ? 0 : wasKept ? 1 : flip(before);
    mapped += Number(bit) ^ other;
  }
  return mapped;
}

/** Written as the original is. */
export function bitsAddress(kind: AddressKind, bits: string, like: string): string {
  if (kind === 'ipv6') return formatIpv6(BigInt(`0b${bits}`));
  const numbers = (bits.match(/.{8}/g) ?? []).map((part) => Number.parseInt(part, 2));
  return kind === 'ipv4'
    ? numbers.join(like.includes('-') ? '-' : '.')
    : numbers.map((part) => part.toString(16).padStart(2, '0')).join(like[2]);
}
