/**
 * Lists the tags of a user.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUserTags.html
 */
import { iam } from '../iam.ts';
import { taggableUser } from './taggable.ts';
import { listResourceTags } from './tagging.ts';

export default iam.operation('ListUserTags', listResourceTags(taggableUser));
