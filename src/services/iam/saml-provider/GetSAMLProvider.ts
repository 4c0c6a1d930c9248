/**
 * Describes an identity provider, with its metadata.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetSAMLProvider.html
 */
import { iam } from '../iam.ts';
import { samlProviderCheck } from './saml-provider.ts';

export default iam.operation('GetSAMLProvider', {
  readOnly: true,
  checks: async (context, { SAMLProviderArn }) => ({
    provider: await samlProviderCheck(context, SAMLProviderArn, 'GetSAMLProvider'),
  }),
  execute: (_context, _input, { provider: { record } }) => ({
    SAMLProviderUUID: record.uuid,
    SAMLMetadataDocument: record.metadata,
    CreateDate: record.createdAtMs,
    ValidUntil: record.validUntilMs,
    Tags: [...record.tags],
    AssertionEncryptionMode: record.encryption,
    PrivateKeyList: record.privateKeys.map(({ id, addedAtMs }) => ({ KeyId: id, Timestamp: addedAtMs })),
  }),
});
