/**
 * Lists the managed policies attached to a user.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAttachedUserPolicies.html
 */
import { iam } from '../iam.ts';
import { users } from '../user/user.ts';
import { listAttachedPolicies } from './attachment.ts';

export default iam.operation(
  'ListAttachedUserPolicies',
  listAttachedPolicies(users, (input) => input.UserName),
);
