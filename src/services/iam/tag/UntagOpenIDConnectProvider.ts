/**
 * Removes tags from an OpenID Connect provider.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagOpenIDConnectProvider.html
 */
import { iam } from '../iam.ts';
import { taggableOidcProvider } from './taggable.ts';
import { untagResource } from './tagging.ts';

export default iam.operation('UntagOpenIDConnectProvider', untagResource(taggableOidcProvider));
