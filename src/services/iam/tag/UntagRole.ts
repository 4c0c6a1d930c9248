/**
 * Removes tags from a role.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagRole.html
 */
import { iam } from '../iam.ts';
import { taggableRole } from './taggable.ts';
import { untagResource } from './tagging.ts';

export default iam.operation('UntagRole', untagResource(taggableRole));
