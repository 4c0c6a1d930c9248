/**
 * Takes the calling member account out of its organization.
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_LeaveOrganization.html
 */
import { withoutMember } from '../account/account.ts';
import { requireNoDelegations } from '../delegation/delegated-administrator.ts';
import { refusal } from '../errors.ts';
import { organizations } from '../organizations.ts';
import { organizationTable } from './organization.ts';
import { organizationCheck } from './organization-check.ts';

export default organizations.operation('LeaveOrganization', {
  checks: async (context) => ({
    organization: await organizationCheck(context, { action: 'LeaveOrganization', forMembers: true }),
  }),
  execute({ tx, account }, _input, { organization: { record } }) {
    if (account === record.managementAccount) throw refusal('MasterCannotLeaveOrganizationException');
    requireNoDelegations(record, account);
    tx.put(organizationTable, withoutMember(record, account));
    return {};
  },
});
