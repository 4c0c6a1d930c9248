/**
 * Makes a key pair and gives out the public half, and the private one encrypted under the key only. Generating takes its time, so
 * it is done outside the transaction.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKeyPairWithoutPlaintext.html
 */
import { generateMaterial, wipeMaterial } from '../key/material.ts';
import { kms } from '../kms.ts';
import { dataKeyChecks, materialData } from './data-key.ts';
import { requirePairSpec, wrapPair } from './data-key-pair.ts';
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
  execute: (context, input, { key }, pair) => wrapPair(context, input, key, pair),
  audit: { additionalEventData: materialData },
});
