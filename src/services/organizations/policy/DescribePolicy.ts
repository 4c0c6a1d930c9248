/**
 * Describes a policy, the organization's own or AWS's, with its content.
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribePolicy.html
 */
import { organizations } from '../organizations.ts';
import { foundPolicy, shownSummary } from './policy.ts';
import { policyCheck } from './policy-check.ts';

export default organizations.operation('DescribePolicy', {
  readOnly: true,
  checks: async (context, { PolicyId }) => ({
    policy: await policyCheck(context, PolicyId, 'DescribePolicy'),
  }),
  execute(_context, { PolicyId }, { policy: { record } }) {
    const policy = foundPolicy(record, PolicyId);
    return { Policy: { PolicySummary: shownSummary(record, PolicyId, policy), Content: policy.content } };
  },
});
