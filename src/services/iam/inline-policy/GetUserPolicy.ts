/**
 * Gives a policy embedded in a user.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUserPolicy.html
 */
import { iam } from '../iam.ts';
import { users } from '../user/user.ts';
import { getInlinePolicy } from './inline-policy.ts';

export default iam.operation(
  'GetUserPolicy',
  getInlinePolicy(
    users,
    (input) => input.UserName,
    (UserName) => ({ UserName }),
  ),
);
