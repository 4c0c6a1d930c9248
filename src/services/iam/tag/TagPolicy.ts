/**
 * Adds tags to a managed policy, or replaces the values of those it has.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagPolicy.html
 */
import { iam } from '../iam.ts';
import { taggablePolicy } from './taggable.ts';
import { tagResource } from './tagging.ts';

export default iam.operation('TagPolicy', tagResource(taggablePolicy));
