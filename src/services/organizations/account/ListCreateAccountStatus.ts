/**
 * Lists the account creations that were asked for, all or those in some states.
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListCreateAccountStatus.html
 */
import { organizationCheck } from '../organization/organization-check.ts';
import { organizations } from '../organizations.ts';
import { pageOf } from '../page.ts';
import { accountRequests, shownRequest } from './account-creation.ts';

export default organizations.operation('ListCreateAccountStatus', {
  readOnly: true,
  checks: async (context) => ({
    organization: await organizationCheck(context, { action: 'ListCreateAccountStatus' }),
  }),
  async execute({ tx }, input, { organization: { record } }) {
    const all = await tx.list(accountRequests, { prefix: [record.organizationId] });
    const { items, NextToken } = pageOf(
      all.filter(({ state }) => !input.States?.length || input.States.includes(state)),
      ({ requestId }) => requestId,
      input,
    );
    return { CreateAccountStatuses: items.map(shownRequest), NextToken };
  },
});
