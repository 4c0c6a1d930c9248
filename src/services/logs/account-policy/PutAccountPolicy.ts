/**
 * Makes or changes the account's policy of a kind. Who puts one for data protection needs the right to protect data, too.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutAccountPolicy.html
 */
import { accountCheck } from '../../../service-kit/account-check.ts';
import { requireDataProtection } from '../data-protection/data-protection.ts';
import { invalidParameter, limitExceeded, notServed } from '../errors.ts';
import { allGroupsCheck } from '../group/group-check.ts';
import { logs } from '../logs.ts';
import { accountPolicies, DATA_PROTECTION, showAccountPolicy } from './account-policy.ts';

export default logs.operation('PutAccountPolicy', {
  unserved: ['dryRun'],
  checks: (context) => ({
    policy: accountCheck(context, 'logs:PutAccountPolicy'),
    protection: allGroupsCheck(context, 'PutDataProtectionPolicy'),
  }),
  async preconditions(context, input) {
    const { tx, account, region } = context;
    if (input.policyType !== DATA_PROTECTION) throw notServed(`account policies of type ${input.policyType}`);
    if (input.selectionCriteria !== undefined) {
      throw invalidParameter(`selectionCriteria is not supported for ${DATA_PROTECTION}.`);
    }
    await requireDataProtection(context, input.policyDocument);
    const all = await tx.list(accountPolicies, { prefix: [account, region, DATA_PROTECTION] });
    if (all.some(({ name }) => name !== input.policyName)) throw limitExceeded('Resource limit exceeded.');
  },
  execute({ tx, account, region, nowMs }, { policyName, policyDocument }) {
    const policy = {
      account,
      region,
      type: DATA_PROTECTION,
      name: policyName,
      document: policyDocument,
      updatedAtMs: nowMs,
    } as const;
    tx.put(accountPolicies, policy);
    return { accountPolicy: showAccountPolicy(policy) };
  },
});
