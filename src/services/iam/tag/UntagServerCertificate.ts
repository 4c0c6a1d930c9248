/**
 * Removes tags from a server certificate.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagServerCertificate.html
 */
import { iam } from '../iam.ts';
import { taggableServerCertificate } from './taggable.ts';
import { untagResource } from './tagging.ts';

export default iam.operation('UntagServerCertificate', untagResource(taggableServerCertificate));
