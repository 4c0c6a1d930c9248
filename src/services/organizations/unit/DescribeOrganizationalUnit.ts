/**
 * Describes an organizational unit.
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeOrganizationalUnit.html
 */
import { refusal } from '../errors.ts';
import { organizationCheck } from '../organization/organization-check.ts';
import { organizations } from '../organizations.ts';
import { shownUnit } from './unit.ts';

export default organizations.operation('DescribeOrganizationalUnit', {
  readOnly: true,
  checks: async (context, { OrganizationalUnitId }) => ({
    unit: await organizationCheck(context, {
      action: 'DescribeOrganizationalUnit',
      id: OrganizationalUnitId,
      absent: refusal('OrganizationalUnitNotFoundException'),
    }),
  }),
  execute: (_context, { OrganizationalUnitId }, { unit }) => ({
    OrganizationalUnit: shownUnit(unit.record, OrganizationalUnitId),
  }),
});
