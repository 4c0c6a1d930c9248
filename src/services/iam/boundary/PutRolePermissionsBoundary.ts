/**
 * Sets the managed policy that bounds a role, in place of any other.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePermissionsBoundary.html
 */
import { iam } from '../iam.ts';
import { roles } from '../role/role.ts';
import { putBoundary } from './boundary.ts';

export default iam.operation(
  'PutRolePermissionsBoundary',
  putBoundary(roles, (input) => input.RoleName),
);
