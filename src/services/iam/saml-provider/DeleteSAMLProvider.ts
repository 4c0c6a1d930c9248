/**
 * Forgets a provider. Roles that trust it stay as they are.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteSAMLProvider.html
 */
import { iam } from '../iam.ts';
import { samlProviderCheck, samlProviders } from './saml-provider.ts';

export default iam.operation('DeleteSAMLProvider', {
  checks: async (context, { SAMLProviderArn }) => ({
    provider: await samlProviderCheck(context, SAMLProviderArn, 'DeleteSAMLProvider'),
  }),
  execute({ tx }, _input, { provider: { record } }) {
    tx.delete(samlProviders, [record.account, record.name]);
    return {};
  },
});
