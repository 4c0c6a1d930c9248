/**
 * An organization as a whole: a tree of a root, organizational units and accounts, with policies attached to each.
 * It is one record: what holds an account depends on the whole path above it, and is kept beside the record for as
 * long as nothing of it changes.
 */
import { base32 } from '../../../platform/identifiers.ts';
import type { Entropy } from '../../../platform/ports.ts';
import type { Missing } from '../../../policy/policy.ts';
import { type ReadTransaction, table } from '../../../store/store.ts';

/** The policy types that decide who may do what; Organizations has others, which this server does not. */
export type PolicyType = 'SERVICE_CONTROL_POLICY' | 'RESOURCE_CONTROL_POLICY';

export type TagList = readonly { readonly Key: string; readonly Value: string }[];

export interface UnitRecord {
  readonly name: string;
  readonly parentId: string;
  readonly tags: TagList;
}

export interface MemberRecord {
  readonly name: string;
  readonly email: string;
  readonly parentId: string;
  readonly status: 'ACTIVE' | 'SUSPENDED';
  readonly joinedMethod: 'CREATED' | 'INVITED';
  readonly joinedAtMs: number;
  readonly tags: TagList;
}

export interface PolicyRecord {
  readonly type: PolicyType;
  readonly name: string;
  readonly description: string;
  readonly content: string;
  readonly tags: TagList;
}

export interface ResourcePolicyRecord {
  /** `rp-…` */
  readonly id: string;
  readonly content: string;
  readonly tags: TagList;
}

export interface OrganizationRecord {
  /** `o-…` */
  readonly organizationId: string;
  readonly managementAccount: string;
  /** `r-…` */
  readonly rootId: string;
  readonly rootTags: TagList;
  readonly enabledPolicyTypes: readonly PolicyType[];
  /** By `ou-…` id. */
  readonly units: Readonly<Record<string, UnitRecord>>;
  /** By account id, the management account among them. */
  readonly members: Readonly<Record<string, MemberRecord>>;
  /** The organization's own policies, by `p-…` id. */
  readonly policies: Readonly<Record<string, PolicyRecord>>;
  /** Ids of the policies attached to a root, unit or account. */
  readonly attachments: Readonly<Record<string, readonly string[]>>;
  /** Services that may work throughout the organization, and since when. */
  readonly trustedServices: Readonly<Record<string, number>>;
  /** By member account: the services that it administers for the organization, and since when. */
  readonly delegations?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** The one by which the management account lets others manage policies (delegation-policy.ts). */
  readonly resourcePolicy?: ResourcePolicyRecord;
  /** Of an imported account: its place in the organization, and what holds it, could not be read. */
  readonly missing?: Missing;
}

export const organizationTable = table<OrganizationRecord>()({
  name: 'organizations.organizations',
  key: ({ organizationId }) => [organizationId],
  indexes: { member: ({ members }) => Object.keys(members).map((account) => [account]) },
});

export async function organizationOf(
  tx: ReadTransaction,
  account: string,
): Promise<OrganizationRecord | undefined> {
  const [organization] = await tx.find(organizationTable, 'member', { prefix: [account], limit: 1 });
  return organization;
}

/** Lower-case letters and digits, as in `o-…`, `r-…`, `ou-…` and `p-…`. */
export const shortId = (entropy: Entropy, length: number) => base32(entropy, length).toLowerCase();

export const MANAGED_POLICY_IDS: Readonly<Record<PolicyType, string>> = {
  SERVICE_CONTROL_POLICY: 'p-FullAWSAccess',
  RESOURCE_CONTROL_POLICY: 'p-RCPFullAWSAccess',
};

/** What AWS attaches everywhere when a policy type is enabled, and to all that is created after. */
export const defaultAttachments = (organization: Pick<OrganizationRecord, 'enabledPolicyTypes'>) =>
  organization.enabledPolicyTypes.map((type) => MANAGED_POLICY_IDS[type]);

type TargetKind = 'ROOT' | 'ORGANIZATIONAL_UNIT' | 'ACCOUNT';

export const delegationsOf = ({ delegations }: OrganizationRecord, account: string) =>
  delegations?.[account] ?? {};

/** What an id stands for in the organization; undefined where there is nothing of that id. */
export function kindOf(organization: OrganizationRecord, id: string): TargetKind | undefined {
  if (id === organization.rootId) return 'ROOT';
  if (Object.hasOwn(organization.units, id)) return 'ORGANIZATIONAL_UNIT';
  return Object.hasOwn(organization.members, id) ? 'ACCOUNT' : undefined;
}

export function parentOf({ units, members }: OrganizationRecord, id: string): string | undefined {
  return units[id]?.parentId ?? members[id]?.parentId;
}

/** From the root down to `id`, which is the last. */
export function pathTo(organization: OrganizationRecord, id: string): string[] {
  const parent = parentOf(organization, id);
  return [...(parent === undefined ? [] : pathTo(organization, parent)), id];
}

/** `o-…/r-…/ou-…/`, as `aws:PrincipalOrgPaths` and the `Path` members have it. */
export const pathText = (organization: OrganizationRecord, id: string) =>
  `${[organization.organizationId, ...pathTo(organization, id)].join('/')}/`;

export const namesOf = {
  ROOT: () => 'Root',
  ORGANIZATIONAL_UNIT: ({ units }: OrganizationRecord, id: string) => (units[id] as UnitRecord).name,
  ACCOUNT: ({ members }: OrganizationRecord, id: string) => (members[id] as MemberRecord).name,
} satisfies Record<TargetKind, (organization: OrganizationRecord, id: string) => string>;

const ARN_NOUNS: Readonly<Record<TargetKind, string>> = {
  ROOT: 'root',
  ORGANIZATIONAL_UNIT: 'ou',
  ACCOUNT: 'account',
};

export function arnOf(organization: OrganizationRecord, id: string): string {
  const { managementAccount, organizationId } = organization;
  // What does not exist is spoken of by what its id looks like.
  const kind = kindOf(organization, id) ?? looksLike(id);
  return `arn:aws:organizations::${managementAccount}:${ARN_NOUNS[kind]}/${organizationId}/${id}`;
}

function looksLike(id: string): TargetKind {
  if (id.startsWith('ou-')) return 'ORGANIZATIONAL_UNIT';
  return id.startsWith('r-') ? 'ROOT' : 'ACCOUNT';
}

export const organizationArn = ({ managementAccount, organizationId }: OrganizationRecord) =>
  `arn:aws:organizations::${managementAccount}:organization/${organizationId}`;
