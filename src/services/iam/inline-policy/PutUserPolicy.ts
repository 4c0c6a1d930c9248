/**
 * Embeds a policy in a user, or replaces the one of that name.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutUserPolicy.html
 */
import { iam } from '../iam.ts';
import { users } from '../user/user.ts';
import { putInlinePolicy } from './inline-policy.ts';

export default iam.operation(
  'PutUserPolicy',
  putInlinePolicy(users, (input) => input.UserName),
);
