/** Random identifiers in the forms that AWS uses. */
import { createHash } from 'node:crypto';
import type { Entropy } from './ports.ts';

/** Lower-case hexadecimal, `length` digits: the tail of `vol-`, `i-`, `snap-` (17) and of grant ids (64). */
export function hex(entropy: Entropy, length: number): string {
  return entropy
    .bytes(Math.ceil(length / 2))
    .toString('hex')
    .slice(0, length);
}

/** A random (version 4) UUID: key ids, request ids, event ids. */
export function uuid(entropy: Entropy): string {
  const bytes = entropy.bytes(16);
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  const text = bytes.toString('hex');
  return `${text.slice(0, 8)}-${text.slice(8, 12)}-${text.slice(12, 16)}-${text.slice(16, 20)}-${text.slice(20)}`;
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Upper-case base-32 characters: the tail of IAM unique ids (`AIDA…`, `AROA…`) and access key ids (`AKIA…`, `ASIA…`). */
export function base32(entropy: Entropy, length: number): string {
  let text = '';
  for (const byte of entropy.bytes(length)) text += BASE32[byte & 31];
  return text;
}

/** Twelve upper-case characters that look random and follow from an identifier: the tail of names that services give. */
export function nameTail(id: string): string {
  const number = BigInt(`0x${createHash('sha256').update(id).digest('hex')}`);
  return number.toString(36).toUpperCase().slice(-12);
}
