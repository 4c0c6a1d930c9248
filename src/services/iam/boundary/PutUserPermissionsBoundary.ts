/**
 * Sets the managed policy that bounds a user, in place of any other.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutUserPermissionsBoundary.html
 */
import { iam } from '../iam.ts';
import { users } from '../user/user.ts';
import { putBoundary } from './boundary.ts';

export default iam.operation(
  'PutUserPermissionsBoundary',
  putBoundary(users, (input) => input.UserName),
);
