/**
 * Forgets a provider. Roles that trust it stay as they are.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteOpenIDConnectProvider.html
 */
import { missingFor } from '../../../invoke/verdict.ts';
import { noSuchEntity } from '../errors.ts';
import { iam } from '../iam.ts';
import { oidcProviderCheck, oidcProviders } from './oidc-provider.ts';

export default iam.operation('DeleteOpenIDConnectProvider', {
  async checks(context, { OpenIDConnectProviderArn: arn }) {
    const check = await oidcProviderCheck(context, arn, 'DeleteOpenIDConnectProvider');
    // The page calls the deletion of none a success; recorded, it is an error (aws-facts G5.6).
    const notFound = noSuchEntity(`OpenId connect Provider ${arn} cannot be found.`);
    return { provider: missingFor(check, check.missing && notFound) };
  },
  execute({ tx }, _input, { provider: { record } }) {
    tx.delete(oidcProviders, [record.account, record.url]);
    return {};
  },
});
