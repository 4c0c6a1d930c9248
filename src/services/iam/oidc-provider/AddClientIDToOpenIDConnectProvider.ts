/**
 * Adds an audience whose tokens count. One that is there already is no error.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddClientIDToOpenIDConnectProvider.html
 */
import { iam } from '../iam.ts';
import { oidcProviderCheck, oidcProviders, validClientIds } from './oidc-provider.ts';

export default iam.operation('AddClientIDToOpenIDConnectProvider', {
  checks: async (context, { OpenIDConnectProviderArn: arn }) => ({
    provider: await oidcProviderCheck(context, arn, 'AddClientIDToOpenIDConnectProvider'),
  }),
  execute({ tx }, { ClientID }, { provider: { record } }) {
    tx.put(oidcProviders, { ...record, clientIds: validClientIds([...record.clientIds, ClientID]) });
    return {};
  },
});
