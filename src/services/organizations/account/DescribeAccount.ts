/**
 * Describes an account of the organization.
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeAccount.html
 */
import { refusal } from '../errors.ts';
import { organizationCheck } from '../organization/organization-check.ts';
import { organizations } from '../organizations.ts';
import { shownAccount } from './account.ts';

export default organizations.operation('DescribeAccount', {
  readOnly: true,
  checks: async (context, { AccountId }) => ({
    account: await organizationCheck(context, {
      action: 'DescribeAccount',
      id: AccountId,
      absent: refusal('AccountNotFoundException'),
    }),
  }),
  execute: (_context, { AccountId }, { account }) => ({ Account: shownAccount(account.record, AccountId) }),
});
