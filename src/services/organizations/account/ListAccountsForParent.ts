/**
 * Lists the accounts right under a root or unit.
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccountsForParent.html
 */
import { refusal } from '../errors.ts';
import { organizationCheck } from '../organization/organization-check.ts';
import { organizations } from '../organizations.ts';
import { pageOf } from '../page.ts';
import { accountsUnder } from '../unit/unit.ts';
import { shownAccount } from './account.ts';

export default organizations.operation('ListAccountsForParent', {
  readOnly: true,
  checks: async (context, { ParentId }) => ({
    parent: await organizationCheck(context, {
      action: 'ListAccountsForParent',
      id: ParentId,
      absent: refusal('ParentNotFoundException'),
    }),
  }),
  execute(_context, input, { parent: { record } }) {
    const { items, NextToken } = pageOf(accountsUnder(record, input.ParentId), (id) => id, input);
    return { Accounts: items.map((id) => shownAccount(record, id)), NextToken };
  },
});
