/**
 * Adds tags to an instance profile, or replaces the values of those it has.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagInstanceProfile.html
 */
import { iam } from '../iam.ts';
import { taggableInstanceProfile } from './taggable.ts';
import { tagResource } from './tagging.ts';

export default iam.operation('TagInstanceProfile', tagResource(taggableInstanceProfile));
