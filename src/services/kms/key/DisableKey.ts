/**
 * Forbids the use of a key until it is enabled again. Data keys already decrypted go on working (aws-facts A5.2).
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_DisableKey.html
 */
import { kms } from '../kms.ts';
import { keys } from './key.ts';
import { checkKey, requireSuitableState, tellKeyArn } from './key-check.ts';

export default kms.operation('DisableKey', {
  checks: (context, { KeyId }) => checkKey(context, 'DisableKey', KeyId),
  preconditions: (_context, _input, { key }) => requireSuitableState('DisableKey', key),
  execute({ tx }, _input, { key }) {
    tx.put(keys, { ...key.record, state: 'Disabled' });
    return {};
  },
  audit: { responseElements: tellKeyArn },
});
