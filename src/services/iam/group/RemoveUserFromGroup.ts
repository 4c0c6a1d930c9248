/**
 * Removes a user from a group.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_RemoveUserFromGroup.html
 */
import { missingFor } from '../../../invoke/verdict.ts';
import { iam } from '../iam.ts';
import { findByName, identityCheck, notFound } from '../identity/identity.ts';
import { users } from '../user/user.ts';
import { groups } from './group.ts';

export default iam.operation('RemoveUserFromGroup', {
  async checks(context, { GroupName, UserName }) {
    const group = await identityCheck(context, groups, GroupName, 'RemoveUserFromGroup');
    const user = await findByName(context.tx, users, context.account, UserName);
    return { group: missingFor(group, user ? undefined : notFound(users, UserName)) };
  },
  async execute({ tx, account }, { UserName }, { group: { record } }) {
    const user = await findByName(tx, users, account, UserName);
    if (!user?.groupIds.includes(record.id)) throw notFound(users, UserName);
    tx.put(users.table, { ...user, groupIds: user.groupIds.filter((id) => id !== record.id) });
    return {};
  },
});
