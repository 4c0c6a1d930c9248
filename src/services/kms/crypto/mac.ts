/** Message authentication codes, by KMS's names. */
import { createHmac, type KeyObject } from 'node:crypto';

/** `HMAC_SHA_256` to its bytes over the message. */
export function macOf(key: KeyObject, algorithm: string, message: Uint8Array): Buffer {
  return createHmac(algorithm.slice('HMAC_'.length).toLowerCase().replace('_', ''), key)
    .update(message)
    .digest();
}
