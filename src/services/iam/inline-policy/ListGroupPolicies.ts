/**
 * Names the policies embedded in a group.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListGroupPolicies.html
 */
import { groups } from '../group/group.ts';
import { iam } from '../iam.ts';
import { listInlinePolicies } from './inline-policy.ts';

export default iam.operation(
  'ListGroupPolicies',
  listInlinePolicies(groups, (input) => input.GroupName),
);
