/**
 * Removes tags from an instance profile.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagInstanceProfile.html
 */
import { iam } from '../iam.ts';
import { taggableInstanceProfile } from './taggable.ts';
import { untagResource } from './tagging.ts';

export default iam.operation('UntagInstanceProfile', untagResource(taggableInstanceProfile));
