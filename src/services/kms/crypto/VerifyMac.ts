/**
 * Verifies an HMAC. One that does not verify is an error, not an answer.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_VerifyMac.html
 */
import { timingSafeEqual } from 'node:crypto';
import { invalidMac } from '../errors.ts';
import { keyOrAliasChecks } from '../key/key-check.ts';
import { openMaterial } from '../key/material.ts';
import { kms } from '../kms.ts';
import { currentMaterial, requireUse } from './encryption.ts';
import { macOf } from './mac.ts';

export default kms.operation('VerifyMac', {
  readOnly: true,
  checks: (context, { KeyId, MacAlgorithm, GrantTokens }) =>
    keyOrAliasChecks(context, 'VerifyMac', KeyId, {
      grantTokens: GrantTokens,
      conditions: () => ({ 'kms:MacAlgorithm': MacAlgorithm }),
    }),
  preconditions: (_context, { MacAlgorithm }, { key }) =>
    requireUse('VerifyMac', key, 'GENERATE_VERIFY_MAC', MacAlgorithm),
  async execute(context, { Message, MacAlgorithm, Mac }, { key }) {
    const secret = openMaterial(context, key, await currentMaterial(context, key));
    const expected = macOf(secret, MacAlgorithm, Message);
    if (Mac.length !== expected.length || !timingSafeEqual(Mac, expected)) throw invalidMac();
    return { KeyId: key.resource, MacValid: true, MacAlgorithm };
  },
});
