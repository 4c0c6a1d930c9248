/**
 * Takes the boundary off a role.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRolePermissionsBoundary.html
 */
import { iam } from '../iam.ts';
import { roles } from '../role/role.ts';
import { deleteBoundary } from './boundary.ts';

export default iam.operation(
  'DeleteRolePermissionsBoundary',
  deleteBoundary(roles, (input) => input.RoleName),
);
