/**
 * Makes a data key and gives it out twice: plain, and encrypted under the key with the encryption context.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKey.html
 */
import { kms } from '../kms.ts';
import { dataKeyBytes, dataKeyChecks, materialData, wrapDataKey } from './data-key.ts';
import { requireSymmetric } from './encryption.ts';
import { requireNoRecipient } from './request.ts';

export default kms.operation('GenerateDataKey', {
  readOnly: true,
  checks(context, input) {
    requireNoRecipient(input);
    dataKeyBytes(input);
    return dataKeyChecks(context, 'GenerateDataKey', input);
  },
  preconditions: (_context, _input, { key }) => requireSymmetric('GenerateDataKey', key),
  async execute(context, input, { key }) {
    const plaintext = context.entropy.bytes(dataKeyBytes(input));
    const { blob, materialId } = await wrapDataKey(context, key, plaintext, input.EncryptionContext);
    return { CiphertextBlob: blob, Plaintext: plaintext, KeyId: key.resource, KeyMaterialId: materialId };
  },
  audit: { additionalEventData: materialData },
});
