import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';

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

/** AWS4's four derivation steps. */
export function deriveSigningKey(secret: string, scope: CredentialScope): KeyObject {
  const dated = hmac(`AWS4${secret}`, scope.date);
  const regional = hmac(dated, scope.region);
  const serviceKey = hmac(regional, scope.service);
  return createSecretKey(hmac(serviceKey, 'aws4_request'));
}

interface CachedKey {
  readonly secret: string;
  readonly key: KeyObject;
}

/**
 * Signing keys of recent credentials, least recently used dropped first: deriving one costs four HMACs, and a
 * client signs every request of a day with the same. An entry answers only for the secret it was made from.
 */
export class SigningKeyCache {
  readonly #entries = new Map<string, CachedKey>();
  readonly #capacity: number;

  constructor(capacity = 1024) {
    this.#capacity = capacity;
  }

  /** `credential` is the request's `Credential` parameter: access key id and scope. */
  get(credential: string, secret: string, scope: CredentialScope): KeyObject {
    const cached = this.#entries.get(credential);
    if (cached) this.#entries.delete(credential);
    const entry = cached?.secret === secret ? cached : { secret, key: deriveSigningKey(secret, scope) };
    this.#entries.set(credential, entry);
    if (this.#entries.size > this.#capacity) {
      const oldest = this.#entries.keys().next();
      if (!oldest.done) this.#entries.delete(oldest.value);
    }
    return entry.key;
  }
}
