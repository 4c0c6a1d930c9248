/**
 * Tells how the creation of an account goes.
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeCreateAccountStatus.html
 */
import { refusal } from '../errors.ts';
import { organizationCheck } from '../organization/organization-check.ts';
import { organizations } from '../organizations.ts';
import { accountRequests, shownRequest } from './account-creation.ts';

export default organizations.operation('DescribeCreateAccountStatus', {
  readOnly: true,
  checks: async (context) => ({
    organization: await organizationCheck(context, { action: 'DescribeCreateAccountStatus' }),
  }),
  async execute({ tx }, { CreateAccountRequestId }, { organization: { record } }) {
    const request = await tx.get(accountRequests, [record.organizationId, CreateAccountRequestId]);
    if (!request) throw refusal('CreateAccountStatusNotFoundException');
    return { CreateAccountStatus: shownRequest(request) };
  },
});
