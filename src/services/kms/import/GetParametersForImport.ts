/**
 * Gives out a public key to wrap material with and a token to import it with, both good for 24 hours.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_GetParametersForImport.html
 */
import { unsupported } from '../errors.ts';
import { keyChecks, requireSuitableState } from '../key/key-check.ts';
import { generateMaterial } from '../key/material.ts';
import { kms } from '../kms.ts';
import { requireExternal } from './import-rules.ts';
import { makeImportToken } from './import-token.ts';

const VALID_MS = 86_400_000;

export default kms.operation('GetParametersForImport', {
  readOnly: true,
  checks: (context, { KeyId, WrappingAlgorithm, WrappingKeySpec }) =>
    keyChecks(context, 'GetParametersForImport', KeyId, {
      conditions: () => ({
        'kms:WrappingAlgorithm': WrappingAlgorithm,
        'kms:WrappingKeySpec': WrappingKeySpec,
      }),
    }),
  preconditions(_context, { WrappingAlgorithm, WrappingKeySpec }, { key }) {
    requireExternal(key.record, key.resource);
    requireSuitableState('GetParametersForImport', key);
    // KMS ended PKCS #1 v1.5 wrapping in 2023; SM2 is of the China Regions.
    if (WrappingAlgorithm === 'RSAES_PKCS1_V1_5' || WrappingAlgorithm === 'SM2PKE') {
      throw unsupported(`Wrapping algorithm ${WrappingAlgorithm} is not supported.`);
    }
    if (WrappingKeySpec === 'SM2') throw unsupported('Wrapping key spec SM2 is not supported.');
  },
  calls: ({ entropy }, { WrappingKeySpec }) => generateMaterial(entropy, WrappingKeySpec),
  execute(context, { WrappingAlgorithm }, { key }, pair) {
    const validToMs = context.nowMs + VALID_MS;
    const ImportToken = makeImportToken(context, {
      keyArn: key.resource,
      algorithm: WrappingAlgorithm,
      validToMs,
      wrappingKey: pair.secret.toString('base64'),
    });
    pair.secret.fill(0);
    return { KeyId: key.resource, ImportToken, PublicKey: pair.publicKey, ParametersValidTo: validToMs };
  },
});
