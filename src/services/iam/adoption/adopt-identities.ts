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
import { internPolicy } from '../../../policy/intern.ts';
import { type GroupRecord, groups } from '../group/group.ts';
import { arnOf, type IdentityRecord, newId } from '../identity/identity.ts';
import { instanceProfiles } from '../instance-profile/instance-profile.ts';
import { awsManagedPolicy } from '../managed-policy/aws-managed-policy.ts';
import { managedPolicies } from '../managed-policy/managed-policy.ts';
import type { ManagedPolicyRecord } from '../managed-policy/managed-policy-record.ts';
import { oidcProviders } from '../oidc-provider/oidc-provider.ts';
import { DEFAULT_SESSION_SECONDS, type RoleRecord, roles } from '../role/role.ts';
import { lenientTrustDocument } from '../role/trust-policy.ts';
import type { TagList } from '../tag/tag.ts';
import { type UserRecord, users } from '../user/user.ts';

const DETAILS = 'iam:GetAccountAuthorizationDetails';

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
interface ProfileDetail {
  readonly Arn: string;
  readonly InstanceProfileName: string;
  readonly InstanceProfileId?: string;
  readonly Path?: string;
  readonly CreateDate?: unknown;
  readonly Roles?: readonly { readonly RoleName: string }[];
  readonly Tags?: TagList;
}
interface PolicyDetail {
  readonly Arn: string;
  readonly PolicyId?: string;
  readonly Path?: string;
  readonly Description?: string;
  readonly DefaultVersionId?: string;
  readonly CreateDate?: unknown;
  readonly UpdateDate?: unknown;
  readonly PolicyVersionList?: readonly {
    readonly VersionId: string;
    readonly Document?: string;
    readonly CreateDate?: unknown;
  }[];
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

const pathOf = (arn: string) => arn.slice(arn.indexOf('/'), arn.lastIndexOf('/') + 1);
const nameOf = (arn: string) => arn.slice(arn.lastIndexOf('/') + 1);

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
  const ids = new Map<string, string>();
  for (const entry of answeredEntries<RoleDetail>(adoption, DETAILS, scope, 'RoleDetailList')) {
    const [detail, answer] = entry;
    const [, service] = /^\/aws-service-role\/([^/]+)\//.exec(detail.Path ?? pathOf(detail.Arn)) ?? [];
    const role: RoleRecord = {
      ...common(adoption, scope, entry, [detail.RoleName, detail.RoleId, 'AROA'], detail.RolePolicyList),
      maxSessionDurationSeconds: DEFAULT_SESSION_SECONDS,
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
      tags: profile.Tags ?? [],
    });
  }
  return adopted;
}

function adoptPolicies(adoption: Adoption, { account, region }: Scope): void {
  for (const detail of entriesOf<PolicyDetail>(adoption, DETAILS, { account, region }, 'Policies')) {
    const versions = (detail.PolicyVersionList ?? []).map(({ VersionId, Document = '', CreateDate }) => ({
      versionId: VersionId,
      document: Document,
      createdAtMs: timeOf(CreateDate),
    }));
    const isAws = detail.Arn.startsWith('arn:aws:iam::aws:');
    const defaultVersionId = detail.DefaultVersionId ?? 'v1';
    const document = versions.find(({ versionId }) => versionId === defaultVersionId)?.document ?? '';
    // Of AWS's own, those that are the same here are there already.
    if (isAws && isSame(awsManagedPolicy(detail.Arn), document)) continue;
    const record: ManagedPolicyRecord = {
      account: isAws ? 'aws' : account,
      id: detail.PolicyId ?? newId(adoption.entropy, 'ANPA'),
      name: nameOf(detail.Arn),
      path: detail.Path ?? pathOf(detail.Arn),
      description: detail.Description,
      createdAtMs: timeOf(detail.CreateDate),
      updatedAtMs: timeOf(detail.UpdateDate),
      versions:
        versions.length > 0 ? versions : [{ versionId: defaultVersionId, document: '', createdAtMs: 0 }],
      defaultVersionId,
      nextVersion: Math.max(1, ...versions.map(({ versionId }) => Number(versionId.slice(1)) + 1)),
      tags: [],
    };
    adoption.tx.put(managedPolicies, record);
  }
}

function isSame(known: ManagedPolicyRecord | undefined, document: string): boolean {
  const [version] = known?.versions ?? [];
  if (!version) return false;
  const [one, other] = [internPolicy(version.document, 'identity'), internPolicy(document, 'identity')];
  const form = (parsed: typeof one) =>
    parsed.ok && JSON.stringify(parsed.policy.statements.map(({ line: _line, ...rest }) => rest));
  return one.ok && other.ok && form(one) === form(other);
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
