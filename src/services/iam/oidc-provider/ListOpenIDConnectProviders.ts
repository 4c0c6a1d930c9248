/**
 * Lists the ARNs of the account's providers, all at once.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListOpenIDConnectProviders.html
 */
import { accountCheck } from '../../../service-kit/account-check.ts';
import { iam } from '../iam.ts';
import { oidcProviderArn, oidcProviders } from './oidc-provider.ts';

export default iam.operation('ListOpenIDConnectProviders', {
  readOnly: true,
  checks: (context) => ({ account: accountCheck(context, 'iam:ListOpenIDConnectProviders') }),
  async execute({ tx, account }) {
    const providers = await tx.list(oidcProviders, { prefix: [account] });
    return {
      OpenIDConnectProviderList: providers.map(({ url }) => ({ Arn: oidcProviderArn(account, url) })),
    };
  },
});
