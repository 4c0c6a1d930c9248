/**
 * Gives a policy embedded in a group.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetGroupPolicy.html
 */
import { groups } from '../group/group.ts';
import { iam } from '../iam.ts';
import { getInlinePolicy } from './inline-policy.ts';

export default iam.operation(
  'GetGroupPolicy',
  getInlinePolicy(
    groups,
    (input) => input.GroupName,
    (GroupName) => ({ GroupName }),
  ),
);
