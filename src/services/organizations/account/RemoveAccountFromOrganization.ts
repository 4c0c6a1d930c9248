/**
 * Takes a member account out of the organization. It lives on by itself.
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_RemoveAccountFromOrganization.html
 */
import { requireNoDelegations } from '../delegation/delegated-administrator.ts';
import { refusal } from '../errors.ts';
import { organizationTable } from '../organization/organization.ts';
import { organizationCheck } from '../organization/organization-check.ts';
import { organizations } from '../organizations.ts';
import { withoutMember } from './account.ts';

export default organizations.operation('RemoveAccountFromOrganization', {
  checks: async (context, { AccountId }) => ({
    account: await organizationCheck(context, {
      action: 'RemoveAccountFromOrganization',
      id: AccountId,
      absent: refusal('AccountNotFoundException'),
    }),
  }),
  execute({ tx }, { AccountId }, { account: { record } }) {
    if (AccountId === record.managementAccount) throw refusal('MasterCannotLeaveOrganizationException');
    requireNoDelegations(record, AccountId);
    tx.put(organizationTable, withoutMember(record, AccountId));
    return {};
  },
});
