/**
 * Lists the tags of a SAML provider.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListSAMLProviderTags.html
 */
import { iam } from '../iam.ts';
import { taggableSamlProvider } from './taggable.ts';
import { listResourceTags } from './tagging.ts';

export default iam.operation('ListSAMLProviderTags', listResourceTags(taggableSamlProvider));
