/**
 * Lists the organization's root, with the policy types that are enabled in it.
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListRoots.html
 */
import { organizations } from '../organizations.ts';
import { pageOf } from '../page.ts';
import { organizationCheck } from './organization-check.ts';
import { shownRoot } from './shown-organization.ts';

export default organizations.operation('ListRoots', {
  readOnly: true,
  checks: async (context) => ({ organization: await organizationCheck(context, { action: 'ListRoots' }) }),
  execute(_context, input, { organization }) {
    const { items, NextToken } = pageOf([shownRoot(organization.record)], ({ Id = '' }) => Id, input);
    return { Roots: [...items], NextToken };
  },
});
