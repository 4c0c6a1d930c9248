/**
 * Lists the groups that a user is in.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListGroupsForUser.html
 */
import { iam } from '../iam.ts';
import { identityCheck } from '../identity/identity.ts';
import { pageOf } from '../page.ts';
import { users } from '../user/user.ts';
import { groupsOf, shownGroup } from './group.ts';

export default iam.operation('ListGroupsForUser', {
  readOnly: true,
  checks: async (context, { UserName }) => ({
    user: await identityCheck(context, users, UserName, 'ListGroupsForUser'),
  }),
  async execute({ tx }, input, { user: { record } }) {
    const { items, ...page } = pageOf(await groupsOf(tx, record), input, ({ name }) => name.toLowerCase());
    return { Groups: items.map(shownGroup), ...page };
  },
});
