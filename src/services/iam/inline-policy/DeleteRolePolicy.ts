/**
 * Removes a policy embedded in a role.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRolePolicy.html
 */
import { iam } from '../iam.ts';
import { roles } from '../role/role.ts';
import { deleteInlinePolicy } from './inline-policy.ts';

export default iam.operation(
  'DeleteRolePolicy',
  deleteInlinePolicy(roles, (input) => input.RoleName),
);
