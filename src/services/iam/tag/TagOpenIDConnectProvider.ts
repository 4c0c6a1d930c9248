/**
 * Adds tags to an OpenID Connect provider, or replaces the values of those it has.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagOpenIDConnectProvider.html
 */
import { iam } from '../iam.ts';
import { taggableOidcProvider } from './taggable.ts';
import { tagResource } from './tagging.ts';

export default iam.operation('TagOpenIDConnectProvider', tagResource(taggableOidcProvider));
