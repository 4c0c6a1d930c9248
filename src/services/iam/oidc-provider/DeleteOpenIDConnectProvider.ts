/**
 * Forgets a provider. Roles that trust it stay as they are. That it does not exist is no error.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteOpenIDConnectProvider.html
 */
import { iam } from '../iam.ts';
import { type OidcProviderRecord, oidcProviderCheck, oidcProviders } from './oidc-provider.ts';

export default iam.operation('DeleteOpenIDConnectProvider', {
  async checks(context, { OpenIDConnectProviderArn }) {
    const check = await oidcProviderCheck(context, OpenIDConnectProviderArn, 'DeleteOpenIDConnectProvider');
    const record: OidcProviderRecord | undefined = check.record;
    return { provider: { ...check, record, missing: undefined } };
  },
  execute({ tx }, _input, { provider: { record } }) {
    if (record) tx.delete(oidcProviders, [record.account, record.url]);
    return {};
  },
});
