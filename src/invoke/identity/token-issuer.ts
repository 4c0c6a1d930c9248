/**
 * Issuers of web identity tokens (GitHub, a Kubernetes cluster) and the public keys that they sign by. AWS fetches the
 * keys from the issuer; here whoever runs the server gives them, and no connection is made.
 */
import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { asText } from '../../aws/as-text.ts';
import { type ReadTransaction, type Transaction, table } from '../../store/store.ts';

/** A JSON Web Key that verifies signatures (RFC 7517). */
export interface VerificationKey {
  readonly kid?: string;
  readonly alg?: string;
  readonly jwk: JsonWebKey;
}

export interface TokenIssuer {
  /** As tokens give it in `iss`. */
  readonly url: string;
  readonly keys: readonly VerificationKey[];
}

const tokenIssuers = table<TokenIssuer>()({ name: 'invoke.token-issuers', key: ({ url }) => [url] });

/** The public members of each kind of key; nothing else of a given key is kept. */
const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  RSA: ['kty', 'n', 'e'],
  EC: ['kty', 'crv', 'x', 'y'],
};

/** An issuer with the keys of a JSON Web Key Set. Throws with the reason where it is none. */
export function readTokenIssuer(url: string, keySet: unknown): TokenIssuer {
  if (!URL.canParse(url) || !url.startsWith('https://')) {
    throw new Error('the URL of an issuer begins with https://');
  }
  const keys = (keySet as { keys?: unknown } | undefined)?.keys;
  if (!Array.isArray(keys)) throw new Error('a JSON Web Key Set has a list "keys"');
  const usable = keys.flatMap((key, index) => readKey(key, index + 1));
  if (usable.length === 0) throw new Error('the JSON Web Key Set has no RSA or EC key for signatures');
  return { url, keys: usable };
}

/** Keys that the issuer had before are forgotten. */
export function putTokenIssuer(tx: Transaction, issuer: TokenIssuer): void {
  tx.put(tokenIssuers, issuer);
}

export function tokenIssuer(tx: ReadTransaction, url: string): Promise<TokenIssuer | undefined> {
  return tx.get(tokenIssuers, [url]);
}

/** Keys of other kinds and for other uses are passed over: sets mix them. */
function readKey(given: unknown, position: number): VerificationKey[] {
  const key = (given ?? {}) as JsonWebKey & { kid?: unknown; alg?: unknown; use?: unknown };
  const kind = asText(key.kty);
  const members = Object.hasOwn(MEMBERS, kind) ? MEMBERS[kind] : undefined;
  if (!members || (key.use !== undefined && key.use !== 'sig')) return [];
  const jwk: JsonWebKey = Object.fromEntries(members.map((name) => [name, key[name]]));
  try {
    publicKeyOf(jwk);
  } catch {
    throw new Error(`key ${position} of the JSON Web Key Set cannot be read`);
  }
  return [
    {
      jwk,
      ...(typeof key.kid === 'string' && { kid: key.kid }),
      ...(typeof key.alg === 'string' && { alg: key.alg }),
    },
  ];
}

export const publicKeyOf = (jwk: JsonWebKey): KeyObject => createPublicKey({ key: jwk, format: 'jwk' });
