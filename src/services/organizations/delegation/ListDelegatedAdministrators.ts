/**
 * Lists the accounts that administer a service for the organization, or any.
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListDelegatedAdministrators.html
 */
import { shownAccount } from '../account/account.ts';
import { organizationCheck } from '../organization/organization-check.ts';
import { organizations } from '../organizations.ts';
import { pageOf } from '../page.ts';

export default organizations.operation('ListDelegatedAdministrators', {
  readOnly: true,
  checks: async (context, { ServicePrincipal }) => ({
    organization: await organizationCheck(context, {
      action: 'ListDelegatedAdministrators',
      conditions: () => ({ 'organizations:ServicePrincipal': ServicePrincipal }),
    }),
  }),
  execute(_context, input, { organization: { record } }) {
    const { ServicePrincipal: wanted } = input;
    const administrators = Object.entries(record.delegations ?? {}).filter(
      ([, services]) => wanted === undefined || Object.hasOwn(services, wanted),
    );
    const { items, NextToken } = pageOf(administrators, ([account]) => account, input);
    return {
      DelegatedAdministrators: items.map(([account, services]) => {
        const { Paths: _paths, ...shown } = shownAccount(record, account);
        return { ...shown, DelegationEnabledDate: Math.min(...Object.values(services)) };
      }),
      NextToken,
    };
  },
});
