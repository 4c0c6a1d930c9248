/**
 * Puts a disabled key back to use.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKey.html
 */
import { kms } from '../kms.ts';
import { keys } from './key.ts';
import { checkKey, requireSuitableState, tellKeyArn } from './key-check.ts';

export default kms.operation('EnableKey', {
  checks: (context, { KeyId }) => checkKey(context, 'EnableKey', KeyId),
  preconditions: (_context, _input, { key }) => requireSuitableState('EnableKey', key),
  execute({ tx }, _input, { key }) {
    tx.put(keys, { ...key.record, state: 'Enabled' });
    return {};
  },
  audit: { responseElements: tellKeyArn },
});
