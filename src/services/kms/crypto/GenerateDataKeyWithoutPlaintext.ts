/**
 * Makes a data key and gives it out encrypted only: EBS makes the key of a volume this way (aws-facts B1).
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKeyWithoutPlaintext.html
 */
import { kms } from '../kms.ts';
import { dataKeyBytes, dataKeyChecks, materialData, wrapDataKey } from './data-key.ts';
import { requireSymmetric } from './encryption.ts';

export default kms.operation('GenerateDataKeyWithoutPlaintext', {
  readOnly: true,
  checks(context, input) {
    dataKeyBytes(input);
    return dataKeyChecks(context, 'GenerateDataKeyWithoutPlaintext', input);
  },
  preconditions: (_context, _input, { key }) => requireSymmetric('GenerateDataKeyWithoutPlaintext', key),
  async execute(context, input, { key }) {
    const plaintext = context.entropy.bytes(dataKeyBytes(input));
    const { blob, materialId } = await wrapDataKey(context, key, plaintext, input.EncryptionContext);
    plaintext.fill(0);
    return { CiphertextBlob: blob, KeyId: key.resource, KeyMaterialId: materialId };
  },
  audit: { additionalEventData: materialData },
});
