/**
 * Forbids the use of a key until it is enabled again. Data keys already decrypted go on working (aws-facts A5.2).
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_DisableKey.html
 */
import { kms } from '../kms.ts';
import { keys } from './key.ts';
import { keyArnResponse, keyCheck, requireSuitableState } from './key-check.ts';
import { resolveKey } from './key-identifier.ts';
import { daysWithoutUse } from './last-use.ts';

export default kms.operation('DisableKey', {
  async checks(context, { KeyId }) {
    const named = await resolveKey(context, KeyId);
    const days = await daysWithoutUse(context, named.key);
    return {
      key: await keyCheck(context, 'DisableKey', named, {
        conditions: () => ({ 'kms:TrailingDaysWithoutKeyUsage': days }),
      }),
    };
  },
  preconditions: (_context, _input, { key }) => requireSuitableState('DisableKey', key),
  execute({ tx }, _input, { key }) {
    tx.put(keys, { ...key.record, state: 'Disabled' });
    return {};
  },
  audit: { responseElements: keyArnResponse },
});
