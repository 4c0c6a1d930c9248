/**
 * Embeds a policy in a role, or replaces the one of that name.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html
 */
import { iam } from '../iam.ts';
import { roles } from '../role/role.ts';
import { putInlinePolicy } from './inline-policy.ts';

export default iam.operation(
  'PutRolePolicy',
  putInlinePolicy(roles, (input) => input.RoleName),
);
