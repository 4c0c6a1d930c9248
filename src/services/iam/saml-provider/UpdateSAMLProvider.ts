/**
 * Changes a provider's metadata, how assertions are to be encrypted, or the keys that decrypt them.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateSAMLProvider.html
 */
import { noSuchEntity } from '../errors.ts';
import { iam } from '../iam.ts';
import { requireMetadata, samlProviderCheck, samlProviders, withPrivateKey } from './saml-provider.ts';

export default iam.operation('UpdateSAMLProvider', {
  checks: async (context, { SAMLProviderArn }) => ({
    provider: await samlProviderCheck(context, SAMLProviderArn, 'UpdateSAMLProvider'),
  }),
  execute({ tx, nowMs, entropy }, input, { provider: { record } }) {
    const {
      SAMLMetadataDocument: metadata = record.metadata,
      AddPrivateKey: added,
      RemovePrivateKey: removed,
    } = input;
    requireMetadata(metadata);
    if (removed !== undefined && !record.privateKeys.some(({ id }) => id === removed)) {
      throw noSuchEntity(`The private key with id ${removed} cannot be found.`);
    }
    const kept = record.privateKeys.filter(({ id }) => id !== removed);
    tx.put(samlProviders, {
      ...record,
      metadata,
      encryption: input.AssertionEncryptionMode ?? record.encryption,
      privateKeys: added === undefined ? kept : withPrivateKey(kept, added, { entropy, nowMs }),
    });
    return { SAMLProviderArn: input.SAMLProviderArn };
  },
});
