/**
 * Lists the invitations to the organization.
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListHandshakesForOrganization.html
 */
import { organizationCheck } from '../organization/organization-check.ts';
import { organizations } from '../organizations.ts';
import { handshakePage, visibleHandshakes } from './handshake.ts';

export default organizations.operation('ListHandshakesForOrganization', {
  readOnly: true,
  checks: async (context) => ({
    organization: await organizationCheck(context, { action: 'ListHandshakesForOrganization' }),
  }),
  async execute({ tx, nowMs }, input, { organization: { record } }) {
    const all = await visibleHandshakes(tx, 'organization', record.organizationId, nowMs);
    return handshakePage(tx, all, input, nowMs);
  },
});
