/** The entries of GetAccountAuthorizationDetails, in the order in which its pages go through them. */
import type {
  AttachedPolicy,
  GetAccountAuthorizationDetailsResponse,
  PolicyDetail,
} from '../../../shapes/generated/iam.ts';
import type { ReadTransaction } from '../../../store/store.ts';
import { attachedPolicy } from '../attachment/attachment.ts';
import { attachedBoundary } from '../boundary/attached-boundary.ts';
import { encodeDocument } from '../document.ts';
import { groups, groupsOf, shownGroup } from '../group/group.ts';
import { type IdentityRecord, listAll, usedPolicyArns } from '../identity/identity.ts';
import { listedInstanceProfile, profilesOf } from '../instance-profile/instance-profile.ts';
import {
  findPolicy,
  managedPolicies,
  newestFirst,
  policyArn,
  shownPolicy,
  shownVersionDetail,
} from '../managed-policy/managed-policy.ts';
import type { ManagedPolicyRecord } from '../managed-policy/managed-policy-record.ts';
import { roleLastUsed } from '../role/last-use.ts';
import { namedRole, type RoleRecord, roles } from '../role/role.ts';
import { shownTrustDocument } from '../role/trust-policy.ts';
import { shownUser, type UserRecord, users } from '../user/user.ts';

export type EntryKind = 'User' | 'Role' | 'Group' | 'LocalManagedPolicy' | 'AWSManagedPolicy';

type Details = Required<Omit<GetAccountAuthorizationDetailsResponse, 'IsTruncated' | 'Marker'>>;

interface Entry {
  /** Orders the entries: kind first, then name. */
  readonly key: string;
  addTo(details: Details): Promise<void>;
}

const entry = (rank: number, name: string, addTo: Entry['addTo']): Entry => ({
  key: `${rank}/${name.toLowerCase()}`,
  addTo,
});

export async function authorizationEntries(
  tx: ReadTransaction,
  account: string,
  kinds: readonly EntryKind[],
): Promise<Entry[]> {
  const [allUsers, allRoles, allGroups] = [
    await listAll(tx, users, account),
    await listAll(tx, roles, account),
    await listAll(tx, groups, account),
  ];
  const policy = (each: ManagedPolicyRecord) =>
    entry(4, policyArn(each), async ({ Policies }) => {
      Policies.push({
        ...(await shownPolicy(tx, account, each)),
        PolicyVersionList: newestFirst(each.versions).map((version) => shownVersionDetail(each, version)),
      });
    });
  const sources: Readonly<Record<EntryKind, () => Promise<Entry[]>>> = {
    User: async () =>
      allUsers.map((user) =>
        entry(
          1,
          user.name,
          async ({ UserDetailList }) => void UserDetailList.push(await userDetail(tx, user)),
        ),
      ),
    Role: async () =>
      allRoles.map((role) =>
        entry(
          2,
          role.name,
          async ({ RoleDetailList }) => void RoleDetailList.push(await roleDetail(tx, role)),
        ),
      ),
    Group: async () =>
      allGroups.map((group) =>
        entry(3, group.name, async ({ GroupDetailList }) => {
          GroupDetailList.push({
            ...shownGroup(group),
            GroupPolicyList: inlinePolicies(group),
            AttachedManagedPolicies: attachedPolicies(group),
          });
        }),
      ),
    LocalManagedPolicy: async () => (await tx.list(managedPolicies, { prefix: [account] })).map(policy),
    // Only those that are in use here: the catalogue is not the account's.
    AWSManagedPolicy: async () => {
      const used = [...allUsers, ...allRoles, ...allGroups].flatMap(usedPolicyArns);
      const found: Entry[] = [];
      for (const arn of new Set(used)) {
        const record = await findPolicy(tx, arn);
        if (record?.account === 'aws') found.push(policy(record));
      }
      return found;
    },
  };
  const entries: Entry[] = [];
  for (const kind of kinds) entries.push(...(await sources[kind]()));
  return entries;
}

const inlinePolicies = ({ inlinePolicies: policies }: IdentityRecord): PolicyDetail[] =>
  policies.map(({ name, document }) => ({ PolicyName: name, PolicyDocument: encodeDocument(document) }));

const attachedPolicies = ({ attachedPolicyArns }: IdentityRecord): AttachedPolicy[] =>
  attachedPolicyArns.map(attachedPolicy);

async function userDetail(tx: ReadTransaction, user: UserRecord) {
  return {
    ...shownUser(user),
    // Alone among the lists, this one is left out where it is empty.
    ...(user.inlinePolicies.length > 0 && { UserPolicyList: inlinePolicies(user) }),
    GroupList: (await groupsOf(tx, user)).map(({ name }) => name),
    AttachedManagedPolicies: attachedPolicies(user),
    ...attachedBoundary(user.boundaryArn),
    Tags: [...user.tags],
  };
}

async function roleDetail(tx: ReadTransaction, role: RoleRecord) {
  const profiles = await profilesOf(tx, role);
  return {
    ...namedRole(role, await shownTrustDocument(tx, role.trustDocument)),
    InstanceProfileList: await Promise.all(profiles.map((profile) => listedInstanceProfile(tx, profile))),
    RolePolicyList: inlinePolicies(role),
    AttachedManagedPolicies: attachedPolicies(role),
    ...attachedBoundary(role.boundaryArn),
    Tags: [...role.tags],
    RoleLastUsed: await roleLastUsed(tx, role),
  };
}
