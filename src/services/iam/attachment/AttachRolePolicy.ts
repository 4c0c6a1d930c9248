/**
 * Attaches a managed policy to a role; doing it twice changes nothing.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html
 */
import { iam } from '../iam.ts';
import { roles } from '../role/role.ts';
import { attachPolicy } from './attachment.ts';

export default iam.operation(
  'AttachRolePolicy',
  attachPolicy(roles, (input) => input.RoleName),
);
