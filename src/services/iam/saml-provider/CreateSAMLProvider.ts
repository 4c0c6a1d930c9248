/**
 * Makes an identity provider known to the account by its metadata.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateSAMLProvider.html
 */
import type { Check } from '../../../invoke/verdict.ts';
import { alreadyExists, exceedsQuota } from '../errors.ts';
import { iam } from '../iam.ts';
import { newId } from '../identity/identity.ts';
import { creationTagCheck, newTags, requestTagKeys, shownTags } from '../tag/tag.ts';
import {
  MAX_SAML_PROVIDERS,
  requireMetadata,
  type SamlProviderRecord,
  samlProviderArn,
  samlProviders,
  validUntilMs,
  withPrivateKey,
} from './saml-provider.ts';

export default iam.operation('CreateSAMLProvider', {
  checks({ account }, { Name, Tags }) {
    const provider: Check<undefined> = {
      action: 'iam:CreateSAMLProvider',
      resource: samlProviderArn(account, Name),
      account,
      record: undefined,
      conditions: () => requestTagKeys(Tags),
    };
    return { provider, tag: creationTagCheck(provider, 'TagSAMLProvider', Tags) };
  },
  async execute({ tx, account, nowMs, entropy }, input) {
    const { Name: name, SAMLMetadataDocument: metadata, AddPrivateKey: pem } = input;
    requireMetadata(metadata);
    if (await tx.get(samlProviders, [account, name])) {
      throw alreadyExists(`Provider with name ${name} already exists.`);
    }
    const existing = await tx.list(samlProviders, { prefix: [account], limit: MAX_SAML_PROVIDERS });
    if (existing.length >= MAX_SAML_PROVIDERS) {
      throw exceedsQuota('SAMLProvidersPerAccount', MAX_SAML_PROVIDERS);
    }
    const record: SamlProviderRecord = {
      account,
      name,
      uuid: newId(entropy, 'SAMLSP'),
      metadata,
      encryption: input.AssertionEncryptionMode ?? 'Allowed',
      privateKeys: pem === undefined ? [] : withPrivateKey([], pem, { entropy, nowMs }),
      tags: newTags(input.Tags),
      createdAtMs: nowMs,
      validUntilMs: validUntilMs(nowMs),
    };
    tx.put(samlProviders, record);
    return { SAMLProviderArn: samlProviderArn(account, name), ...shownTags(record.tags) };
  },
});
