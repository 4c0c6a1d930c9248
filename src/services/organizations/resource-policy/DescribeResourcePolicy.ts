/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeResourcePolicy.html */
import { organizations } from '../organizations.ts';
import { shownResourcePolicy } from './delegation-policy.ts';
import { presentPolicy, presentPolicyCheck } from './resource-policy-check.ts';

export default organizations.operation('DescribeResourcePolicy', {
  readOnly: true,
  checks: async (context) => ({ policy: await presentPolicyCheck(context, 'DescribeResourcePolicy') }),
  execute: (_context, _input, { policy }) => ({
    ResourcePolicy: shownResourcePolicy(policy.record, presentPolicy(policy)),
  }),
});
