/**
 * Lists the tags of an OpenID Connect provider.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListOpenIDConnectProviderTags.html
 */
import { iam } from '../iam.ts';
import { taggableOidcProvider } from './taggable.ts';
import { listResourceTags } from './tagging.ts';

export default iam.operation('ListOpenIDConnectProviderTags', listResourceTags(taggableOidcProvider));
