/**
 * Adds tags to a user, or replaces the values of those it has.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagUser.html
 */
import { iam } from '../iam.ts';
import { taggableUser } from './taggable.ts';
import { tagResource } from './tagging.ts';

export default iam.operation('TagUser', tagResource(taggableUser));
