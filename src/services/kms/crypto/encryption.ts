/** Encryption under a key and its opposite, symmetric or RSA, behind the verdict that allows it. */
import { constants, privateDecrypt, publicEncrypt } from 'node:crypto';
import type { ExecuteContext, ResolveContext } from '../../../invoke/context.ts';
import type { Verdict } from '../../../invoke/verdict.ts';
import { invalidCiphertext, invalidKeyUsage, invalidState, validation } from '../errors.ts';
import { type KeyRecord, keyArn } from '../key/key.ts';
import { requireSuitableState } from '../key/key-check.ts';
import { algorithmsOf, factsOf, type KeyUsage } from '../key/key-spec.ts';
import type { StatefulOperation } from '../key/key-state.ts';
import { type MaterialRecord, materialOf, openMaterial, publicKeyOf } from '../key/material.ts';
import { open, readHeader, seal } from './ciphertext.ts';
import type { EncryptionContext } from './encryption-context.ts';

export type KeyVerdict = Verdict<KeyRecord>;

/** Throws unless the key is in a suitable state, made for the usage, and of a spec that has the algorithm. */
export function requireUse(
  operation: StatefulOperation,
  verdict: KeyVerdict,
  usage: KeyUsage,
  algorithm?: string,
): void {
  const { record: key, resource } = verdict;
  requireSuitableState(operation, verdict);
  if (key.keyUsage !== usage) {
    throw invalidKeyUsage(`${resource} key usage is ${key.keyUsage} which is not valid for ${operation}.`);
  }
  if (algorithm !== undefined && !algorithmsOf(key).includes(algorithm)) {
    throw invalidKeyUsage(`Algorithm ${algorithm} is incompatible with key spec ${key.keySpec}.`);
  }
}

/** Throws unless the key can wrap data keys: symmetric ones can. */
export function requireSymmetric(operation: StatefulOperation, verdict: KeyVerdict): void {
  requireUse(operation, verdict, 'ENCRYPT_DECRYPT');
  const { keySpec } = verdict.record;
  if (keySpec !== 'SYMMETRIC_DEFAULT') {
    throw invalidKeyUsage(`${verdict.resource} key spec is ${keySpec} which is not valid for ${operation}.`);
  }
}

/** The material that the key encrypts, signs or authenticates with now. */
export async function currentMaterial(
  { tx }: Pick<ResolveContext, 'tx'>,
  { record: key, resource }: KeyVerdict,
): Promise<MaterialRecord> {
  const material = await materialOf(tx, key, key.currentMaterialId);
  if (!material) throw invalidState(`${resource} is pending import.`);
  return material;
}

interface EncryptionInput {
  readonly algorithm: string;
  readonly encryptionContext: EncryptionContext;
}

const SYMMETRIC = 'SYMMETRIC_DEFAULT';

export interface Encrypted {
  readonly blob: Uint8Array;
  readonly materialId: string;
}

export async function encryptUnder(
  context: ExecuteContext,
  verdict: KeyVerdict,
  plaintext: Uint8Array,
  { algorithm, encryptionContext }: EncryptionInput,
): Promise<Encrypted> {
  const key = verdict.record;
  const material = await currentMaterial(context, verdict);
  const { materialId } = material;
  if (algorithm === SYMMETRIC) {
    const secret = openMaterial(context, verdict, material);
    const header = { account: key.account, keyId: key.keyId, materialId };
    const blob = seal(context.entropy, secret, header, encryptionContext, plaintext);
    return { blob, materialId };
  }
  const most = largestOaepPlaintext(key, algorithm);
  if (plaintext.length > most) {
    throw validation(
      `Algorithm ${algorithm} and key spec ${key.keySpec} cannot encrypt data larger than ${most} bytes.`,
    );
  }
  return {
    blob: publicEncrypt({ ...oaep(algorithm), key: publicKeyOf(key, material) }, plaintext),
    materialId,
  };
}

/** Throws InvalidCiphertextException where the blob is not of this key, algorithm and context. */
export async function decryptUnder(
  context: ExecuteContext,
  verdict: KeyVerdict,
  blob: Uint8Array,
  { algorithm, encryptionContext }: EncryptionInput,
): Promise<{ plaintext: Uint8Array; materialId: string }> {
  const key = verdict.record;
  if (algorithm !== SYMMETRIC) {
    const material = await currentMaterial(context, verdict);
    try {
      const plaintext = privateDecrypt(
        { ...oaep(algorithm), key: openMaterial(context, verdict, material) },
        blob,
      );
      return { plaintext, materialId: material.materialId };
    } catch {
      throw invalidCiphertext();
    }
  }
  const header = readHeader(blob);
  if (!header || header.account !== key.account || header.keyId !== key.keyId) throw invalidCiphertext();
  const material = await materialOf(context.tx, key, header.materialId);
  if (!material) {
    // Imported material that was deleted or has expired, while another version is in place.
    throw key.origin === 'EXTERNAL' ? invalidState(`${keyArn(key)} is pending import.`) : invalidCiphertext();
  }
  const plaintext = open(openMaterial(context, verdict, material), blob, encryptionContext);
  return { plaintext, materialId: header.materialId };
}

const oaep = (algorithm: string) => ({
  padding: constants.RSA_PKCS1_OAEP_PADDING,
  oaepHash: algorithm === 'RSAES_OAEP_SHA_1' ? 'sha1' : 'sha256',
});

/** RFC 8017, 7.1.1: modulus less two hashes and two bytes. */
function largestOaepPlaintext(key: KeyRecord, algorithm: string): number {
  const hashBytes = algorithm === 'RSAES_OAEP_SHA_1' ? 20 : 32;
  return (factsOf(key).bits as number) / 8 - 2 * hashBytes - 2;
}
