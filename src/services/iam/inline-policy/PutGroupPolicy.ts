/**
 * Embeds a policy in a group, or replaces the one of that name.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutGroupPolicy.html
 */
import { groups } from '../group/group.ts';
import { iam } from '../iam.ts';
import { putInlinePolicy } from './inline-policy.ts';

export default iam.operation(
  'PutGroupPolicy',
  putInlinePolicy(groups, (input) => input.GroupName),
);
