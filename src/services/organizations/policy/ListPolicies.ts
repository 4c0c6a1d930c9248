/**
 * Lists the policies of a type: AWS's and the organization's own.
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListPolicies.html
 */
import { organizationCheck } from '../organization/organization-check.ts';
import { organizations } from '../organizations.ts';
import { pageOf } from '../page.ts';
import { policiesOfType, shownSummary } from './policy.ts';

export default organizations.operation('ListPolicies', {
  readOnly: true,
  checks: async (context, { Filter }) => ({
    organization: await organizationCheck(context, {
      action: 'ListPolicies',
      conditions: () => ({ 'organizations:PolicyType': Filter }),
    }),
  }),
  execute(_context, input, { organization: { record } }) {
    const { items, NextToken } = pageOf(policiesOfType(record, input.Filter), ([id]) => id, input);
    return { Policies: items.map(([id, policy]) => shownSummary(record, id, policy)), NextToken };
  },
});
