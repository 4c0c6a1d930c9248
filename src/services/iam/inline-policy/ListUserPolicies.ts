/**
 * Names the policies embedded in a user.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUserPolicies.html
 */
import { iam } from '../iam.ts';
import { users } from '../user/user.ts';
import { listInlinePolicies } from './inline-policy.ts';

export default iam.operation(
  'ListUserPolicies',
  listInlinePolicies(users, (input) => input.UserName),
);
