/**
 * Adds tags to a SAML provider, or replaces the values of those it has.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagSAMLProvider.html
 */
import { iam } from '../iam.ts';
import { taggableSamlProvider } from './taggable.ts';
import { tagResource } from './tagging.ts';

export default iam.operation('TagSAMLProvider', tagResource(taggableSamlProvider));
