/** Key material as it comes for import: wrapped, and of a form that the key's spec prescribes. */
import {
  constants,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  privateDecrypt,
} from 'node:crypto';
import { AwsError } from '../../../aws/aws-error.ts';
import { invalidCiphertext } from '../errors.ts';
import type { KeyRecord } from '../key/key.ts';
import { factsOf } from '../key/key-spec.ts';
import type { FreshMaterial } from '../key/material.ts';
import type { WrappingAlgorithm } from './import-token.ts';

/** Throws InvalidCiphertextException where the material was not wrapped with that algorithm and key. */
export function unwrap(algorithm: WrappingAlgorithm, wrappingKey: KeyObject, wrapped: Uint8Array): Buffer {
  try {
    return algorithm.startsWith('RSA_AES_KEY_WRAP')
      ? unwrapWithAes(algorithm, wrappingKey, wrapped)
      : openOaep(algorithm, wrappingKey, wrapped);
  } catch {
    throw invalidCiphertext();
  }
}

function openOaep(algorithm: WrappingAlgorithm, key: KeyObject, wrapped: Uint8Array): Buffer {
  const oaepHash = algorithm.endsWith('SHA_1') ? 'sha1' : 'sha256';
  return privateDecrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }, wrapped);
}

/** An AES-256 key under RSA-OAEP, then the material under that key (RFC 5649, PKCS #11 CKM_RSA_AES_KEY_WRAP). */
function unwrapWithAes(algorithm: WrappingAlgorithm, key: KeyObject, wrapped: Uint8Array): Buffer {
  const rsaBytes = (key.asymmetricKeyDetails?.modulusLength as number) / 8;
  const aesKey = openOaep(algorithm, key, wrapped.subarray(0, rsaBytes));
  try {
    const decipher = createDecipheriv('id-aes256-wrap-pad', aesKey, Buffer.from('a65959a6', 'hex'));
    // It comes at once, so there is one buffer to wipe.
    return decipher.update(wrapped.subarray(rsaBytes));
  } finally {
    aesKey.fill(0);
  }
}

const unsuitable = () => new AwsError('IncorrectKeyMaterialException', '');

/** Throws IncorrectKeyMaterialException where the material is not what a key of that spec is made of. */
export function suitableMaterial(key: KeyRecord, secret: Buffer): FreshMaterial {
  const { family, bits, openssl } = factsOf(key);
  if (family === 'symmetric' || family === 'hmac') {
    if (secret.length !== (bits as number) / 8) throw invalidCiphertext();
    return { secret };
  }
  let privateKey: KeyObject;
  try {
    privateKey = createPrivateKey({ key: secret, format: 'der', type: 'pkcs8' });
  } catch {
    throw unsuitable();
  }
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = privateKey;
  const isOfSpec =
    family === 'rsa'
      ? type === 'rsa' && details?.modulusLength === bits
      : type === openssl || (type === 'ec' && details?.namedCurve === openssl);
  if (!isOfSpec) throw unsuitable();
  return { secret, publicKey: createPublicKey(privateKey).export({ type: 'spki', format: 'der' }) };
}
