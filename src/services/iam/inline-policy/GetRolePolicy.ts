/**
 * Gives a policy embedded in a role.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html
 */
import { iam } from '../iam.ts';
import { roles } from '../role/role.ts';
import { getInlinePolicy } from './inline-policy.ts';

export default iam.operation(
  'GetRolePolicy',
  getInlinePolicy(
    roles,
    (input) => input.RoleName,
    (RoleName) => ({ RoleName }),
  ),
);
