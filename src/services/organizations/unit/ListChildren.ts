/**
 * Lists the units, or the accounts, right under a root or unit, by id alone.
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListChildren.html
 */
import { refusal } from '../errors.ts';
import { organizationCheck } from '../organization/organization-check.ts';
import { organizations } from '../organizations.ts';
import { pageOf } from '../page.ts';
import { accountsUnder, unitsUnder } from './unit.ts';

export default organizations.operation('ListChildren', {
  readOnly: true,
  checks: async (context, { ParentId }) => ({
    parent: await organizationCheck(context, {
      action: 'ListChildren',
      id: ParentId,
      absent: refusal('ParentNotFoundException'),
    }),
  }),
  execute(_context, input, { parent: { record } }) {
    const under = input.ChildType === 'ACCOUNT' ? accountsUnder : unitsUnder;
    const { items, NextToken } = pageOf(under(record, input.ParentId), (id) => id, input);
    return { Children: items.map((Id) => ({ Id, Type: input.ChildType })), NextToken };
  },
});
