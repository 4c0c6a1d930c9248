/**
 * ML-DSA (FIPS 204), by @noble/post-quantum on every Node, since 22 has none. Keys are kept and given as RFC 9881 encodes them.
 * Loaded by whoever asks for one.
 * https://www.rfc-editor.org/rfc/rfc9881
 */
import type { KeyObject } from 'node:crypto';
import { type DSA, ml_dsa44, ml_dsa65, ml_dsa87 } from '@noble/post-quantum/ml-dsa.js';
import type { Entropy } from '../../../platform/ports.ts';

/** A whole message, or what ML-DSA makes of it and the public key. */
export interface Signed {
  readonly bytes: Uint8Array;
  readonly type: 'RAW' | 'EXTERNAL_MU';
}

interface ParameterSet {
  readonly dsa: DSA;
  /** AlgorithmIdentifier in DER. */
  readonly identifier: Buffer;
}

const SEED_BYTES = 32;
/** What the number that is used once is made of, beside the key and what is signed. */
const RANDOM_BYTES = 32;

/** DER, by hand: what is around a key is always the same. */
const [SEQUENCE, BIT_STRING] = [0x30, 0x03];
const SEQUENCE_OF_52 = Buffer.of(SEQUENCE, 52);
const VERSION = Buffer.of(0x02, 0x01, 0x00);
const OCTETS_OF_34 = Buffer.of(0x04, 34);
const OCTETS_OF_32 = Buffer.of(0x04, 32);
const SEED_HEAD = Buffer.of(0x80, 32);
/** Where a seed is that stands alone, and where one is with what is made of it behind it. */
const [ALONE_AT, FIRST_AT] = [22, 30];

const parameterSet = (dsa: DSA, lastArc: number): ParameterSet => ({
  dsa,
  identifier: Buffer.of(SEQUENCE, 0x0b, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, lastArc),
});

const SETS: Readonly<Record<string, ParameterSet>> = {
  ML_DSA_44: parameterSet(ml_dsa44, 17),
  ML_DSA_65: parameterSet(ml_dsa65, 18),
  ML_DSA_87: parameterSet(ml_dsa87, 19),
};

const setOf = (keySpec: string) => SETS[keySpec] as ParameterSet;

/** PKCS #8, and SubjectPublicKeyInfo. */
export function generateMlDsa(entropy: Entropy, keySpec: string): { secret: Buffer; publicKey: Buffer } {
  const { dsa, identifier } = setOf(keySpec);
  const seed = entropy.bytes(SEED_BYTES);
  try {
    const { secretKey, publicKey } = dsa.keygen(seed);
    secretKey.fill(0);
    return { secret: encodedSeed(identifier, seed), publicKey: encodedPublicKey(identifier, publicKey) };
  } finally {
    seed.fill(0);
  }
}

export function signMlDsa(
  entropy: Entropy,
  keySpec: string,
  privateKey: KeyObject,
  { bytes, type }: Signed,
): Uint8Array {
  const { dsa } = setOf(keySpec);
  const { secretKey } = withSeed(privateKey, dsa.keygen);
  const random = entropy.bytes(RANDOM_BYTES);
  try {
    return type === 'RAW'
      ? dsa.sign(bytes, secretKey, { extraEntropy: random })
      : dsa.internal.sign(bytes, secretKey, { extraEntropy: random, externalMu: true });
  } finally {
    secretKey.fill(0);
    random.fill(0);
  }
}

/** False for signatures of another length, too. */
export function verifyMlDsa(
  keySpec: string,
  publicKey: KeyObject,
  { bytes, type }: Signed,
  signature: Uint8Array,
): boolean {
  const { dsa } = setOf(keySpec);
  const raw = publicKey.export().subarray(-(dsa.lengths.publicKey as number));
  return type === 'RAW'
    ? dsa.verify(signature, bytes, raw)
    : dsa.internal.verify(signature, bytes, raw, { externalMu: true });
}

/** PKCS #8 with the seed alone, of which the rest is made again (RFC 9881, 6). */
const encodedSeed = (identifier: Buffer, seed: Uint8Array): Buffer =>
  Buffer.concat([SEQUENCE_OF_52, VERSION, identifier, OCTETS_OF_34, SEED_HEAD, seed]);

function encodedPublicKey(identifier: Buffer, publicKey: Uint8Array): Buffer {
  const bits = element(BIT_STRING, Buffer.of(0), publicKey);
  return element(SEQUENCE, identifier, bits);
}

/** Of more than 255 bytes. */
function element(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const head = Buffer.of(tag, 0x82, 0, 0);
  head.writeUInt16BE(content.length, 2);
  return Buffer.concat([head, content]);
}

function withSeed<Result>(privateKey: KeyObject, work: (seed: Buffer) => Result): Result {
  const pkcs8 = privateKey.export();
  try {
    return work(seedOf(pkcs8));
  } finally {
    pkcs8.fill(0);
  }
}

/** The seed alone, or the seed before what is made of it, which is how OpenSSL writes a key. */
function seedOf(pkcs8: Buffer): Buffer {
  for (const [at, head] of [
    [ALONE_AT, SEED_HEAD],
    [FIRST_AT, OCTETS_OF_32],
  ] as const) {
    const seed = pkcs8.subarray(at, at + SEED_BYTES);
    if (seed.length === SEED_BYTES && pkcs8.subarray(at - head.length, at).equals(head)) return seed;
  }
  throw new Error('an ML-DSA key without its seed');
}
