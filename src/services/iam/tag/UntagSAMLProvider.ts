/**
 * Removes tags from a SAML provider.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagSAMLProvider.html
 */
import { iam } from '../iam.ts';
import { taggableSamlProvider } from './taggable.ts';
import { untagResource } from './tagging.ts';

export default iam.operation('UntagSAMLProvider', untagResource(taggableSamlProvider));
