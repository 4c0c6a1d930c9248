/**
 * Removes an audience. One that is not there is no error.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_RemoveClientIDFromOpenIDConnectProvider.html
 */
import { iam } from '../iam.ts';
import { oidcProviderCheck, oidcProviders } from './oidc-provider.ts';

export default iam.operation('RemoveClientIDFromOpenIDConnectProvider', {
  checks: async (context, { OpenIDConnectProviderArn: arn }) => ({
    provider: await oidcProviderCheck(context, arn, 'RemoveClientIDFromOpenIDConnectProvider'),
  }),
  execute({ tx }, { ClientID }, { provider: { record } }) {
    tx.put(oidcProviders, { ...record, clientIds: record.clientIds.filter((id) => id !== ClientID) });
    return {};
  },
});
