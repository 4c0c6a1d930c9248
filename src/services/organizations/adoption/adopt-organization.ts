/** Organizations as ListRoots, ListPolicies and their like tell of them; or as something that holds an account and is not known. */
import {
  type Adoption,
  entriesOf,
  globalScope,
  missingAnswer,
  noteOrigin,
  timeOf,
} from '../../../invoke/imported/described.ts';
import type { Missing } from '../../../policy/policy.ts';
import {
  type MemberRecord,
  type OrganizationRecord,
  organizationTable,
  type PolicyRecord,
  type PolicyType,
  type UnitRecord,
} from '../organization/organization.ts';
import { isManaged } from '../policy/policy.ts';

interface DescribedOrganization {
  readonly Id?: string;
  readonly MasterAccountId?: string;
}
interface DescribedAccount {
  readonly Id: string;
  readonly Name?: string;
  readonly Email?: string;
  readonly Status?: string;
  readonly JoinedMethod?: string;
  readonly JoinedTimestamp?: unknown;
}
interface DescribedPolicy {
  readonly Content?: string;
  readonly PolicySummary?: {
    readonly Id: string;
    readonly Name?: string;
    readonly Description?: string;
    readonly Type?: string;
    readonly Arn?: string;
  };
}

const DESCRIBE = 'organizations:DescribeOrganization';

export async function adoptOrganizations(adoption: Adoption): Promise<void> {
  const { tx, described } = adoption;
  const held = new Set<string>();
  for (const account of described.accounts()) {
    const organization = wholeOrganization(adoption, account) ?? recordedOrganization(adoption, account);
    if (!organization) continue;
    tx.put(organizationTable, organization);
    for (const member of Object.keys(organization.members)) held.add(member);
  }
  for (const account of described.accounts()) {
    if (held.has(account)) continue;
    const unknown = unknownOrganization(adoption, account);
    if (unknown) tx.put(organizationTable, unknown);
  }
}

const described = ({ described }: Adoption, account: string): DescribedOrganization | undefined =>
  described
    .of(DESCRIBE, globalScope(account))
    ?.map(({ output }) => output?.Organization as DescribedOrganization | undefined)
    .find((organization) => organization?.Id);

/** From an account that may see all of it: the management account, or a delegated administrator. */
function wholeOrganization(adoption: Adoption, account: string): OrganizationRecord | undefined {
  const scope = globalScope(account);
  const found = described(adoption, account);
  const [root] = entriesOf<{ Id: string; PolicyTypes?: { Type: PolicyType; Status: string }[] }>(
    adoption,
    'organizations:ListRoots',
    scope,
    'Roots',
  );
  if (!found?.Id || !root) return undefined;
  const { units, members } = tree(adoption, account);
  members[account] ??= member({ Id: account }, root.Id);
  const [answer] = adoption.described.of('organizations:ListRoots', scope) ?? [];
  if (answer) noteOrigin(adoption, found.Id, 'organizations:ListRoots', answer);
  const policies = controlPolicies(adoption, account);
  return {
    organizationId: found.Id,
    managementAccount: found.MasterAccountId ?? account,
    rootId: root.Id,
    rootTags: tagsOf(adoption, account, root.Id),
    enabledPolicyTypes: (root.PolicyTypes ?? [])
      .filter(({ Status }) => Status === 'ENABLED')
      .map(({ Type }) => Type),
    units,
    members,
    policies,
    attachments: attachments(adoption, account),
    trustedServices: {},
  };
}

function tree(adoption: Adoption, account: string) {
  const { described } = adoption;
  const scope = globalScope(account);
  const units: Record<string, UnitRecord> = {};
  const members: Record<string, MemberRecord> = {};
  for (const { input, output } of described.of('organizations:ListOrganizationalUnitsForParent', scope) ??
    []) {
    for (const { Id, Name = Id } of (output?.OrganizationalUnits ?? []) as { Id: string; Name?: string }[])
      units[Id] = { name: Name, parentId: String(input.ParentId), tags: tagsOf(adoption, account, Id) };
  }
  for (const { input, output } of described.of('organizations:ListAccountsForParent', scope) ?? []) {
    for (const each of (output?.Accounts ?? []) as DescribedAccount[]) {
      const tags = tagsOf(adoption, account, each.Id);
      members[each.Id] = { ...member(each, String(input.ParentId)), tags };
    }
  }
  return { units, members };
}

