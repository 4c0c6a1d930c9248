/**
 * Lists the services that an account administers for the organization.
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListDelegatedServicesForAccount.html
 */
import { refusal } from '../errors.ts';
import { delegationsOf } from '../organization/organization.ts';
import { organizations } from '../organizations.ts';
import { pageOf } from '../page.ts';
import { delegationCheck } from './delegated-administrator.ts';

export default organizations.operation('ListDelegatedServicesForAccount', {
  readOnly: true,
  checks: async (context, input) => ({
    account: await delegationCheck(context, 'ListDelegatedServicesForAccount', input),
  }),
  execute(_context, input, { account: { record } }) {
    const services = Object.entries(delegationsOf(record, input.AccountId));
    if (services.length === 0) throw refusal('AccountNotRegisteredException');
    const { items, NextToken } = pageOf(services, ([service]) => service, input);
    return {
      DelegatedServices: items.map(([ServicePrincipal, DelegationEnabledDate]) => ({
        ServicePrincipal,
        DelegationEnabledDate,
      })),
      NextToken,
    };
  },
});
