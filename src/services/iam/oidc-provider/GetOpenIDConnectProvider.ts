/**
 * Describes a provider; its URL is shown without the scheme.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetOpenIDConnectProvider.html
 */
import { iam } from '../iam.ts';
import { shownTags } from '../tag/tag.ts';
import { oidcProviderCheck } from './oidc-provider.ts';

export default iam.operation('GetOpenIDConnectProvider', {
  readOnly: true,
  checks: async (context, { OpenIDConnectProviderArn }) => ({
    provider: await oidcProviderCheck(context, OpenIDConnectProviderArn, 'GetOpenIDConnectProvider'),
  }),
  execute(_context, _input, { provider: { record } }) {
    return {
      Url: record.url,
      ClientIDList: [...record.clientIds],
      ThumbprintList: [...record.thumbprints],
      CreateDate: record.createdAtMs,
      ...shownTags(record.tags),
    };
  },
});
