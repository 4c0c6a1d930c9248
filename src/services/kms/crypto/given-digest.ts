/**
 * Signatures over what Node's functions do not take: a digest in place of its message, with ECDSA; and Ed25519ph.
 * Loaded by whoever asks for one.
 */
import type { KeyObject } from 'node:crypto';
import type { ECDSA } from '@noble/curves/abstract/weierstrass.js';
import { ed25519ph } from '@noble/curves/ed25519.js';
import { p256, p384, p521 } from '@noble/curves/nist.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import type { Entropy } from '../../../platform/ports.ts';

/** Key material as a JSON Web Key has it. */
type Part = (name: 'd' | 'x' | 'y') => Buffer;

interface Scheme {
  sign(part: Part, given: Uint8Array, random: Uint8Array): Uint8Array;
  verify(part: Part, given: Uint8Array, signature: Uint8Array): boolean;
}

/** What the number that is used once is made of, beside the key and what is signed. */
const RANDOM_BYTES = 32;
const UNCOMPRESSED = Buffer.of(4);

/** KMS takes and gives DER (RFC 3279, 2.2.3), with s as it comes. */
const AS_GIVEN = { prehash: false, lowS: false, format: 'der' } as const;

const ecdsa = (curve: ECDSA): Scheme => ({
  sign: (part, given, random) => curve.sign(given, part('d'), { ...AS_GIVEN, extraEntropy: random }),
  verify: (part, given, signature) =>
    curve.verify(signature, given, Buffer.concat([UNCOMPRESSED, part('x'), part('y')]), AS_GIVEN),
});

/** KMS hashes the digest once more: https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html */
const ED25519PH: Scheme = {
  sign: (part, given) => ed25519ph.sign(given, part('d')),
  verify: (part, given, signature) => ed25519ph.verify(signature, given, part('x')),
};

const SCHEMES: Readonly<Record<string, Scheme>> = {
  ECC_NIST_P256: ecdsa(p256),
  ECC_NIST_P384: ecdsa(p384),
  ECC_NIST_P521: ecdsa(p521),
  ECC_SECG_P256K1: ecdsa(secp256k1),
  ECC_NIST_EDWARDS25519: ED25519PH,
};

export function signGiven(
  entropy: Entropy,
  keySpec: string,
  privateKey: KeyObject,
  given: Uint8Array,
): Uint8Array {
  const random = entropy.bytes(RANDOM_BYTES);
  try {
    return withParts(privateKey, (part) => (SCHEMES[keySpec] as Scheme).sign(part, given, random));
  } finally {
    random.fill(0);
  }
}

/** False for signatures of another length or encoding, too. */
export function verifyGiven(
  keySpec: string,
  publicKey: KeyObject,
  given: Uint8Array,
  signature: Uint8Array,
): boolean {
  return withParts(publicKey, (part) => {
    try {
      return (SCHEMES[keySpec] as Scheme).verify(part, given, signature);
    } catch {
      return false;
    }
  });
}

function withParts<Result>(key: KeyObject, work: (part: Part) => Result): Result {
  const jwk = key.export({ format: 'jwk' }) as Record<string, string>;
  const parts: Buffer[] = [];
  try {
    return work((name) => {
      const part = Buffer.from(jwk[name] as string, 'base64url');
      parts.push(part);
      return part;
    });
  } finally {
    for (const part of parts) part.fill(0);
  }
}
