/**
 * Deletes a resource policy of the account, or that of a log group.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteResourcePolicy.html
 */
import { accountCheck } from '../../../service-kit/account-check.ts';
import { notFound } from '../errors.ts';
import { logs } from '../logs.ts';
import { existingPolicy, policyKey } from './policy-request.ts';
import { type ResourcePolicyRecord, resourcePolicies } from './resource-policy.ts';

export default logs.operation('DeleteResourcePolicy', {
  checks: (context) => ({ policy: accountCheck(context, 'logs:DeleteResourcePolicy') }),
  async preconditions(context, input) {
    const existing = await existingPolicy(context, await policyKey(context, input), input);
    if (!existing) throw notFound(`Policy with name [${input.policyName ?? ''}] does not exist`);
  },
  async execute(context, input) {
    const key = (await policyKey(context, input)) as ResourcePolicyRecord;
    context.tx.delete(resourcePolicies, resourcePolicies.key(key));
    return {};
  },
});
