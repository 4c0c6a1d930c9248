/**
 * Makes a key pair and gives out the public half, and the private one encrypted under the key only. Generating takes its time, so
 * it is done outside the transaction.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKeyPairWithoutPlaintext.html
 */
import { generateMaterial, wipeMaterial } from '../key/material.ts';
import { kms } from '../kms.ts';
import { dataKeyChecks, materialData, wrapDataKey } from './data-key.ts';
import { publicHalf, requirePairSpec } from './data-key-pair.ts';
import { requireSymmetric } from './encryption.ts';

export default kms.operation('GenerateDataKeyPairWithoutPlaintext', {
  readOnly: true,
  checks(context, input) {
    requirePairSpec(input.KeyPairSpec);
    return dataKeyChecks(context, 'GenerateDataKeyPairWithoutPlaintext', input);
  },
  preconditions: (_context, _input, { key }) => requireSymmetric('GenerateDataKeyPairWithoutPlaintext', key),
  calls: ({ entropy }, { KeyPairSpec }) => generateMaterial(entropy, KeyPairSpec),
  wipe: wipeMaterial,
  async execute(context, { KeyPairSpec, EncryptionContext }, { key }, pair) {
    const { blob, materialId } = await wrapDataKey(context, key, pair.secret, EncryptionContext);
    return {
      PrivateKeyCiphertextBlob: blob,
      PublicKey: publicHalf(pair),
      KeyId: key.resource,
      KeyPairSpec,
      KeyMaterialId: materialId,
    };
  },
  audit: { additionalEventData: materialData },
});
