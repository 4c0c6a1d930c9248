/**
 * Removes a policy embedded in a group.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteGroupPolicy.html
 */
import { groups } from '../group/group.ts';
import { iam } from '../iam.ts';
import { deleteInlinePolicy } from './inline-policy.ts';

export default iam.operation(
  'DeleteGroupPolicy',
  deleteInlinePolicy(groups, (input) => input.GroupName),
);
