/**
 * Replaces the key policy. The caller must stay able to do so again, unless BypassPolicyLockoutSafetyCheck is set.
 * Works in every key state (aws-facts A3.8).
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html
 */
import { validation } from '../errors.ts';
import { keys } from '../key/key.ts';
import { keyArnResponse, keyChecks } from '../key/key-check.ts';
import { kms } from '../kms.ts';
import { bindKeyPolicy, POLICY_NAME } from './key-policy.ts';
import { requireFutureControl } from './lockout.ts';

export default kms.operation('PutKeyPolicy', {
  checks: (context, { KeyId, BypassPolicyLockoutSafetyCheck }) =>
    keyChecks(context, 'PutKeyPolicy', KeyId, {
      // Of a request that does not say, policies may ask by Null (aws-facts A6.7).
      conditions: () => ({ 'kms:BypassPolicyLockoutSafetyCheck': BypassPolicyLockoutSafetyCheck }),
    }),
  async preconditions(context, input, { key }) {
    const { PolicyName = POLICY_NAME, Policy, BypassPolicyLockoutSafetyCheck } = input;
    if (PolicyName !== POLICY_NAME) throw validation('PolicyName must be default.');
    const policy = await bindKeyPolicy(context, Policy);
    if (!BypassPolicyLockoutSafetyCheck) await requireFutureControl(context, { ...key.record, policy });
  },
  async execute(context, { Policy }, { key }) {
    context.tx.put(keys, { ...key.record, policy: await bindKeyPolicy(context, Policy) });
    return {};
  },
  audit: { responseElements: keyArnResponse },
});
