/**
 * Lists the users, groups and roles to which a managed policy is attached, or whose boundary it is.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListEntitiesForPolicy.html
 */
import { groups } from '../group/group.ts';
import { iam } from '../iam.ts';
import type { IdentityRecord } from '../identity/identity.ts';
import { pageOf } from '../page.ts';
import { roles, roleTable } from '../role/role.ts';
import { users, userTable } from '../user/user.ts';
import { policyCheck } from './managed-policy.ts';

export default iam.operation('ListEntitiesForPolicy', {
  readOnly: true,
  checks: async (context, { PolicyArn }) => ({
    policy: await policyCheck(context, PolicyArn, 'ListEntitiesForPolicy'),
  }),
  async execute({ tx, account }, input) {
    const { PolicyArn, EntityFilter, PathPrefix = '/', PolicyUsageFilter } = input;
    const range = { prefix: [account, PolicyArn] };
    const attached = PolicyUsageFilter !== 'PermissionsBoundary';
    const bounded = PolicyUsageFilter !== 'PermissionsPolicy';
    const found = {
      Group: attached ? await tx.find(groups.table, 'attachedPolicy', range) : [],
      Role: [
        ...(attached ? await tx.find(roles.table, 'attachedPolicy', range) : []),
        ...(bounded ? await tx.find(roleTable, 'boundary', range) : []),
      ],
      User: [
        ...(attached ? await tx.find(users.table, 'attachedPolicy', range) : []),
        ...(bounded ? await tx.find(userTable, 'boundary', range) : []),
      ],
    };
    const all = Object.entries(found)
      .filter(([kind]) => EntityFilter === undefined || EntityFilter === kind)
      .flatMap(([kind, records]) => [...new Set<IdentityRecord>(records)].map((record) => ({ kind, record })))
      .filter(({ record }) => record.path.startsWith(PathPrefix));
    const { items, ...page } = pageOf(
      all,
      input,
      ({ kind, record }) => `${kind}/${record.name.toLowerCase()}`,
    );
    const named = (kind: string) => items.filter((item) => item.kind === kind).map(({ record }) => record);
    return {
      PolicyGroups: named('Group').map(({ name, id }) => ({ GroupName: name, GroupId: id })),
      PolicyUsers: named('User').map(({ name, id }) => ({ UserName: name, UserId: id })),
      PolicyRoles: named('Role').map(({ name, id }) => ({ RoleName: name, RoleId: id })),
      ...page,
    };
  },
});
