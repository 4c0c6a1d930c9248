/**
 * Lists the services that may work throughout the organization.
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAWSServiceAccessForOrganization.html
 */
import { organizations } from '../organizations.ts';
import { pageOf } from '../page.ts';
import { organizationCheck } from './organization-check.ts';

export default organizations.operation('ListAWSServiceAccessForOrganization', {
  readOnly: true,
  checks: async (context) => ({
    organization: await organizationCheck(context, { action: 'ListAWSServiceAccessForOrganization' }),
  }),
  execute(_context, input, { organization: { record } }) {
    const { items, NextToken } = pageOf(
      Object.entries(record.trustedServices),
      ([service]) => service,
      input,
    );
    return {
      EnabledServicePrincipals: items.map(([ServicePrincipal, DateEnabled]) => ({
        ServicePrincipal,
        DateEnabled,
      })),
      NextToken,
    };
  },
});
