/**
 * Lists the tags of an instance profile.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListInstanceProfileTags.html
 */
import { iam } from '../iam.ts';
import { taggableInstanceProfile } from './taggable.ts';
import { listResourceTags } from './tagging.ts';

export default iam.operation('ListInstanceProfileTags', listResourceTags(taggableInstanceProfile));
