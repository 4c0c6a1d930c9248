/**
 * Decrypts what Encrypt, ReEncrypt or a GenerateDataKey operation made. A symmetric ciphertext names its key, so
 * that KeyId may be left out; a denial then does not name the key (aws-facts A7.1).
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html
 */
import { dryRunPassed } from '../errors.ts';
import { keyCheck } from '../key/key-check.ts';
import { kms } from '../kms.ts';
import { decryptUnder } from './encryption.ts';
import {
  ciphertextOf,
  requireContextSuits,
  requireDecryption,
  requireNoRecipient,
  resolveDecryptionKey,
  SYMMETRIC_DEFAULT,
} from './request.ts';

export default kms.operation('Decrypt', {
  readOnly: true,
  async checks(context, input) {
    const { KeyId, EncryptionContext = {}, EncryptionAlgorithm = SYMMETRIC_DEFAULT, GrantTokens } = input;
    requireNoRecipient(input);
    const blob = ciphertextOf(input);
    const request = { keyId: KeyId, blob, algorithm: EncryptionAlgorithm };
    const { named, byCiphertext } = await resolveDecryptionKey(context, request);
    return {
      key: await keyCheck(context, 'Decrypt', named, {
        encryptionContext: EncryptionContext,
        grantTokens: GrantTokens,
        conditions: () => ({ 'kms:EncryptionAlgorithm': EncryptionAlgorithm }),
        byCiphertext,
      }),
    };
  },
  preconditions(_context, input, { key }) {
    const { EncryptionAlgorithm = SYMMETRIC_DEFAULT, EncryptionContext } = input;
    const blob = ciphertextOf(input);
    requireDecryption('Decrypt', key, blob, EncryptionAlgorithm);
    requireContextSuits(EncryptionAlgorithm, EncryptionContext);
    if (!blob) throw dryRunPassed();
  },
  async execute(context, input, { key }) {
    const { EncryptionContext = {}, EncryptionAlgorithm = SYMMETRIC_DEFAULT } = input;
    const { plaintext, materialId } = await decryptUnder(context, key, input.CiphertextBlob as Uint8Array, {
      algorithm: EncryptionAlgorithm,
      encryptionContext: EncryptionContext,
    });
    return {
      KeyId: key.resource,
      Plaintext: plaintext,
      EncryptionAlgorithm,
      ...(EncryptionAlgorithm === SYMMETRIC_DEFAULT && { KeyMaterialId: materialId }),
    };
  },
  audit: {
    // https://docs.aws.amazon.com/kms/latest/developerguide/ct-decrypt.html
    defaults: () => ({ EncryptionAlgorithm: SYMMETRIC_DEFAULT }),
    additionalEventData: ({ KeyMaterialId }) =>
      KeyMaterialId ? { keyMaterialId: KeyMaterialId } : undefined,
  },
});
