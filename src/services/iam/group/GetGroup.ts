/**
 * Describes a group with its users, a page of them at a time.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetGroup.html
 */
import { iam } from '../iam.ts';
import { identityCheck } from '../identity/identity.ts';
import { pageOf } from '../page.ts';
import { shownUser } from '../user/user.ts';
import { groups, membersOf, shownGroup } from './group.ts';

export default iam.operation('GetGroup', {
  readOnly: true,
  checks: async (context, { GroupName }) => ({
    group: await identityCheck(context, groups, GroupName, 'GetGroup'),
  }),
  async execute({ tx }, input, { group: { record } }) {
    const { items, ...page } = pageOf(await membersOf(tx, record), input, ({ name }) => name.toLowerCase());
    return { Group: shownGroup(record), Users: items.map(shownUser), ...page };
  },
});
