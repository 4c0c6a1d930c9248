/**
 * Puts a disabled key back to use. A rotation that came due meanwhile is made up for.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKey.html
 */
import { kms } from '../kms.ts';
import { catchUpRotation } from '../rotation/rotation.ts';
import { keys } from './key.ts';
import { keyArnResponse, keyChecks, requireSuitableState } from './key-check.ts';

export default kms.operation('EnableKey', {
  checks: (context, { KeyId }) => keyChecks(context, 'EnableKey', KeyId),
  preconditions: (_context, _input, { key }) => requireSuitableState('EnableKey', key),
  execute(context, _input, { key }) {
    context.tx.put(keys, { ...key.record, state: 'Enabled' });
    catchUpRotation(context, key.record);
    return {};
  },
  audit: { responseElements: keyArnResponse },
});
