/** What GetAccountAuthorizationDetails and its like tell of an account, as IAM's own records. */
import type { Scope } from '../../../aws/scope.ts';
import { ensureAccount } from '../../../invoke/identity/account.ts';
import {
  type Adoption,
  type Answer,
  answeredEntries,
  entriesOf,
  globalScope,
  isListed,
  noteOrigin,
  timeOf,
} from '../../../invoke/imported/described.ts';
import { putImportedAccount } from '../../../invoke/imported/imported-world.ts';
import type { PasswordPolicy } from '../../../shapes/generated/iam.ts';
import { type AccountSettings, accountSettings } from '../account/account.ts';
import { passwordPolicyOf } from '../account/password-policy.ts';
import { type GroupRecord, groups } from '../group/group.ts';
import { arnOf, type IdentityRecord, newId } from '../identity/identity.ts';
import { instanceProfiles } from '../instance-profile/instance-profile.ts';
import { pathOf } from '../managed-policy/managed-policy.ts';
import { oidcProviders } from '../oidc-provider/oidc-provider.ts';
import { DEFAULT_SESSION_SECONDS, type RoleRecord, roles } from '../role/role.ts';
import { lenientTrustDocument } from '../role/trust-policy.ts';
import { prescribedFor } from '../service-linked-role/service-linked-role.ts';
import type { TagList } from '../tag/tag.ts';
import { type UserRecord, users } from '../user/user.ts';
import { adoptPolicies, DETAILS } from './adopt-policies.ts';

interface NamedDocument {
  readonly PolicyName: string;
  readonly PolicyDocument?: string;
}
interface AttachedDetail {
  readonly PolicyArn: string;
}
interface IdentityDetail {
  readonly Arn: string;
  readonly Path?: string;
  readonly CreateDate?: unknown;
  readonly AttachedManagedPolicies?: readonly AttachedDetail[];
  readonly PermissionsBoundary?: { readonly PermissionsBoundaryArn?: string };
  readonly Tags?: TagList;
}
type UserDetail = IdentityDetail & {
  readonly UserName: string;
  readonly UserId?: string;
  readonly UserPolicyList?: readonly NamedDocument[];
  readonly GroupList?: readonly string[];
};
type GroupDetail = IdentityDetail & {
  readonly GroupName: string;
  readonly GroupId?: string;
  readonly GroupPolicyList?: readonly NamedDocument[];
};
type RoleDetail = IdentityDetail & {
  readonly RoleName: string;
  readonly RoleId?: string;
  readonly RolePolicyList?: readonly NamedDocument[];
  readonly AssumeRolePolicyDocument?: string;
  readonly InstanceProfileList?: readonly ProfileDetail[];
};
/** GetAccountAuthorizationDetails leaves these out. */
interface ListedRole {
  readonly Arn: string;
  readonly Description?: string;
  readonly MaxSessionDuration?: number;
}
interface ProfileDetail {
  readonly Arn: string;
  readonly InstanceProfileName: string;
  readonly InstanceProfileId?: string;
  readonly Path?: string;
  readonly CreateDate?: unknown;
  readonly Roles?: readonly { readonly RoleName: string }[];
  readonly Tags?: TagList;
}
/** All accounts first, as trust policies name users and roles of others. */
export async function adoptIdentities(adoption: Adoption): Promise<void> {
  const { described, tx, ports, entropy, nowMs } = adoption;
  const trusts: [RoleRecord, string][] = [];
  for (const account of described.accounts()) {
    await ensureAccount(tx, { entropy, sealer: ports.sealer, nowMs }, account);
    const scope = globalScope(account);
    putImportedAccount(tx, { account, hasIdentities: isListed(adoption, DETAILS, scope) });
    const groupIds = adoptGroups(adoption, scope);
    adoptUsers(adoption, scope, groupIds);
    trusts.push(...adoptRoles(adoption, scope));
    adoptPolicies(adoption, scope);
    adoptProviders(adoption, scope);
    adoptSettings(adoption, scope);
  }
  for (const [role, document] of trusts) {
    tx.put(roles.table, { ...role, trustDocument: await lenientTrustDocument(tx, document) });
  }
}

function common(
  { entropy }: Adoption,
  { account }: Scope,
  [detail, { rebuilt }]: readonly [IdentityDetail, Answer],
  [name, id, prefix]: readonly [name: string, id: string | undefined, prefix: string],
  inline: readonly NamedDocument[] = [],
): IdentityRecord {
  const boundaryArn = detail.PermissionsBoundary?.PermissionsBoundaryArn;
  const missing = rebuilt?.missing;
  return {
    account,
    id: id ?? newId(entropy, prefix),
    name,
    path: detail.Path ?? pathOf(detail.Arn),
    createdAtMs: timeOf(detail.CreateDate),
    inlinePolicies: inline.map(({ PolicyName, PolicyDocument }) => ({
      name: PolicyName,
      document: PolicyDocument ?? '',
    })),
    attachedPolicyArns: (detail.AttachedManagedPolicies ?? []).map(({ PolicyArn }) => PolicyArn),
    ...(boundaryArn && { boundaryArn }),
    ...(missing && { missing: { kind: 'policy', name: `other policies of ${detail.Arn}`, why: missing } }),
  };
}

function adoptGroups(adoption: Adoption, scope: Scope): Map<string, string> {
  const ids = new Map<string, string>();
  for (const entry of answeredEntries<GroupDetail>(adoption, DETAILS, scope, 'GroupDetailList')) {
    const [detail] = entry;
    const group: GroupRecord = common(
      adoption,
      scope,
      entry,
      [detail.GroupName, detail.GroupId, 'AGPA'],
      detail.GroupPolicyList,
    );
    adoption.tx.put(groups.table, group);
    ids.set(detail.GroupName, group.id);
  }
  return ids;
}

