/**
 * Has a member account administer a service for the organization no more.
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_DeregisterDelegatedAdministrator.html
 */
import { refusal } from '../errors.ts';
import { delegationsOf, organizationTable } from '../organization/organization.ts';
import { organizations } from '../organizations.ts';
import { delegationCheck, withDelegations } from './delegated-administrator.ts';

export default organizations.operation('DeregisterDelegatedAdministrator', {
  checks: async (context, input) => ({
    account: await delegationCheck(context, 'DeregisterDelegatedAdministrator', input),
  }),
  execute({ tx }, { AccountId, ServicePrincipal }, { account: { record } }) {
    const services = delegationsOf(record, AccountId);
    if (!Object.hasOwn(services, ServicePrincipal)) throw refusal('AccountNotRegisteredException');
    const { [ServicePrincipal]: _, ...others } = services;
    tx.put(organizationTable, withDelegations(record, AccountId, others));
    return {};
  },
});
