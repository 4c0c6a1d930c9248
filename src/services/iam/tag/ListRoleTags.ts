/**
 * Lists the tags of a role.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoleTags.html
 */
import { iam } from '../iam.ts';
import { taggableRole } from './taggable.ts';
import { listResourceTags } from './tagging.ts';

export default iam.operation('ListRoleTags', listResourceTags(taggableRole));
