/**
 * Deletes an account's policy of a kind.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteAccountPolicy.html
 */
import { accountCheck } from '../../../service-kit/account-check.ts';
import { notFound } from '../errors.ts';
import { allGroupsCheck } from '../group/group-check.ts';
import { logs } from '../logs.ts';
import { accountPolicies } from './account-policy.ts';

export default logs.operation('DeleteAccountPolicy', {
  unserved: ['dryRun'],
  checks: (context) => ({
    policy: accountCheck(context, 'logs:DeleteAccountPolicy'),
    protection: allGroupsCheck(context, 'DeleteDataProtectionPolicy'),
  }),
  async preconditions({ tx, account, region }, { policyType, policyName }) {
    if (await tx.get(accountPolicies, [account, region, policyType, policyName])) return;
    throw notFound(`Policy with name [${policyName}] does not exist`);
  },
  execute({ tx, account, region }, { policyType, policyName }) {
    tx.delete(accountPolicies, [account, region, policyType, policyName]);
    return {};
  },
});
