/**
 * Lists the managed policies attached to a role.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAttachedRolePolicies.html
 */
import { iam } from '../iam.ts';
import { roles } from '../role/role.ts';
import { listAttachedPolicies } from './attachment.ts';

export default iam.operation(
  'ListAttachedRolePolicies',
  listAttachedPolicies(roles, (input) => input.RoleName),
);
