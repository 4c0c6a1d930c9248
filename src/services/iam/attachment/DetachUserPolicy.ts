/**
 * Detaches a managed policy from a user.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_DetachUserPolicy.html
 */
import { iam } from '../iam.ts';
import { users } from '../user/user.ts';
import { detachPolicy } from './attachment.ts';

export default iam.operation(
  'DetachUserPolicy',
  detachPolicy(users, (input) => input.UserName),
);
