/**
 * Lists the managed policies attached to a group.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAttachedGroupPolicies.html
 */
import { groups } from '../group/group.ts';
import { iam } from '../iam.ts';
import { listAttachedPolicies } from './attachment.ts';

export default iam.operation(
  'ListAttachedGroupPolicies',
  listAttachedPolicies(groups, (input) => input.GroupName),
);
