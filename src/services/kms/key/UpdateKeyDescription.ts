/**
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_UpdateKeyDescription.html
 */
import { kms } from '../kms.ts';
import { keys } from './key.ts';
import { keyArnResponse, keyChecks, requireSuitableState } from './key-check.ts';

export default kms.operation('UpdateKeyDescription', {
  checks: (context, { KeyId }) => keyChecks(context, 'UpdateKeyDescription', KeyId),
  preconditions: (_context, _input, { key }) => requireSuitableState('UpdateKeyDescription', key),
  execute({ tx }, { Description }, { key }) {
    tx.put(keys, { ...key.record, description: Description });
    return {};
  },
  audit: { responseElements: keyArnResponse },
});
