/**
 * Removes tags from a managed policy.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagPolicy.html
 */
import { iam } from '../iam.ts';
import { taggablePolicy } from './taggable.ts';
import { untagResource } from './tagging.ts';

export default iam.operation('UntagPolicy', untagResource(taggablePolicy));
