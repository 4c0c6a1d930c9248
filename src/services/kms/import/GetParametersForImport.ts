/**
 * Gives out a public key to wrap material with and a token to import it with, both good for 24 hours.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_GetParametersForImport.html
 */
import { DAY_MS } from '../../../platform/durations.ts';
import { keyChecks, requireSuitableState } from '../key/key-check.ts';
import { generateMaterial, wipeMaterial } from '../key/material.ts';
import { kms } from '../kms.ts';
import { requireExternal, requireWrapping } from './import-rules.ts';
import { makeImportToken } from './import-token.ts';

const VALID_MS = DAY_MS;

export default kms.operation('GetParametersForImport', {
  readOnly: true,
  checks: (context, { KeyId, WrappingAlgorithm, WrappingKeySpec }) =>
    keyChecks(context, 'GetParametersForImport', KeyId, {
      conditions: () => ({
        'kms:WrappingAlgorithm': WrappingAlgorithm,
        'kms:WrappingKeySpec': WrappingKeySpec,
      }),
    }),
  preconditions(_context, input, { key }) {
    requireExternal(key.record, key.resource);
    requireSuitableState('GetParametersForImport', key);
    requireWrapping(key.record, input);
  },
  calls: ({ entropy }, { WrappingKeySpec }) => generateMaterial(entropy, WrappingKeySpec),
  wipe: wipeMaterial,
  execute(context, { WrappingAlgorithm }, { key }, pair) {
    const validToMs = context.nowMs + VALID_MS;
    const ImportToken = makeImportToken(context, {
      keyArn: key.resource,
      algorithm: WrappingAlgorithm,
      validToMs,
      wrappingKey: pair.secret.toString('base64'),
    });
    return { KeyId: key.resource, ImportToken, PublicKey: pair.publicKey, ParametersValidTo: validToMs };
  },
});
