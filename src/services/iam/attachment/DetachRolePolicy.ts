/**
 * Detaches a managed policy from a role.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_DetachRolePolicy.html
 */
import { iam } from '../iam.ts';
import { roles } from '../role/role.ts';
import { detachPolicy } from './attachment.ts';

export default iam.operation(
  'DetachRolePolicy',
  detachPolicy(roles, (input) => input.RoleName),
);
