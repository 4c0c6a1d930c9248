/**
 * Lists the account's SAML providers, all at once.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListSAMLProviders.html
 */
import { accountCheck } from '../../../service-kit/account-check.ts';
import { iam } from '../iam.ts';
import { samlProviderArn, samlProviders } from './saml-provider.ts';

export default iam.operation('ListSAMLProviders', {
  readOnly: true,
  checks: (context) => ({ account: accountCheck(context, 'iam:ListSAMLProviders') }),
  async execute({ tx, account }) {
    const providers = await tx.list(samlProviders, { prefix: [account] });
    const SAMLProviderList = providers.map((provider) => ({
      Arn: samlProviderArn(account, provider.name),
      ValidUntil: provider.validUntilMs,
      CreateDate: provider.createdAtMs,
    }));
    return { SAMLProviderList };
  },
});
