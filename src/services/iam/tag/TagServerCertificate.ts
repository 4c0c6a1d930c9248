/**
 * Adds tags to a server certificate, or replaces the values of those it has.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagServerCertificate.html
 */
import { iam } from '../iam.ts';
import { taggableServerCertificate } from './taggable.ts';
import { tagResource } from './tagging.ts';

export default iam.operation('TagServerCertificate', tagResource(taggableServerCertificate));
