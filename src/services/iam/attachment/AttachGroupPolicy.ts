/**
 * Attaches a managed policy to a group; doing it twice changes nothing.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachGroupPolicy.html
 */
import { groups } from '../group/group.ts';
import { iam } from '../iam.ts';
import { attachPolicy } from './attachment.ts';

export default iam.operation(
  'AttachGroupPolicy',
  attachPolicy(groups, (input) => input.GroupName),
);
