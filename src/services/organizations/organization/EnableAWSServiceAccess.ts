/**
 * Lets a service work throughout the organization.
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_EnableAWSServiceAccess.html
 */
import { organizations } from '../organizations.ts';
import { organizationTable } from './organization.ts';
import { organizationCheck } from './organization-check.ts';

export default organizations.operation('EnableAWSServiceAccess', {
  checks: async (context, { ServicePrincipal }) => ({
    organization: await organizationCheck(context, {
      action: 'EnableAWSServiceAccess',
      conditions: () => ({ 'organizations:ServicePrincipal': ServicePrincipal }),
    }),
  }),
  execute({ tx, nowMs }, { ServicePrincipal }, { organization: { record } }) {
    const trustedServices = { ...record.trustedServices, [ServicePrincipal]: nowMs };
    tx.put(organizationTable, { ...record, trustedServices });
    return {};
  },
});
