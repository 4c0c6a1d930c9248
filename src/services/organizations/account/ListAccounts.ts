/**
 * Lists all accounts of the organization.
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html
 */
import { organizationCheck } from '../organization/organization-check.ts';
import { organizations } from '../organizations.ts';
import { pageOf } from '../page.ts';
import { shownAccount } from './account.ts';

export default organizations.operation('ListAccounts', {
  readOnly: true,
  checks: async (context) => ({
    organization: await organizationCheck(context, { action: 'ListAccounts' }),
  }),
  execute(_context, input, { organization: { record } }) {
    const { items, NextToken } = pageOf(Object.keys(record.members), (id) => id, input);
    return { Accounts: items.map((id) => shownAccount(record, id)), NextToken };
  },
});
