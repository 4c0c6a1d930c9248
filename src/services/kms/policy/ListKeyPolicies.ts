/**
 * Lists the names of a key's policies, of which there is one.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_ListKeyPolicies.html
 */
import { keyChecks } from '../key/key-check.ts';
import { kms } from '../kms.ts';
import { pageOf } from '../page.ts';
import { POLICY_NAME } from './key-policy.ts';

const DEFAULT_LIMIT = 100;

export default kms.operation('ListKeyPolicies', {
  readOnly: true,
  checks: (context, { KeyId }) => keyChecks(context, 'ListKeyPolicies', KeyId),
  execute(_context, input) {
    const { items, ...page } = pageOf(input, DEFAULT_LIMIT, [POLICY_NAME], (name) => [name]);
    return { PolicyNames: items, ...page };
  },
});
