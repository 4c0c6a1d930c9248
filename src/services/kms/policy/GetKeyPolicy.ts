/**
 * Shows the key policy; principals that were deleted since appear as their unique ids.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyPolicy.html
 */
import { notFound } from '../errors.ts';
import { keyChecks } from '../key/key-check.ts';
import { kms } from '../kms.ts';
import { POLICY_NAME, shownKeyPolicy } from './key-policy.ts';

export default kms.operation('GetKeyPolicy', {
  readOnly: true,
  checks: (context, { KeyId }) => keyChecks(context, 'GetKeyPolicy', KeyId),
  preconditions(_context, { PolicyName = POLICY_NAME }) {
    if (PolicyName !== POLICY_NAME) throw notFound('No such policy exists');
  },
  async execute(context, _input, { key }) {
    return { Policy: await shownKeyPolicy(context, key.record.policy), PolicyName: POLICY_NAME };
  },
});
