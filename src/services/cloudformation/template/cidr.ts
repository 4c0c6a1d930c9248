/** `count` IPv4 blocks of `hostBits` each, from the start of `block`; undefined where they do not fit. */
const ADDRESS_BITS = 32;
const MAX_BLOCKS = 256;

export function cidrBlocks(block: string, count: number, hostBits: number): string[] | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(block);
  if (!match) return undefined;
  const octets = match.slice(1, 5).map(Number);
  const prefix = Number(match[5]);
  if (octets.some((octet) => octet > 255) || prefix > ADDRESS_BITS) return undefined;
  if (!Number.isInteger(count) || count < 1 || count > MAX_BLOCKS) return undefined;
  if (!Number.isInteger(hostBits) || hostBits < 1 || hostBits > ADDRESS_BITS) return undefined;
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
