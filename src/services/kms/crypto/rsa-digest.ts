/**
 * RSA signatures over a digest that is given, not computed: Node signs messages only, while KMS takes MessageType
 * DIGEST. The encodings of RFC 8017 are made here, and OpenSSL does the arithmetic.
 */
import { constants, hash, type KeyObject, privateEncrypt, publicDecrypt, timingSafeEqual } from 'node:crypto';
import type { Entropy } from '../../../platform/ports.ts';

export type RsaDigest = 'sha256' | 'sha384' | 'sha512';

/** DER of DigestInfo up to the digest itself (RFC 8017, 9.2, note 1). */
const DIGEST_INFO: Readonly<Record<RsaDigest, Buffer>> = {
  sha256: Buffer.from('3031300d060960864801650304020105000420', 'hex'),
  sha384: Buffer.from('3041300d060960864801650304020205000430', 'hex'),
  sha512: Buffer.from('3051300d060960864801650304020305000440', 'hex'),
};

const PKCS1 = constants.RSA_PKCS1_PADDING;
const RAW = constants.RSA_NO_PADDING;

export function signPkcs1(key: KeyObject, algorithm: RsaDigest, digest: Uint8Array): Buffer {
  return privateEncrypt({ key, padding: PKCS1 }, Buffer.concat([DIGEST_INFO[algorithm], digest]));
}

export function verifyPkcs1(
  key: KeyObject,
  algorithm: RsaDigest,
  digest: Uint8Array,
  signature: Uint8Array,
): boolean {
  const expected = Buffer.concat([DIGEST_INFO[algorithm], digest]);
  try {
    const found = publicDecrypt({ key, padding: PKCS1 }, signature);
    return found.length === expected.length && timingSafeEqual(found, expected);
  } catch {
    return false;
  }
}

/** EMSA-PSS-ENCODE (9.1.1) with a salt as long as the digest; moduli here are whole bytes. */
export function signPss(entropy: Entropy, key: KeyObject, algorithm: RsaDigest, digest: Uint8Array): Buffer {
  const size = modulusBytes(key);
  const salt = entropy.bytes(digest.length);
  const h = saltedHash(algorithm, digest, salt);
  const block = Buffer.alloc(size - h.length - 1);
  block[block.length - salt.length - 1] = 1;
  salt.copy(block, block.length - salt.length);
  const masked = masking(block, algorithm, h);
  return privateEncrypt({ key, padding: RAW }, Buffer.concat([masked, h, Buffer.of(0xbc)]));
}

/** EMSA-PSS-VERIFY (9.1.2), for a salt as long as the digest. */
export function verifyPss(
  key: KeyObject,
  algorithm: RsaDigest,
  digest: Uint8Array,
  signature: Uint8Array,
): boolean {
  const size = modulusBytes(key);
  if (signature.length !== size) return false;
  let encoded: Buffer;
  try {
    encoded = publicDecrypt({ key, padding: RAW }, signature);
  } catch {
    return false;
  }
  const hashAt = size - digest.length - 1;
  if (encoded.at(-1) !== 0xbc || (encoded[0] as number) & 0x80) return false;
  const h = encoded.subarray(hashAt, size - 1);
  const block = masking(encoded.subarray(0, hashAt), algorithm, h);
  const saltAt = block.length - digest.length;
  const padding = block.subarray(0, saltAt);
  if (padding.at(-1) !== 1 || padding.subarray(0, -1).some((byte) => byte !== 0)) return false;
  return timingSafeEqual(saltedHash(algorithm, digest, block.subarray(saltAt)), h);
}

function saltedHash(algorithm: RsaDigest, digest: Uint8Array, salt: Uint8Array): Buffer {
  return hash(algorithm, Buffer.concat([Buffer.alloc(8), digest, salt]), 'buffer');
}

/** The block xor MGF1 of the seed, its topmost bit cleared: the encoding has a bit less than the modulus. */
function masking(block: Uint8Array, algorithm: RsaDigest, seed: Uint8Array): Buffer {
  const masked = Buffer.from(block);
  const counter = Buffer.alloc(4);
  for (let at = 0, count = 0; at < masked.length; count++) {
    counter.writeUInt32BE(count);
    const mask = hash(algorithm, Buffer.concat([seed, counter]), 'buffer');
    for (let i = 0; i < mask.length && at < masked.length; i++, at++) {
      masked[at] = (masked[at] as number) ^ (mask[i] as number);
    }
  }
  masked[0] = (masked[0] as number) & 0x7f;
  return masked;
}

const modulusBytes = (key: KeyObject) => (key.asymmetricKeyDetails?.modulusLength as number) / 8;
