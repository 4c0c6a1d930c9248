/**
 * Removes tags from a user.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagUser.html
 */
import { iam } from '../iam.ts';
import { taggableUser } from './taggable.ts';
import { untagResource } from './tagging.ts';

export default iam.operation('UntagUser', untagResource(taggableUser));
