/** IAM groups. Membership is kept with the users, since decisions start from them. */
import type { Group } from '../../../shapes/generated/iam.ts';
import { type ReadTransaction, table } from '../../../store/store.ts';
import {
  arnOf,
  type IdentityKind,
  type IdentityRecord,
  identityIndexes,
  identityKey,
} from '../identity/identity.ts';
import { type UserRecord, userTable } from '../user/user.ts';

export type GroupRecord = IdentityRecord;

const groupTable = table<GroupRecord>()({ name: 'iam.groups', key: identityKey, indexes: identityIndexes });

export const groups: IdentityKind<GroupRecord> = {
  noun: 'group',
  title: 'Group',
  idPrefix: 'AGPA',
  table: groupTable,
  mostInlineCharacters: 5120,
  mostAttachedPolicies: 10,
  mostPerAccount: 300,
  conditions: () => ({}),
};

export function shownGroup(group: GroupRecord): Group {
  return {
    Path: group.path,
    GroupName: group.name,
    GroupId: group.id,
    Arn: arnOf(groups, group),
    CreateDate: group.createdAtMs,
  };
}

export const MAX_GROUPS_PER_USER = 10;

export function membersOf(tx: ReadTransaction, group: GroupRecord): Promise<UserRecord[]> {
  return tx.find(userTable, 'group', { prefix: [group.account, group.id] });
}

export async function groupsOf(tx: ReadTransaction, user: UserRecord): Promise<GroupRecord[]> {
  const found = await Promise.all(user.groupIds.map((id) => tx.get(groupTable, [user.account, id])));
  return found.filter((group) => group !== undefined);
}
