/**
 * Computes the HMAC of a message under an HMAC key.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateMac.html
 */
import { keyOrAliasChecks } from '../key/key-check.ts';
import { openMaterial } from '../key/material.ts';
import { kms } from '../kms.ts';
import { currentMaterial, requireUse } from './encryption.ts';
import { macOf } from './mac.ts';

export default kms.operation('GenerateMac', {
  readOnly: true,
  checks: (context, { KeyId, MacAlgorithm, GrantTokens }) =>
    keyOrAliasChecks(context, 'GenerateMac', KeyId, {
      grantTokens: GrantTokens,
      conditions: () => ({ 'kms:MacAlgorithm': MacAlgorithm }),
    }),
  preconditions: (_context, { MacAlgorithm }, { key }) =>
    requireUse('GenerateMac', key, 'GENERATE_VERIFY_MAC', MacAlgorithm),
  async execute(context, { Message, MacAlgorithm }, { key }) {
    const secret = openMaterial(context, key, await currentMaterial(context, key));
    return { Mac: macOf(secret, MacAlgorithm, Message), MacAlgorithm, KeyId: key.resource };
  },
});
