/**
 * Attaches a managed policy to a user; doing it twice changes nothing.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachUserPolicy.html
 */
import { iam } from '../iam.ts';
import { users } from '../user/user.ts';
import { attachPolicy } from './attachment.ts';

export default iam.operation(
  'AttachUserPolicy',
  attachPolicy(users, (input) => input.UserName),
);
