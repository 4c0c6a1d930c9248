/**
 * Lists managed policies: AWS's and the account's own, or either, or those in use.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicies.html
 */
import { iam } from '../iam.ts';
import { pageOf } from '../page.ts';
import { awsManagedPolicies } from './aws-managed-policy.ts';
import { managedPolicies, policyArn, shownPolicy, usageOf } from './managed-policy.ts';

export default iam.operation('ListPolicies', {
  readOnly: true,
  checks: ({ account }, { PathPrefix = '/' }) => ({
    policies: {
      action: 'iam:ListPolicies',
      resource: `arn:aws:iam::${account}:policy${PathPrefix}`,
      account,
      record: undefined,
    },
  }),
  async execute({ tx, account }, input) {
    const { Scope = 'All', PathPrefix = '/', OnlyAttached = false, PolicyUsageFilter } = input;
    const local = Scope === 'AWS' ? [] : await tx.list(managedPolicies, { prefix: [account] });
    const all = Scope === 'Local' ? local : [...local, ...awsManagedPolicies()];
    const listed = [];
    for (const policy of all) {
      if (!policy.path.startsWith(PathPrefix)) continue;
      // Without OnlyAttached, PolicyUsageFilter is passed over.
      if (OnlyAttached) {
        const { attachments, boundaries } = await usageOf(tx, account, policyArn(policy));
        if (PolicyUsageFilter !== 'PermissionsBoundary' && attachments === 0) continue;
        if (PolicyUsageFilter === 'PermissionsBoundary' && boundaries === 0) continue;
      }
      listed.push(policy);
    }
    const { items, ...page } = pageOf(listed, input, policyArn);
    return { Policies: await Promise.all(items.map((policy) => shownPolicy(tx, account, policy))), ...page };
  },
});
