/**
 * Encrypts up to 4096 bytes under a symmetric key, with the encryption context authenticated, or under an RSA key.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_Encrypt.html
 */
import { keyOrAliasChecks } from '../key/key-check.ts';
import { kms } from '../kms.ts';
import { readHeader } from './ciphertext.ts';
import { encryptUnder, requireUse } from './encryption.ts';
import { requireContextSuits, SYMMETRIC_DEFAULT } from './request.ts';

export default kms.operation('Encrypt', {
  readOnly: true,
  checks: (context, input) => {
    const { KeyId, EncryptionContext = {}, EncryptionAlgorithm = SYMMETRIC_DEFAULT, GrantTokens } = input;
    return keyOrAliasChecks(context, 'Encrypt', KeyId, {
      encryptionContext: EncryptionContext,
      grantTokens: GrantTokens,
      conditions: () => ({ 'kms:EncryptionAlgorithm': EncryptionAlgorithm }),
    });
  },
  preconditions(_context, { EncryptionAlgorithm = SYMMETRIC_DEFAULT, EncryptionContext }, { key }) {
    requireUse('Encrypt', key, 'ENCRYPT_DECRYPT', EncryptionAlgorithm);
    requireContextSuits(EncryptionAlgorithm, EncryptionContext);
  },
  async execute(context, input, { key }) {
    const { Plaintext, EncryptionContext = {}, EncryptionAlgorithm = SYMMETRIC_DEFAULT } = input;
    const { blob } = await encryptUnder(context, key, Plaintext, {
      algorithm: EncryptionAlgorithm,
      encryptionContext: EncryptionContext,
    });
    return { CiphertextBlob: blob, KeyId: key.resource, EncryptionAlgorithm };
  },
  audit: {
    defaults: () => ({ EncryptionAlgorithm: SYMMETRIC_DEFAULT }),
    additionalEventData({ CiphertextBlob, EncryptionAlgorithm }) {
      if (EncryptionAlgorithm !== SYMMETRIC_DEFAULT || !CiphertextBlob) return undefined;
      return { keyMaterialId: readHeader(CiphertextBlob)?.materialId };
    },
  },
});
