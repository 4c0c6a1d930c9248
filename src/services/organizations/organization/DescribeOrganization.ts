/**
 * Describes the organization that the calling account is in. Members may ask, too.
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeOrganization.html
 */
import { organizations } from '../organizations.ts';
import { organizationCheck } from './organization-check.ts';
import { shownOrganization } from './shown-organization.ts';

export default organizations.operation('DescribeOrganization', {
  readOnly: true,
  checks: async (context) => ({
    organization: await organizationCheck(context, { action: 'DescribeOrganization', forMembers: true }),
  }),
  execute: (_context, _input, { organization }) => ({ Organization: shownOrganization(organization.record) }),
});
