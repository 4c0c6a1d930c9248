/** Signatures, by KMS's names of algorithms and message types. */
import { constants, type KeyObject, sign, verify } from 'node:crypto';
import type { Entropy } from '../../../platform/ports.ts';
import type { SignRequest } from '../../../shapes/generated/kms.ts';
import { unsupported, validation } from '../errors.ts';
import type { Signed } from './ml-dsa.ts';
import { type RsaDigest, signPkcs1, signPss, verifyPkcs1, verifyPss } from './rsa-digest.ts';

export type SigningAlgorithm = SignRequest['SigningAlgorithm'];
export type MessageType = NonNullable<SignRequest['MessageType']>;

interface Scheme {
  readonly name: 'pss' | 'pkcs1' | 'ecdsa' | 'ed25519' | 'ed25519ph' | 'ml-dsa';
  readonly takes: readonly MessageType[];
  readonly digest?: RsaDigest;
}

const DIGEST_BYTES: Readonly<Record<RsaDigest, number>> = { sha256: 32, sha384: 48, sha512: 64 };
/** What ML-DSA makes of a message and the public key (FIPS 204, 6.2). */
const MU_BYTES = 64;

const hashing = (name: 'pss' | 'pkcs1' | 'ecdsa', digest: RsaDigest): Scheme => ({
  name,
  takes: ['RAW', 'DIGEST'],
  digest,
});

const SCHEMES: Readonly<Partial<Record<SigningAlgorithm, Scheme>>> = {
  RSASSA_PSS_SHA_256: hashing('pss', 'sha256'),
  RSASSA_PSS_SHA_384: hashing('pss', 'sha384'),
  RSASSA_PSS_SHA_512: hashing('pss', 'sha512'),
  RSASSA_PKCS1_V1_5_SHA_256: hashing('pkcs1', 'sha256'),
  RSASSA_PKCS1_V1_5_SHA_384: hashing('pkcs1', 'sha384'),
  RSASSA_PKCS1_V1_5_SHA_512: hashing('pkcs1', 'sha512'),
  ECDSA_SHA_256: hashing('ecdsa', 'sha256'),
  ECDSA_SHA_384: hashing('ecdsa', 'sha384'),
  ECDSA_SHA_512: hashing('ecdsa', 'sha512'),
  ED25519_SHA_512: { name: 'ed25519', takes: ['RAW'] },
  ED25519_PH_SHA_512: { name: 'ed25519ph', takes: ['DIGEST'], digest: 'sha512' },
  ML_DSA_SHAKE_256: { name: 'ml-dsa', takes: ['RAW', 'EXTERNAL_MU'] },
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
  if (!scheme) throw unsupported(`${algorithm} is not served here.`);
  if (type === 'EXTERNAL_MU' && scheme.name !== 'ml-dsa') {
    throw validation(`Message type ${type} is incompatible with key spec ${keySpec}.`);
  }
  if (!scheme.takes.includes(type)) {
    throw validation(`Message type ${type} is incompatible with algorithm ${algorithm}.`);
  }
  if (type !== 'RAW' && bytes.length !== givenBytes(scheme)) {
    throw validation(`Digest is invalid length for algorithm ${algorithm}.`);
  }
}

const givenBytes = ({ digest }: Scheme) => (digest ? DIGEST_BYTES[digest] : MU_BYTES);

export async function signMessage(
  entropy: Entropy,
  { keySpec }: SpecName,
  key: KeyObject,
  message: Message,
): Promise<Uint8Array> {
  const { name, digest } = SCHEMES[message.algorithm] as Scheme;
  const { bytes, type } = message;
  if (name === 'ml-dsa') {
    const { signMlDsa } = await import('./ml-dsa.ts');
    return signMlDsa(entropy, keySpec, key, message as Signed);
  }
  if (type === 'RAW') return sign(digest, bytes, { key, ...padding(name) });
  if (name === 'pss') return signPss(entropy, key, digest as RsaDigest, bytes);
  if (name === 'pkcs1') return signPkcs1(key, digest as RsaDigest, bytes);
  const { signGiven } = await import('./given-digest.ts');
  return signGiven(entropy, keySpec, key, bytes);
}

export async function verifyMessage(
  { keySpec }: SpecName,
  key: KeyObject,
  message: Message,
  signature: Uint8Array,
): Promise<boolean> {
  const { name, digest } = SCHEMES[message.algorithm] as Scheme;
  const { bytes, type } = message;
  if (name === 'ml-dsa') {
    const { verifyMlDsa } = await import('./ml-dsa.ts');
    return verifyMlDsa(keySpec, key, message as Signed, signature);
  }
  if (type === 'RAW') return verify(digest, bytes, { key, ...padding(name) }, signature);
  if (name === 'pss') return verifyPss(key, digest as RsaDigest, bytes, signature);
  if (name === 'pkcs1') return verifyPkcs1(key, digest as RsaDigest, bytes, signature);
  const { verifyGiven } = await import('./given-digest.ts');
  return verifyGiven(keySpec, key, bytes, signature);
}

const padding = (name: Scheme['name']) =>
  name === 'pss'
    ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
    : {};
