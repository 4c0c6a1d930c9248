/**
 * IP addresses and networks as IAM compares them. An IPv4 network ignores its host bits; an IPv6 network with host
 * bits set never matches anything; an IPv4-mapped address of a request counts as IPv4, a mapped network of a
 * policy stays IPv6 (behaviour captured from AWS; see aws:SourceIp in the IAM reference).
 */
import { allDigits } from './literals.ts';

export interface Network {
  /** 4 or 16 bytes, network order. */
  readonly bytes: readonly number[];
  readonly prefixLength: number;
}

/** A policy's address or CIDR block; undefined where the text is not one. */
export function parseNetwork(text: string): Network | undefined {
  const slash = text.indexOf('/');
  const address = slash < 0 ? text : text.slice(0, slash);
  const bytes = parseIpv4(address) ?? parseIpv6(address);
  if (bytes === undefined) return undefined;
  if (slash < 0) return { bytes, prefixLength: bytes.length * 8 };
  const suffix = text[slash + 1] === '+' ? text.slice(slash + 2) : text.slice(slash + 1);
  if (suffix === '' || suffix.length > 4 || !allDigits(suffix)) return undefined;
  const prefixLength = Number(suffix);
  return prefixLength > bytes.length * 8 ? undefined : { bytes, prefixLength };
}

/** A request's address, IPv4-mapped ones as IPv4. */
export function parseAddress(text: string): readonly number[] | undefined {
  const bytes = parseIpv4(text) ?? parseIpv6(text);
  if (bytes?.length !== 16) return bytes;
  const mapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;
  return mapped ? bytes.slice(12) : bytes;
}

export function hasIpv6HostBits({ bytes, prefixLength }: Network): boolean {
  return bytes.length === 16 && bytes.some((byte, i) => (byte & ~maskByte(prefixLength, i)) !== 0);
}

export function networkContains(network: Network, address: readonly number[]): boolean {
  if (network.bytes.length !== address.length || hasIpv6HostBits(network)) return false;
  for (let i = 0; i < address.length; i++) {
    const mask = maskByte(network.prefixLength, i);
    if (((network.bytes[i] as number) & mask) !== ((address[i] as number) & mask)) return false;
  }
  return true;
}

function maskByte(prefixLength: number, index: number): number {
  const bits = Math.min(8, Math.max(0, prefixLength - index * 8));
  return (0xff00 >> bits) & 0xff;
}

function parseIpv4(text: string): number[] | undefined {
  const parts = text.split('.', 5);
  if (parts.length !== 4) return undefined;
  const bytes: number[] = [];
  for (const part of parts) {
    if (part === '' || part.length > 8 || !allDigits(part) || Number(part) > 255) return undefined;
    bytes.push(Number(part));
  }
  return bytes;
}

function parseIpv6(text: string): number[] | undefined {
  if (text.length > 64 || !text.includes(':')) return undefined;
  const halves = text.split('::', 3);
  if (halves.length > 2) return undefined;
  const head = parseGroups(halves[0] as string);
  const tail = halves.length === 2 ? parseGroups(halves[1] as string) : [];
  if (head === undefined || tail === undefined) return undefined;
  const missing = 16 - head.length - tail.length;
  const compressed = halves.length === 2;
  if (compressed ? missing < 2 : missing !== 0) return undefined;
  return [...head, ...new Array<number>(missing).fill(0), ...tail];
}

function parseGroups(text: string): number[] | undefined {
  if (text === '') return [];
  const bytes: number[] = [];
  const groups = text.split(':', 10);
  for (const [i, group] of groups.entries()) {
    const embedded = i === groups.length - 1 ? parseIpv4(group) : undefined;
    if (embedded !== undefined) {
      bytes.push(...embedded);
      continue;
    }
    if (group === '' || group.length > 4) return undefined;
    for (const digit of group) if (!'0123456789abcdefABCDEF'.includes(digit)) return undefined;
    const value = Number.parseInt(group, 16);
    bytes.push(value >> 8, value & 0xff);
  }
  return bytes.length > 16 ? undefined : bytes;
}
