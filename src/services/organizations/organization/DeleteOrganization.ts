/**
 * Ends an organization in which only the management account is left.
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_DeleteOrganization.html
 */
import { refusal } from '../errors.ts';
import { organizations } from '../organizations.ts';
import { organizationTable } from './organization.ts';
import { organizationCheck } from './organization-check.ts';

export default organizations.operation('DeleteOrganization', {
  checks: async (context) => ({
    organization: await organizationCheck(context, { action: 'DeleteOrganization' }),
  }),
  execute({ tx }, _input, { organization: { record } }) {
    if (Object.keys(record.members).length > 1) throw refusal('OrganizationNotEmptyException');
    tx.delete(organizationTable, [record.organizationId]);
    return {};
  },
});
