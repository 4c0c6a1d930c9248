/** Signatures, by KMS's names of algorithms and message types. */
import { constants, type KeyObject, sign, verify } from 'node:crypto';
import type { Entropy } from '../../../platform/ports.ts';
import type { SignRequest } from '../../../shapes/generated/kms.ts';
import { unsupported, validation } from '../errors.ts';
import { factsOf, type SpecFacts } from '../key/key-spec.ts';
import { decodeSignature, encodeSignature } from './ecdsa-signature.ts';
import { signDigest, verifyDigest } from './elliptic-curve.ts';
import { type RsaDigest, signPkcs1, signPss, verifyPkcs1, verifyPss } from './rsa-digest.ts';

export type SigningAlgorithm = SignRequest['SigningAlgorithm'];
export type MessageType = NonNullable<SignRequest['MessageType']>;

interface Scheme {
  readonly name: 'pss' | 'pkcs1' | 'ecdsa' | 'ed25519' | 'ml-dsa';
  readonly digest?: RsaDigest;
}

const DIGEST_BYTES: Readonly<Record<RsaDigest, number>> = { sha256: 32, sha384: 48, sha512: 64 };

const SCHEMES: Readonly<Partial<Record<SigningAlgorithm, Scheme>>> = {
  RSASSA_PSS_SHA_256: { name: 'pss', digest: 'sha256' },
  RSASSA_PSS_SHA_384: { name: 'pss', digest: 'sha384' },
  RSASSA_PSS_SHA_512: { name: 'pss', digest: 'sha512' },
  RSASSA_PKCS1_V1_5_SHA_256: { name: 'pkcs1', digest: 'sha256' },
  RSASSA_PKCS1_V1_5_SHA_384: { name: 'pkcs1', digest: 'sha384' },
  RSASSA_PKCS1_V1_5_SHA_512: { name: 'pkcs1', digest: 'sha512' },
  ECDSA_SHA_256: { name: 'ecdsa', digest: 'sha256' },
  ECDSA_SHA_384: { name: 'ecdsa', digest: 'sha384' },
  ECDSA_SHA_512: { name: 'ecdsa', digest: 'sha512' },
  ED25519_SHA_512: { name: 'ed25519' },
  ML_DSA_SHAKE_256: { name: 'ml-dsa' },
};

export interface Message {
  readonly bytes: Uint8Array;
  readonly type: MessageType;
  readonly algorithm: SigningAlgorithm;
}

interface SpecName {
  readonly keySpec: string;
}

/** Throws where the message is of a type or length that the algorithm does not take. */
export function requireMessage({ keySpec }: SpecName, { bytes, type, algorithm }: Message): void {
  const scheme = SCHEMES[algorithm];
  // OpenSSL does not offer these to Node: a prehashed Ed25519, and an ML-DSA that is given mu.
  if (!scheme) throw unsupported(`${algorithm} is not served here.`);
  if (type === 'EXTERNAL_MU' && scheme.name !== 'ml-dsa') {
    throw validation(`Message type ${type} is incompatible with key spec ${keySpec}.`);
  }
  if (scheme.name === 'ml-dsa' && type === 'EXTERNAL_MU')
    throw unsupported('MessageType EXTERNAL_MU is not served here.');
  const isTaken = type === 'RAW' || (type === 'DIGEST' && scheme.digest !== undefined);
  if (!isTaken) throw validation(`Message type ${type} is incompatible with algorithm ${algorithm}.`);
  if (type === 'DIGEST' && bytes.length !== DIGEST_BYTES[scheme.digest as RsaDigest]) {
    throw validation(`Digest is invalid length for algorithm ${algorithm}.`);
  }
}

export function signMessage(entropy: Entropy, spec: SpecName, key: KeyObject, message: Message): Uint8Array {
  const { name, digest } = SCHEMES[message.algorithm] as Scheme;
  const { bytes, type } = message;
  if (type === 'RAW') return sign(digest, bytes, { key, ...padding(name) });
  if (name === 'pss') return signPss(entropy, key, digest as RsaDigest, bytes);
  if (name === 'pkcs1') return signPkcs1(key, digest as RsaDigest, bytes);
  return encodeSignature(signDigest(entropy, key, curveOf(spec), bytes));
}

export function verifyMessage(
  spec: SpecName,
  key: KeyObject,
  message: Message,
  signature: Uint8Array,
): boolean {
  const { name, digest } = SCHEMES[message.algorithm] as Scheme;
  const { bytes, type } = message;
  if (type === 'RAW') return verify(digest, bytes, { key, ...padding(name) }, signature);
  if (name === 'pss') return verifyPss(key, digest as RsaDigest, bytes, signature);
  if (name === 'pkcs1') return verifyPkcs1(key, digest as RsaDigest, bytes, signature);
  const decoded = decodeSignature(signature);
  return decoded !== undefined && verifyDigest(key, curveOf(spec), bytes, decoded);
}

const curveOf = (spec: SpecName) => (factsOf(spec) as SpecFacts).openssl as string;

const padding = (name: Scheme['name']) =>
  name === 'pss'
    ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
    : {};
