/**
 * Makes an issuer of web identity tokens known to the account. AWS fetches the thumbprint of a provider that comes
 * without; nothing is fetched here, so that one stays without.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html
 */
import type { Check } from '../../../invoke/verdict.ts';
import { alreadyExists, exceedsQuota } from '../errors.ts';
import { iam } from '../iam.ts';
import { creationTagCheck, newTags, requestTagKeys, shownTags } from '../tag/tag.ts';
import {
  MAX_PROVIDERS,
  oidcProviderArn,
  oidcProviders,
  storedUrl,
  validClientIds,
  validThumbprints,
} from './oidc-provider.ts';

export default iam.operation('CreateOpenIDConnectProvider', {
  checks({ account }, { Url, Tags }) {
    const provider: Check<undefined> = {
      action: 'iam:CreateOpenIDConnectProvider',
      resource: oidcProviderArn(account, storedUrl(Url)),
      account,
      record: undefined,
      conditions: () => requestTagKeys(Tags),
    };
    return { provider, tag: creationTagCheck(provider, 'TagOpenIDConnectProvider', Tags) };
  },
  async execute({ tx, account, nowMs }, { Url, ClientIDList = [], ThumbprintList = [], Tags }) {
    const url = storedUrl(Url);
    const thumbprints = validThumbprints(ThumbprintList);
    const clientIds = validClientIds(ClientIDList);
    const tags = newTags(Tags);
    if (await tx.get(oidcProviders, [account, url])) {
      throw alreadyExists(`Provider with url ${Url} already exists.`);
    }
    if ((await tx.list(oidcProviders, { prefix: [account] })).length >= MAX_PROVIDERS) {
      throw exceedsQuota('OpenIdConnectProvidersPerAccount', MAX_PROVIDERS);
    }
    tx.put(oidcProviders, { account, url, clientIds, thumbprints, tags, createdAtMs: nowMs });
    return { OpenIDConnectProviderArn: oidcProviderArn(account, url), ...shownTags(tags) };
  },
});
