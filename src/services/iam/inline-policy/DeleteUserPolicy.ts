/**
 * Removes a policy embedded in a user.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUserPolicy.html
 */
import { iam } from '../iam.ts';
import { users } from '../user/user.ts';
import { deleteInlinePolicy } from './inline-policy.ts';

export default iam.operation(
  'DeleteUserPolicy',
  deleteInlinePolicy(users, (input) => input.UserName),
);
