/**
 * Adds tags to a role, or replaces the values of those it has.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagRole.html
 */
import { iam } from '../iam.ts';
import { taggableRole } from './taggable.ts';
import { tagResource } from './tagging.ts';

export default iam.operation('TagRole', tagResource(taggableRole));
