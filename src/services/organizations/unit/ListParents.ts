/**
 * Tells the root or unit right above an account or unit: there is exactly one.
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListParents.html
 */
import { refusal } from '../errors.ts';
import { kindOf, parentOf } from '../organization/organization.ts';
import { organizationCheck } from '../organization/organization-check.ts';
import { organizations } from '../organizations.ts';
import { pageOf } from '../page.ts';

export default organizations.operation('ListParents', {
  readOnly: true,
  checks: async (context, { ChildId }) => ({
    child: await organizationCheck(context, {
      action: 'ListParents',
      id: ChildId,
      absent: refusal('ChildNotFoundException'),
    }),
  }),
  execute(_context, input, { child: { record } }) {
    const parent = parentOf(record, input.ChildId) as string;
    const page = pageOf([{ Id: parent, Type: kindOf(record, parent) }], ({ Id }) => Id, input);
    return { Parents: [...page.items], NextToken: page.NextToken };
  },
});
