/**
 * Takes the boundary off a user.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUserPermissionsBoundary.html
 */
import { iam } from '../iam.ts';
import { users } from '../user/user.ts';
import { deleteBoundary } from './boundary.ts';

export default iam.operation(
  'DeleteUserPermissionsBoundary',
  deleteBoundary(users, (input) => input.UserName),
);