function adoptUsers(adoption: Adoption, scope: Scope, groupIds: ReadonlyMap<string, string>): void {
  for (const entry of answeredEntries<UserDetail>(adoption, DETAILS, scope, 'UserDetailList')) {
    const [detail, answer] = entry;
    const user: UserRecord = {
      ...common(adoption, scope, entry, [detail.UserName, detail.UserId, 'AIDA'], detail.UserPolicyList),
      tags: detail.Tags ?? [],
      groupIds: (detail.GroupList ?? []).flatMap((name) => groupIds.get(name) ?? []),
    };
    adoption.tx.put(users.table, user);
    noteOrigin(adoption, arnOf(users, user), DETAILS, answer);
  }
}

/** Of a service-linked role nothing need have been read: it is as its service prescribes, and nobody can change it. */
function asPrescribed(entry: readonly [RoleDetail, Answer]): readonly [RoleDetail, Answer] {
  const [detail, { rebuilt, ...answer }] = entry;
  const prescribed = rebuilt?.missing ? prescribedFor(detail.Arn) : undefined;
  if (!prescribed) return entry;
  const { policyArn: PolicyArn, trust: AssumeRolePolicyDocument } = prescribed;
  return [
    { ...detail, AttachedManagedPolicies: [{ PolicyArn }], AssumeRolePolicyDocument },
    { ...answer, rebuilt: {} },
  ];
}

function adoptRoles(adoption: Adoption, scope: Scope): [RoleRecord, string][] {
  const adopted: [RoleRecord, string][] = [];
  const profiles = new Map<string, ProfileDetail & { roleName?: string }>();
  for (const profile of entriesOf<ProfileDetail>(
    adoption,
    'iam:ListInstanceProfiles',
    scope,
    'InstanceProfiles',
  ))
    profiles.set(profile.Arn, { ...profile, roleName: profile.Roles?.[0]?.RoleName });
  const listed = new Map(
    entriesOf<ListedRole>(adoption, 'iam:ListRoles', scope, 'Roles').map((role) => [role.Arn, role]),
  );
  const ids = new Map<string, string>();
  for (const answered of answeredEntries<RoleDetail>(adoption, DETAILS, scope, 'RoleDetailList')) {
    const entry = asPrescribed(answered);
    const [detail, answer] = entry;
    const [, service] = /^\/aws-service-role\/([^/]+)\//.exec(detail.Path ?? pathOf(detail.Arn)) ?? [];
    const role: RoleRecord = {
      ...common(adoption, scope, entry, [detail.RoleName, detail.RoleId, 'AROA'], detail.RolePolicyList),
      description: listed.get(detail.Arn)?.Description,
      maxSessionDurationSeconds: listed.get(detail.Arn)?.MaxSessionDuration ?? DEFAULT_SESSION_SECONDS,
      trustDocument: '',
      tags: detail.Tags ?? [],
      ...(service && { serviceLinkedTo: service }),
    };
    adoption.tx.put(roles.table, role);
    noteOrigin(adoption, arnOf(roles, role), DETAILS, answer);
    ids.set(role.name, role.id);
    adopted.push([role, detail.AssumeRolePolicyDocument ?? '']);
    for (const profile of detail.InstanceProfileList ?? [])
      profiles.set(profile.Arn, { ...profiles.get(profile.Arn), ...profile, roleName: role.name });
  }
  for (const profile of profiles.values()) {
    adoption.tx.put(instanceProfiles, {
      account: scope.account,
      id: profile.InstanceProfileId ?? newId(adoption.entropy, 'AIPA'),
      name: profile.InstanceProfileName,
      path: profile.Path ?? pathOf(profile.Arn),
      createdAtMs: timeOf(profile.CreateDate),
      roleId: ids.get(profile.roleName ?? ''),
      tags: profileTags(adoption, scope, profile),
    });
  }
  return adopted;
}

/** Listings leave them out. */
function profileTags({ described }: Adoption, scope: Scope, profile: ProfileDetail): TagList {
  const { InstanceProfileName } = profile;
  const answer = described.get('iam:GetInstanceProfile', scope, { InstanceProfileName });
  const whole = answer?.output?.InstanceProfile as ProfileDetail | undefined;
  return whole?.Tags ?? profile.Tags ?? [];
}

function adoptSettings(adoption: Adoption, scope: Scope): void {
  const { account } = scope;
  const policy = adoption.described.get('iam:GetAccountPasswordPolicy', scope, {})?.output?.PasswordPolicy as
    | PasswordPolicy
    | undefined;
  const [alias] = entriesOf<string & object>(adoption, 'iam:ListAccountAliases', scope, 'AccountAliases');
  const settings: AccountSettings = {
    account,
    ...(alias !== undefined && { alias }),
    ...(policy && { passwordPolicy: passwordPolicyOf(policy) }),
  };
  adoption.tx.put(accountSettings, settings);
}

function adoptProviders(adoption: Adoption, scope: Scope): void {
  for (const { input, output } of adoption.described.of('iam:GetOpenIDConnectProvider', scope) ?? []) {
    const arn = String(input.OpenIDConnectProviderArn);
    const url = arn.slice(arn.indexOf('oidc-provider/') + 'oidc-provider/'.length);
    adoption.tx.put(oidcProviders, {
      account: scope.account,
      url,
      clientIds: (output?.ClientIDList as string[] | undefined) ?? [],
      thumbprints: (output?.ThumbprintList as string[] | undefined) ?? [],
      tags: (output?.Tags as TagList | undefined) ?? [],
      createdAtMs: timeOf(output?.CreateDate),
    });
  }
}
