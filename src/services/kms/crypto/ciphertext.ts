/**
 * Ciphertext blobs under symmetric keys, in a format of our own: AWS's is not published.
 *
 *     0  format version (1)
 *     1  kind of key id: 0 UUID, 1 multi-Region
 *     2  account, 6 bytes
 *     8  key id, 16 bytes
 *    24  id of the key material, 32 bytes
 *    56  nonce, 12 bytes
 *    68  ciphertext, then the tag of 16 bytes
 *
 * The Region is not in it, so that a related multi-Region key opens it elsewhere. Bytes 0 to 55 and the encryption
 * context are authenticated with the text.
 */
import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto';
import type { Entropy } from '../../../platform/ports.ts';
import { invalidCiphertext } from '../errors.ts';
import { type EncryptionContext, encodeEncryptionContext } from './encryption-context.ts';

const FORMAT = 1;
const NONCE_AT = 56;
const TEXT_AT = 68;
const TAG_BYTES = 16;
const OVERHEAD = TEXT_AT + TAG_BYTES;
const MRK = 'mrk-';

export interface CiphertextHeader {
  readonly account: string;
  readonly keyId: string;
  /** 64 hexadecimal digits. */
  readonly materialId: string;
}

/**
 * Encrypts with AES-256-GCM. Nonces are random, which bounds one key's material to 2^32 encryptions (NIST SP
 * 800-38D, 8.3): years of calling at the rate of this server.
 */
export function seal(
  entropy: Entropy,
  secret: KeyObject,
  header: CiphertextHeader,
  context: EncryptionContext,
  plaintext: Uint8Array,
): Uint8Array {
  const blob = Buffer.allocUnsafe(OVERHEAD + plaintext.length);
  writeHeader(blob, header);
  const nonce = entropy.bytes(12);
  nonce.copy(blob, NONCE_AT);
  const cipher = createCipheriv('aes-256-gcm', secret, nonce);
  cipher.setAAD(additionalData(blob, context));
  cipher.update(plaintext).copy(blob, TEXT_AT);
  cipher.final();
  cipher.getAuthTag().copy(blob, TEXT_AT + plaintext.length);
  return blob;
}

/** Throws InvalidCiphertextException where blob, key and context do not belong together. */
export function open(secret: KeyObject, blob: Uint8Array, context: EncryptionContext): Uint8Array {
  const bytes = asBuffer(blob);
  const tagAt = bytes.length - TAG_BYTES;
  const decipher = createDecipheriv('aes-256-gcm', secret, bytes.subarray(NONCE_AT, TEXT_AT), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(additionalData(bytes, context));
  decipher.setAuthTag(bytes.subarray(tagAt));
  const plaintext = decipher.update(bytes.subarray(TEXT_AT, tagAt));
  try {
    decipher.final();
  } catch {
    // Under another context it is the plaintext all the same.
    plaintext.fill(0);
    throw invalidCiphertext();
  }
  return plaintext;
}

/** What a blob says about itself, before any of it is authenticated; undefined where it is not ours. */
export function readHeader(blob: Uint8Array): CiphertextHeader | undefined {
  const bytes = asBuffer(blob);
  if (bytes.length < OVERHEAD || bytes[0] !== FORMAT || (bytes[1] as number) > 1) return undefined;
  const id = bytes.toString('hex', 8, 24);
  return {
    account: String(bytes.readUIntBE(2, 6)).padStart(12, '0'),
    keyId: bytes[1] === 1 ? MRK + id : uuidText(id),
    materialId: bytes.toString('hex', 24, NONCE_AT),
  };
}

function writeHeader(blob: Buffer, { account, keyId, materialId }: CiphertextHeader): void {
  const isMultiRegion = keyId.startsWith(MRK);
  blob[0] = FORMAT;
  blob[1] = isMultiRegion ? 1 : 0;
  blob.writeUIntBE(Number(account), 2, 6);
  blob.write(isMultiRegion ? keyId.slice(MRK.length) : keyId.replaceAll('-', ''), 8, 'hex');
  blob.write(materialId, 24, 'hex');
}

const uuidText = (hex: string) =>
  `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;

function additionalData(blob: Buffer, context: EncryptionContext): Buffer {
  return Buffer.concat([blob.subarray(0, NONCE_AT), encodeEncryptionContext(context)]);
}

const asBuffer = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
