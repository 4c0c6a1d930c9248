/**
 * Deletes an organizational unit without accounts and units in it.
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_DeleteOrganizationalUnit.html
 */
import { refusal } from '../errors.ts';
import { organizationTable } from '../organization/organization.ts';
import { organizationCheck } from '../organization/organization-check.ts';
import { organizations } from '../organizations.ts';
import { accountsUnder, unitsUnder } from './unit.ts';

export default organizations.operation('DeleteOrganizationalUnit', {
  checks: async (context, { OrganizationalUnitId }) => ({
    unit: await organizationCheck(context, {
      action: 'DeleteOrganizationalUnit',
      id: OrganizationalUnitId,
      absent: refusal('OrganizationalUnitNotFoundException'),
    }),
  }),
  execute({ tx }, { OrganizationalUnitId: id }, { unit: { record } }) {
    if (unitsUnder(record, id).length + accountsUnder(record, id).length > 0) {
      throw refusal('OrganizationalUnitNotEmptyException');
    }
    const { [id]: _unit, ...units } = record.units;
    const { [id]: _attached, ...attachments } = record.attachments;
    tx.put(organizationTable, { ...record, units, attachments });
    return {};
  },
});
