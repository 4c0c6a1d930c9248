/**
 * Detaches a managed policy from a group.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_DetachGroupPolicy.html
 */
import { groups } from '../group/group.ts';
import { iam } from '../iam.ts';
import { detachPolicy } from './attachment.ts';

export default iam.operation(
  'DetachGroupPolicy',
  detachPolicy(groups, (input) => input.GroupName),
);
