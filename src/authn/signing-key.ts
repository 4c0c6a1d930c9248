/** Derives and caches the signing keys of Signature Version 4. */
import { createHmac, hash } from 'node:crypto';
import { RecentEntries } from './recent-entries.ts';

/** What a signing key is scoped to. */
export interface CredentialScope {
  /** `YYYYMMDD`. */
  readonly date: string;
  readonly region: string;
  readonly service: string;
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;

/** The key of an HMAC-SHA256 for many short messages: two one-shot hashes cost a third of a `createHmac`. */
class SigningKey {
  /** Each the padded key, then room for what is hashed after it. */
  readonly #inner = Buffer.alloc(2 * BLOCK_BYTES + 256, 0x36);
  readonly #outer = Buffer.alloc(BLOCK_BYTES + DIGEST_BYTES, 0x5c);

  constructor(key: Buffer) {
    for (const [index, byte] of key.entries()) {
      this.#inner[index]! ^= byte;
      this.#outer[index]! ^= byte;
    }
  }

  /** @param text ASCII, as every string to sign is */
  sign(text: string): Buffer {
    const room = this.#inner.length - BLOCK_BYTES;
    if (text.length > room) throw new RangeError('a string to sign is longer than any scope makes it');
    const end = BLOCK_BYTES + this.#inner.write(text, BLOCK_BYTES, 'latin1');
    this.#outer.write(hash('sha256', this.#inner.subarray(0, end), 'hex'), BLOCK_BYTES, 'hex');
    return hash('sha256', this.#outer, 'buffer');
  }
}
/** AWS4's four derivation steps. */
function deriveSigningKey(secret: string, scope: CredentialScope): SigningKey {
  const dated = hmac(`AWS4${secret}`, scope.date);
  const regional = hmac(dated, scope.region);
  const serviceKey = hmac(regional, scope.service);
  return new SigningKey(hmac(serviceKey, 'aws4_request'));
}

interface CachedKey {
  readonly secret: string;
  readonly key: SigningKey;
}

/**
 * Signing keys of recent credentials: deriving one costs four HMACs, and a client signs every request of a day with
 * the same. An entry answers only for the secret it was made from.
 */
export class SigningKeyCache {
  readonly #keys = new RecentEntries<CachedKey>(1024);

  /** `credential` is the request's `Credential` parameter: access key id and scope. */
  get(credential: string, secret: string, scope: CredentialScope): SigningKey {
    const cached = this.#keys.get(credential);
    if (cached?.secret === secret) return cached.key;
    const key = deriveSigningKey(secret, scope);
    this.#keys.set(credential, { secret, key });
    return key;
  }
}
