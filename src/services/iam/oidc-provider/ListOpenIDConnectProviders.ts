/**
 * Lists the ARNs of the account's providers, all at once.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListOpenIDConnectProviders.html
 */
import { accountCheck } from '../account/account.ts';
import { iam } from '../iam.ts';
import { oidcProviderArn, oidcProviders } from './oidc-provider.ts';

export default iam.operation('ListOpenIDConnectProviders', {
  readOnly: true,
  checks: ({ account }) => accountCheck(account, 'ListOpenIDConnectProviders'),
  async execute({ tx, account }) {
    const providers = await tx.list(oidcProviders, { prefix: [account] });
    return {
      OpenIDConnectProviderList: providers.map(({ url }) => ({ Arn: oidcProviderArn(account, url) })),
    };
  },
});
