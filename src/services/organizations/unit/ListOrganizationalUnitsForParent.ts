/**
 * Lists the units right under a root or unit.
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListOrganizationalUnitsForParent.html
 */
import { refusal } from '../errors.ts';
import { organizationCheck } from '../organization/organization-check.ts';
import { organizations } from '../organizations.ts';
import { pageOf } from '../page.ts';
import { shownUnit, unitsUnder } from './unit.ts';

export default organizations.operation('ListOrganizationalUnitsForParent', {
  readOnly: true,
  checks: async (context, { ParentId }) => ({
    parent: await organizationCheck(context, {
      action: 'ListOrganizationalUnitsForParent',
      id: ParentId,
      absent: refusal('ParentNotFoundException'),
    }),
  }),
  execute(_context, input, { parent: { record } }) {
    const { items, NextToken } = pageOf(unitsUnder(record, input.ParentId), (id) => id, input);
    return { OrganizationalUnits: items.map((id) => shownUnit(record, id)), NextToken };
  },
});
