/** Data key pairs: their private half is encrypted under the KMS key like a data key. */
import type { ExecuteContext } from '../../../invoke/context.ts';
import type { GenerateDataKeyPairWithoutPlaintextRequest } from '../../../shapes/generated/kms.ts';
import { unsupported } from '../errors.ts';
import { specFacts } from '../key/key-spec.ts';
import type { FreshMaterial } from '../key/material.ts';
import { wrapDataKey } from './data-key.ts';
import type { KeyVerdict } from './encryption.ts';

/** Throws for pairs of the China Regions. */
export function requirePairSpec(spec: string): void {
  if (!specFacts(spec)) throw unsupported(`KeyPairSpec ${spec} is not supported in this Region.`);
}

/** The reply on a new pair, but for its plaintext. */
export async function wrapPair(
  context: ExecuteContext,
  { KeyPairSpec, EncryptionContext }: GenerateDataKeyPairWithoutPlaintextRequest,
  key: KeyVerdict,
  { secret, publicKey }: FreshMaterial,
) {
  const { blob, materialId } = await wrapDataKey(context, key, secret, EncryptionContext);
  return {
    PrivateKeyCiphertextBlob: blob,
    PublicKey: publicKey as Buffer,
    KeyId: key.resource,
    KeyPairSpec,
    KeyMaterialId: materialId,
  };
}
