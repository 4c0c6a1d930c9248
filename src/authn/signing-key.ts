import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
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

/** AWS4's four derivation steps. */
function deriveSigningKey(secret: string, scope: CredentialScope): KeyObject {
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
 * Signing keys of recent credentials: deriving one costs four HMACs, and a client signs every request of a day with
 * the same. An entry answers only for the secret it was made from.
 */
export class SigningKeyCache {
  readonly #keys = new RecentEntries<CachedKey>(1024);

  /** `credential` is the request's `Credential` parameter: access key id and scope. */
  get(credential: string, secret: string, scope: CredentialScope): KeyObject {
    const cached = this.#keys.get(credential);
    if (cached?.secret === secret) return cached.key;
    const key = deriveSigningKey(secret, scope);
    this.#keys.set(credential, { secret, key });
    return key;
  }
}
