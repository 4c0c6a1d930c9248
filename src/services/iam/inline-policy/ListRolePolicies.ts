/**
 * Names the policies embedded in a role.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRolePolicies.html
 */
import { iam } from '../iam.ts';
import { roles } from '../role/role.ts';
import { listInlinePolicies } from './inline-policy.ts';

export default iam.operation(
  'ListRolePolicies',
  listInlinePolicies(roles, (input) => input.RoleName),
);
