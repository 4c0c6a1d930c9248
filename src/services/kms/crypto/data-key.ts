/** Data keys: random bytes for use outside KMS, given out beside a copy encrypted under the KMS key. */
import type { ExecuteContext, ResolveContext } from '../../../invoke/context.ts';
import type { Check } from '../../../invoke/verdict.ts';
import { validation } from '../errors.ts';
import type { KeyRecord } from '../key/key.ts';
import { keyOrAliasChecks } from '../key/key-check.ts';
import { encryptUnder, type KeyVerdict } from './encryption.ts';
import type { EncryptionContext } from './encryption-context.ts';
import { SYMMETRIC_DEFAULT } from './request.ts';

interface DataKeyRequest {
  readonly KeyId: string;
  readonly EncryptionContext?: EncryptionContext;
  readonly GrantTokens?: readonly string[];
  readonly KeyPairSpec?: string;
}

/** The check that all operations for data keys and data key pairs share. */
export function dataKeyChecks(
  context: ResolveContext,
  action: string,
  input: DataKeyRequest,
): Promise<{ key: Check<KeyRecord> }> {
  return keyOrAliasChecks(context, action, input.KeyId, {
    encryptionContext: input.EncryptionContext,
    grantTokens: input.GrantTokens,
    conditions: () => ({
      'kms:EncryptionAlgorithm': SYMMETRIC_DEFAULT,
      'kms:DataKeyPairSpec': input.KeyPairSpec,
    }),
  });
}

const BYTES_OF_SPEC = { AES_128: 16, AES_256: 32 } as const;

export function dataKeyBytes(request: {
  readonly NumberOfBytes?: number;
  readonly KeySpec?: keyof typeof BYTES_OF_SPEC;
}): number {
  const { NumberOfBytes, KeySpec } = request;
  if ((NumberOfBytes === undefined) === (KeySpec === undefined)) {
    throw validation('Please specify either number of bytes or key spec.');
  }
  return KeySpec ? BYTES_OF_SPEC[KeySpec] : (NumberOfBytes as number);
}

/** Encrypts a data key, or the private half of a data key pair, under the key of the verdict. */
export function wrapDataKey(
  context: ExecuteContext,
  key: KeyVerdict,
  plaintext: Uint8Array,
  encryptionContext: EncryptionContext = {},
) {
  return encryptUnder(context, key, plaintext, { algorithm: SYMMETRIC_DEFAULT, encryptionContext });
}

export const materialData = ({ KeyMaterialId }: { readonly KeyMaterialId?: string }) =>
  KeyMaterialId ? { keyMaterialId: KeyMaterialId } : undefined;
