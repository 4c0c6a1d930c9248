/**
 * Lists the tags of a managed policy.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicyTags.html
 */
import { iam } from '../iam.ts';
import { taggablePolicy } from './taggable.ts';
import { listResourceTags } from './tagging.ts';

export default iam.operation('ListPolicyTags', listResourceTags(taggablePolicy));
