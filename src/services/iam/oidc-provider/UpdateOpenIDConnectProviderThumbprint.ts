/**
 * Replaces the thumbprints of a provider. Nothing is fetched from providers here, so none is ever compared.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateOpenIDConnectProviderThumbprint.html
 */
import { iam } from '../iam.ts';
import { oidcProviderCheck, oidcProviders, validThumbprints } from './oidc-provider.ts';

export default iam.operation('UpdateOpenIDConnectProviderThumbprint', {
  checks: async (context, { OpenIDConnectProviderArn: arn }) => ({
    provider: await oidcProviderCheck(context, arn, 'UpdateOpenIDConnectProviderThumbprint'),
  }),
  execute({ tx }, { ThumbprintList }, { provider: { record } }) {
    tx.put(oidcProviders, { ...record, thumbprints: validThumbprints(ThumbprintList) });
    return {};
  },
});
