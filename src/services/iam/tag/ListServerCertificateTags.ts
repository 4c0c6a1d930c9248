/**
 * Lists the tags of a server certificate.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListServerCertificateTags.html
 */
import { iam } from '../iam.ts';
import { taggableServerCertificate } from './taggable.ts';
import { listResourceTags } from './tagging.ts';

export default iam.operation('ListServerCertificateTags', listResourceTags(taggableServerCertificate));
