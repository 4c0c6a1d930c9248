/**
 * Lets a service work throughout the organization no more.
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_DisableAWSServiceAccess.html
 */
import { organizations } from '../organizations.ts';
import { organizationTable } from './organization.ts';
import { organizationCheck } from './organization-check.ts';

export default organizations.operation('DisableAWSServiceAccess', {
  checks: async (context, { ServicePrincipal }) => ({
    organization: await organizationCheck(context, {
      action: 'DisableAWSServiceAccess',
      conditions: () => ({ 'organizations:ServicePrincipal': ServicePrincipal }),
    }),
  }),
  execute({ tx }, { ServicePrincipal }, { organization: { record } }) {
    const { [ServicePrincipal]: _, ...trustedServices } = record.trustedServices;
    tx.put(organizationTable, { ...record, trustedServices });
    return {};
  },
});
