/** What the requests of cryptographic operations have in common, and what of them is refused. */
import { parseArn } from '../../../aws/arn.ts';
import type { ResolveContext } from '../../../invoke/context.ts';
import { incorrectKey, invalidCiphertext, unsupported, validation } from '../errors.ts';
import { keyArn, keys } from '../key/key.ts';
import { requireSuitableState } from '../key/key-check.ts';
import { type NamedKey, resolveKeyOrAlias } from '../key/key-identifier.ts';
import { type CiphertextHeader, readHeader } from './ciphertext.ts';
import { type KeyVerdict, requireUse } from './encryption.ts';
import type { EncryptionContext } from './encryption-context.ts';

export const SYMMETRIC_DEFAULT = 'SYMMETRIC_DEFAULT' as const;

/** Throws where an algorithm without authenticated data is given an encryption context. */
export function requireContextSuits(algorithm: string, context: EncryptionContext | undefined): void {
  if (algorithm !== SYMMETRIC_DEFAULT && context && Object.keys(context).length > 0) {
    throw validation('EncryptionContext is not supported when encrypting/decrypting with asymmetric CMKs.');
  }
}

/** A Recipient is a Nitro enclave or NitroTPM, whose attestation nothing here can give or check. */
export function requireNoRecipient({ Recipient }: { readonly Recipient?: object }): void {
  if (Recipient !== undefined) {
    throw unsupported('Recipient: attestation documents of Nitro enclaves are not served here.');
  }
}

/** The key that is to decrypt: named by the request, or else by the ciphertext itself. */
export async function resolveDecryptionKey(
  context: ResolveContext,
  request: { readonly keyId?: string; readonly blob?: Uint8Array; readonly algorithm: string },
): Promise<{ named: NamedKey; byCiphertext: boolean }> {
  const { keyId, blob, algorithm } = request;
  if (keyId !== undefined) {
    if (await namesRelative(context, keyId)) throw incorrectKey();
    return { named: await resolveKeyOrAlias(context, keyId), byCiphertext: false };
  }
  if (algorithm !== SYMMETRIC_DEFAULT) {
    throw validation('KeyId must not be null');
  }
  const header = blob && readHeader(blob);
  if (!header) throw invalidCiphertext();
  return { named: await keyOf(context, header), byCiphertext: true };
}

/** Whether the ARN is of a related multi-Region key in another Region, which does not decrypt here. */
async function namesRelative({ tx, region }: ResolveContext, identifier: string): Promise<boolean> {
  const arn = parseArn(identifier);
  if (arn?.service !== 'kms' || arn.region === region || !arn.resource.startsWith('key/mrk-')) return false;
  return (await tx.get(keys, [arn.account, region, arn.resource.slice('key/'.length)])) !== undefined;
}

async function keyOf({ tx, region }: ResolveContext, header: CiphertextHeader): Promise<NamedKey> {
  const { account, keyId } = header;
  // Unlike a key that a request names, one that is gone looks like one that denies (aws-facts A7.1).
  return {
    arn: keyArn({ account, region, keyId }),
    account,
    key: await tx.get(keys, [account, region, keyId]),
  };
}

/** Throws where a symmetric ciphertext is not ours, or is of another key than the request names. */
function requireCiphertextOf(verdict: KeyVerdict, blob: Uint8Array, algorithm: string): void {
  if (algorithm !== SYMMETRIC_DEFAULT) return;
  const header = readHeader(blob);
  if (!header) throw invalidCiphertext();
  const { account, keyId } = verdict.record;
  if (header.account !== account || header.keyId !== keyId) throw incorrectKey();
}

/** Throws unless the key can decrypt the ciphertext. Whose it is, KMS looks at before the key's usage. */
export function requireDecryption(
  operation: 'Decrypt' | 'ReEncrypt',
  verdict: KeyVerdict,
  blob: Uint8Array | undefined,
  algorithm: string,
): void {
  requireSuitableState(operation, verdict);
  if (blob) requireCiphertextOf(verdict, blob, algorithm);
  requireUse(operation, verdict, 'ENCRYPT_DECRYPT', algorithm);
}

/** The ciphertext, which only a dry run may leave out. */
export function ciphertextOf(input: {
  readonly CiphertextBlob?: Uint8Array;
  readonly DryRun?: boolean;
  readonly DryRunModifiers?: readonly string[];
}): Uint8Array | undefined {
  const isIgnored = input.DryRunModifiers?.includes('IGNORE_CIPHERTEXT') ?? false;
  if (isIgnored && !input.DryRun) throw validation('DryRunModifiers can be specified only with DryRun.');
  if (input.CiphertextBlob === undefined && !isIgnored) {
    throw validation(
      "1 validation error detected: Value null at 'ciphertextBlob' failed to satisfy constraint: Member must not be null",
    );
  }
  return isIgnored ? undefined : input.CiphertextBlob;
}
