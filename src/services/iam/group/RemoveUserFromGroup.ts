/**
 * Removes a user from a group.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_RemoveUserFromGroup.html
 */
import { iam } from '../iam.ts';
import { findByName, identityCheck, notFound } from '../identity/identity.ts';
import { users } from '../user/user.ts';
import { groups } from './group.ts';

export default iam.operation('RemoveUserFromGroup', {
  checks: async (context, { GroupName }) => ({
    group: await identityCheck(context, groups, GroupName, 'RemoveUserFromGroup'),
  }),
  async execute({ tx, account }, { UserName }, { group: { record } }) {
    const user = await findByName(tx, users, account, UserName);
    if (!user?.groupIds.includes(record.id)) throw notFound(users, UserName);
    tx.put(users.table, { ...user, groupIds: user.groupIds.filter((id) => id !== record.id) });
    return {};
  },
});