/** From the trail of whoever changed it: what was attached since the records begin, under what nobody knows. */
function recordedOrganization(adoption: Adoption, account: string): OrganizationRecord | undefined {
  const scope = globalScope(account);
  const answers = adoption.described.of('organizations:ListTargetsForPolicy', scope) ?? [];
  const [rebuilt] = answers.flatMap((answer) => answer.rebuilt ?? []);
  if (!rebuilt?.missing) return undefined;
  const policies = controlPolicies(adoption, account);
  const { units, members } = tree(adoption, account);
  const attached = attachments(adoption, account);
  const rootId = [...Object.keys(attached), ...Object.values(members).map(({ parentId }) => parentId)].find(
    (id) => id.startsWith('r-'),
  );
  for (const id of Object.keys(attached)) {
    if (/^\d{12}$/.test(id)) members[id] ??= member({ Id: id }, rootId ?? UNKNOWN_ROOT);
  }
  const { managementAccount = '', organizationId = `unknown-${account}` } = ownerOfPolicies(
    adoption,
    account,
  );
  if (managementAccount)
    members[managementAccount] ??= member({ Id: managementAccount }, rootId ?? UNKNOWN_ROOT);
  return {
    ...unknownTree(rootId),
    organizationId,
    managementAccount,
    units,
    members,
    policies,
    attachments: attached,
    missing: {
      kind: 'policy',
      name: `other policies of organization ${organizationId}`,
      why: rebuilt.missing,
    },
  };
}

/** `arn:aws:organizations::111122223333:policy/o-…/service_control_policy/p-…` */
function ownerOfPolicies(adoption: Adoption, account: string) {
  const summaries = entriesOf<NonNullable<DescribedPolicy['PolicySummary']>>(
    adoption,
    'organizations:ListPolicies',
    globalScope(account),
    'Policies',
  );
  for (const { Arn = '' } of summaries) {
    const [, managementAccount, organizationId] =
      /^arn:[^:]*:organizations::(\d{12}):policy\/(o-[a-z0-9]+)\//.exec(Arn) ?? [];
    if (managementAccount && organizationId) return { managementAccount, organizationId };
  }
  return {};
}

const UNKNOWN_ROOT = 'r-unknown';

const unknownTree = (rootId = UNKNOWN_ROOT) => ({
  rootId,
  rootTags: [],
  enabledPolicyTypes: [],
  trustedServices: {},
});

const tagsOf = ({ described }: Adoption, account: string, ResourceId: string): MemberRecord['tags'] =>
  (described.get('organizations:ListTagsForResource', globalScope(account), { ResourceId })?.output?.Tags ??
    []) as MemberRecord['tags'];

const member = (account: DescribedAccount, parentId: string): MemberRecord => ({
  name: account.Name ?? account.Id,
  email: account.Email ?? '',
  parentId,
  status: account.Status === 'SUSPENDED' ? 'SUSPENDED' : 'ACTIVE',
  joinedMethod: account.JoinedMethod === 'INVITED' ? 'INVITED' : 'CREATED',
  joinedAtMs: timeOf(account.JoinedTimestamp),
  tags: [],
});

/** A policy that is attached somewhere and whose document was refused has an empty one: it is unknown. */
function controlPolicies(adoption: Adoption, account: string): Record<string, PolicyRecord> {
  const scope = globalScope(account);
  const policies: Record<string, PolicyRecord> = {};
  const summaries = entriesOf<NonNullable<DescribedPolicy['PolicySummary']>>(
    adoption,
    'organizations:ListPolicies',
    scope,
    'Policies',
  );
  for (const { Id, Name = Id, Description = '', Type } of summaries) {
    if (isManaged(Id) || (Type !== 'SERVICE_CONTROL_POLICY' && Type !== 'RESOURCE_CONTROL_POLICY')) continue;
    const answer = adoption.described.get('organizations:DescribePolicy', scope, { PolicyId: Id });
    const content = (answer?.output?.Policy as DescribedPolicy | undefined)?.Content ?? '';
    const tags = tagsOf(adoption, account, Id);
    policies[Id] = { type: Type, name: Name, description: Description, content, tags };
  }
  return policies;
}

function attachments(adoption: Adoption, account: string): Record<string, string[]> {
  const attached: Record<string, string[]> = {};
  for (const { input, output } of adoption.described.of(
    'organizations:ListTargetsForPolicy',
    globalScope(account),
  ) ?? []) {
    for (const { TargetId } of (output?.Targets ?? []) as { TargetId: string }[]) {
      const policies = attached[TargetId] ?? [];
      attached[TargetId] = [...policies, String(input.PolicyId)];
    }
  }
  return attached;
}

/** Undefined where AWS says that the account is in none. */
function unknownOrganization(adoption: Adoption, account: string): OrganizationRecord | undefined {
  const scope = globalScope(account);
  const what = {
    kind: 'policy',
    name: `service and resource control policies over account ${account}`,
  } as const;
  const found = described(adoption, account);
  const missing: Missing | undefined = found
    ? (missingAnswer(adoption, 'organizations:ListRoots', scope, what) ?? {
        ...what,
        why: 'the organization was not read whole',
      })
    : missingAnswer(adoption, DESCRIBE, scope, what);
  if (!missing) return undefined;
  return {
    ...unknownTree(),
    organizationId: found?.Id ?? `unknown-${account}`,
    managementAccount: found?.MasterAccountId ?? '',
    units: {},
    members: { [account]: member({ Id: account }, UNKNOWN_ROOT) },
    policies: {},
    attachments: {},
    missing,
  };
}
