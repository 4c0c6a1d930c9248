/**
 * Lists the names of a key's policies, of which there is one.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_ListKeyPolicies.html
 */
import { keyChecks } from '../key/key-check.ts';
import { kms } from '../kms.ts';
import { POLICY_NAME } from './key-policy.ts';

export default kms.operation('ListKeyPolicies', {
  readOnly: true,
  checks: (context, { KeyId }) => keyChecks(context, 'ListKeyPolicies', KeyId),
  execute: () => ({ PolicyNames: [POLICY_NAME], Truncated: false }),
});
