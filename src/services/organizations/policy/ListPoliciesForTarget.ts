/**
 * Lists the policies of a type that are attached right to a root, unit or account.
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListPoliciesForTarget.html
 */
import { refusal } from '../errors.ts';
import { organizationCheck } from '../organization/organization-check.ts';
import { organizations } from '../organizations.ts';
import { pageOf } from '../page.ts';
import { attachedOfType, foundPolicy, shownSummary } from './policy.ts';

export default organizations.operation('ListPoliciesForTarget', {
  readOnly: true,
  checks: async (context, { TargetId, Filter }) => ({
    target: await organizationCheck(context, {
      action: 'ListPoliciesForTarget',
      id: TargetId,
      absent: refusal('TargetNotFoundException'),
      conditions: () => ({ 'organizations:PolicyType': Filter }),
    }),
  }),
  execute(_context, input, { target: { record } }) {
    const { items, NextToken } = pageOf(
      attachedOfType(record, input.TargetId, input.Filter),
      (id) => id,
      input,
    );
    return { Policies: items.map((id) => shownSummary(record, id, foundPolicy(record, id))), NextToken };
  },
});
