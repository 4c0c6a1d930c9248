/**
 * Decrypts under one key and encrypts under another (or the same), without the plaintext leaving KMS. The two keys
 * are asked apart: kms:ReEncryptFrom with the source context, kms:ReEncryptTo with the destination's.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_ReEncrypt.html
 */
import { dryRunPassed } from '../errors.ts';
import { keyCheck } from '../key/key-check.ts';
import { resolveKeyOrAlias } from '../key/key-identifier.ts';
import { kms } from '../kms.ts';
import { decryptUnder, encryptUnder, requireUse } from './encryption.ts';
import {
  ciphertextOf,
  requireContextSuits,
  requireDecryption,
  resolveDecryptionKey,
  SYMMETRIC_DEFAULT,
} from './request.ts';

export default kms.operation('ReEncrypt', {
  readOnly: true,
  async checks(context, input) {
    const { SourceEncryptionAlgorithm = SYMMETRIC_DEFAULT, GrantTokens } = input;
    const { DestinationEncryptionAlgorithm = SYMMETRIC_DEFAULT } = input;
    const blob = ciphertextOf(input);
    const request = { keyId: input.SourceKeyId, blob, algorithm: SourceEncryptionAlgorithm };
    const { named: from, byCiphertext } = await resolveDecryptionKey(context, request);
    const to = await resolveKeyOrAlias(context, input.DestinationKeyId);
    const conditions = (algorithm: string) => () => ({
      'kms:EncryptionAlgorithm': algorithm,
      'kms:ReEncryptOnSameKey': from.arn === to.arn,
    });
    return {
      source: await keyCheck(context, 'ReEncryptFrom', from, {
        encryptionContext: input.SourceEncryptionContext,
        grantTokens: GrantTokens,
        conditions: conditions(SourceEncryptionAlgorithm),
        byCiphertext,
      }),
      destination: await keyCheck(context, 'ReEncryptTo', to, {
        encryptionContext: input.DestinationEncryptionContext,
        grantTokens: GrantTokens,
        conditions: conditions(DestinationEncryptionAlgorithm),
      }),
    };
  },
  preconditions(_context, input, { source, destination }) {
    const { SourceEncryptionAlgorithm = SYMMETRIC_DEFAULT } = input;
    const { DestinationEncryptionAlgorithm = SYMMETRIC_DEFAULT } = input;
    const blob = ciphertextOf(input);
    requireDecryption('ReEncrypt', source, blob, SourceEncryptionAlgorithm);
    requireUse('ReEncrypt', destination, 'ENCRYPT_DECRYPT', DestinationEncryptionAlgorithm);
    requireContextSuits(SourceEncryptionAlgorithm, input.SourceEncryptionContext);
    requireContextSuits(DestinationEncryptionAlgorithm, input.DestinationEncryptionContext);
    if (!blob) throw dryRunPassed();
  },
  async execute(context, input, { source, destination }) {
    const { SourceEncryptionAlgorithm = SYMMETRIC_DEFAULT } = input;
    const { DestinationEncryptionAlgorithm = SYMMETRIC_DEFAULT } = input;
    const opened = await decryptUnder(context, source, input.CiphertextBlob as Uint8Array, {
      algorithm: SourceEncryptionAlgorithm,
      encryptionContext: input.SourceEncryptionContext ?? {},
    });
    const sealed = await encryptUnder(context, destination, opened.plaintext, {
      algorithm: DestinationEncryptionAlgorithm,
      encryptionContext: input.DestinationEncryptionContext ?? {},
    }).finally(() => opened.plaintext.fill(0));
    const isSymmetric = (algorithm: string) => algorithm === SYMMETRIC_DEFAULT;
    return {
      CiphertextBlob: sealed.blob,
      SourceKeyId: source.resource,
      KeyId: destination.resource,
      SourceEncryptionAlgorithm,
      DestinationEncryptionAlgorithm,
      ...(isSymmetric(SourceEncryptionAlgorithm) && { SourceKeyMaterialId: opened.materialId }),
      ...(isSymmetric(DestinationEncryptionAlgorithm) && { DestinationKeyMaterialId: sealed.materialId }),
    };
  },
  audit: {
    defaults: () => ({
      SourceEncryptionAlgorithm: SYMMETRIC_DEFAULT,
      DestinationEncryptionAlgorithm: SYMMETRIC_DEFAULT,
    }),
    additionalEventData: ({ SourceKeyMaterialId, DestinationKeyMaterialId }) =>
      SourceKeyMaterialId || DestinationKeyMaterialId
        ? { sourceKeyMaterialId: SourceKeyMaterialId, destinationKeyMaterialId: DestinationKeyMaterialId }
        : undefined,
  },
});
