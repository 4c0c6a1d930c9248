/**
 * Tells the data key that the blocks are under from any other: a wrong one would turn them to noise without a word. Only a
 * keyed digest of a constant is stored.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { BlockFailure } from '../failure.ts';

const digestOf = (key: Uint8Array) => createHmac('sha256', key).update('latchkey lineage').digest();

export const keyCheckOf = (key: Uint8Array): string => digestOf(key).toString('base64');

export function requireKey(key: Uint8Array, check: string): void {
  if (timingSafeEqual(digestOf(key), Buffer.from(check, 'base64'))) return;
  throw new BlockFailure('WrongKey', 'The data key is not the one that the blocks are encrypted under.');
}
