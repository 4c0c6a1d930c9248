/**
 * Adds a user to a group; doing it twice changes nothing. The group is what is authorized.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddUserToGroup.html
 */
import { exceedsQuota } from '../errors.ts';
import { iam } from '../iam.ts';
import { findByName, identityCheck, notFound } from '../identity/identity.ts';
import { users } from '../user/user.ts';
import { groups, MAX_GROUPS_PER_USER } from './group.ts';

export default iam.operation('AddUserToGroup', {
  checks: async (context, { GroupName }) => ({
    group: await identityCheck(context, groups, GroupName, 'AddUserToGroup'),
  }),
  async execute({ tx, account }, { UserName }, { group: { record } }) {
    const user = await findByName(tx, users, account, UserName);
    if (!user) throw notFound(users, UserName);
    if (user.groupIds.includes(record.id)) return {};
    if (user.groupIds.length >= MAX_GROUPS_PER_USER) throw exceedsQuota('GroupsPerUser', MAX_GROUPS_PER_USER);
    tx.put(users.table, { ...user, groupIds: [...user.groupIds, record.id] });
    return {};
  },
});
