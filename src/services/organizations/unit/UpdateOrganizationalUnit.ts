/**
 * Renames an organizational unit. Its id, its accounts and its policies stay.
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_UpdateOrganizationalUnit.html
 */
import { refusal } from '../errors.ts';
import { organizationTable, type UnitRecord } from '../organization/organization.ts';
import { organizationCheck } from '../organization/organization-check.ts';
import { organizations } from '../organizations.ts';
import { isNameTaken, shownUnit } from './unit.ts';

export default organizations.operation('UpdateOrganizationalUnit', {
  checks: async (context, { OrganizationalUnitId }) => ({
    unit: await organizationCheck(context, {
      action: 'UpdateOrganizationalUnit',
      id: OrganizationalUnitId,
      absent: refusal('OrganizationalUnitNotFoundException'),
    }),
  }),
  execute({ tx }, { OrganizationalUnitId: id, Name }, { unit: { record } }) {
    const unit = record.units[id] as UnitRecord;
    // A name of white space alone changes nothing, and is no error.
    if (Name === undefined || Name.trim() === '' || Name === unit.name) {
      return { OrganizationalUnit: shownUnit(record, id) };
    }
    if (isNameTaken(record, unit.parentId, Name)) throw refusal('DuplicateOrganizationalUnitException');
    const organization = { ...record, units: { ...record.units, [id]: { ...unit, name: Name } } };
    tx.put(organizationTable, organization);
    return { OrganizationalUnit: shownUnit(organization, id) };
  },
});
