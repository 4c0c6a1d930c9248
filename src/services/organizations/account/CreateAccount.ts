/**
 * Asks for a new member account. It comes a while later, with a role that the management account may assume
 * (`OrganizationAccountAccessRole`, unless named otherwise).
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreateAccount.html
 */
import { arnOf, shortId } from '../organization/organization.ts';
import { creationTagCheck, organizationCheck, requestTagKeys } from '../organization/organization-check.ts';
import { organizations } from '../organizations.ts';
import { mergeTags } from '../tag/tag.ts';
import {
  type AccountRequest,
  accountRequests,
  createAccountStep,
  requireCreatable,
  shownRequest,
} from './account-creation.ts';

const CREATION_MS = 5000;
const DEFAULT_ROLE = 'OrganizationAccountAccessRole';

export default organizations.operation('CreateAccount', {
  checks: async (context, { Tags }) => ({
    organization: await organizationCheck(context, {
      action: 'CreateAccount',
      conditions: () => requestTagKeys(Tags),
    }),
    tag: await creationTagCheck(context, Tags, (organization) => arnOf(organization, '*')),
  }),
  async execute({ tx, nowMs, entropy, ports, schedule }, input, { organization: { record } }) {
    await requireCreatable(tx, record.organizationId);
    const request: AccountRequest = {
      organizationId: record.organizationId,
      requestId: `car-${shortId(entropy, 32)}`,
      name: input.AccountName,
      email: input.Email,
      roleName: input.RoleName ?? DEFAULT_ROLE,
      tags: mergeTags([], input.Tags ?? []),
      state: 'IN_PROGRESS',
      requestedAtMs: nowMs,
    };
    tx.put(accountRequests, request);
    const { organizationId, requestId } = request;
    const delayMs = ports.delays.scaled(CREATION_MS);
    schedule(createAccountStep, { organizationId, requestId }, { delayMs });
    return { CreateAccountStatus: shownRequest(request) };
  },
});
