/**
 * Makes a key pair and gives out both halves, the private one plain and encrypted under the key. Generating takes its time, so
 * it is done outside the transaction.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKeyPair.html
 */
import { generateMaterial, wipeMaterial } from '../key/material.ts';
import { kms } from '../kms.ts';
import { dataKeyChecks, materialData } from './data-key.ts';
import { requirePairSpec, wrapPair } from './data-key-pair.ts';
import { requireSymmetric } from './encryption.ts';
import { requireNoRecipient } from './request.ts';

export default kms.operation('GenerateDataKeyPair', {
  readOnly: true,
  checks(context, input) {
    requireNoRecipient(input);
    requirePairSpec(input.KeyPairSpec);
    return dataKeyChecks(context, 'GenerateDataKeyPair', input);
  },
  preconditions: (_context, _input, { key }) => requireSymmetric('GenerateDataKeyPair', key),
  calls: ({ entropy }, { KeyPairSpec }) => generateMaterial(entropy, KeyPairSpec),
  wipe: wipeMaterial,
  execute: async (context, input, { key }, pair) => ({
    ...(await wrapPair(context, input, key, pair)),
    PrivateKeyPlaintext: Buffer.from(pair.secret),
  }),
  audit: { additionalEventData: materialData },
});
