/** Organizations' part in every decision: which policies hold an account, level by level from the root. */
import type { GuardrailSource, Guardrails, Membership } from '../../invoke/ports/ports.ts';
import type { NamedPolicy } from '../../policy/decision.ts';
import { unknownPolicy } from '../../policy/unknown.ts';
import type { ReadTransaction } from '../../store/store.ts';
import {
  type OrganizationRecord,
  organizationOf,
  type PolicyType,
  parentOf,
  pathText,
  pathTo,
} from './organization/organization.ts';
import { namedPolicy, policyArn } from './policy/policy.ts';

/** Of the services that this server has, those that RCPs reach; `iam`, `ec2`, `ebs` and `cloudtrail` are not among them. */
const RESOURCE_CONTROLLED = new Set(['autoscaling', 'events', 'kms', 'sts']);

/**
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html: the supported services, and
 * the one exception, that a grant may always be retired.
 */
const isHeldByResourceControl = (action: string) =>
  RESOURCE_CONTROLLED.has(action.slice(0, action.indexOf(':'))) && action !== 'kms:RetireGrant';

/** Of each account, valid while the organization's record stands. */
const known = new WeakMap<OrganizationRecord, Map<string, Guardrails>>();

export const guardrailSource: GuardrailSource = {
  async over(tx, account) {
    const organization = await organizationOf(tx, account);
    if (!organization) return undefined;
    const ofOrganization = known.get(organization) ?? new Map<string, Guardrails>();
    known.set(organization, ofOrganization);
    const guardrails = ofOrganization.get(account) ?? guardrailsOver(organization, account);
    ofOrganization.set(account, guardrails);
    return guardrails;
  },
};

function guardrailsOver(organization: OrganizationRecord, account: string): Guardrails {
  const service = levels(organization, account, 'SERVICE_CONTROL_POLICY');
  const resource = levels(organization, account, 'RESOURCE_CONTROL_POLICY');
  return {
    serviceControl: () => service,
    resourceControl: (action) => (isHeldByResourceControl(action) ? resource : undefined),
    membership: membershipOf(organization, account),
  };
}

function membershipOf(organization: OrganizationRecord, account: string): Membership {
  const { organizationId, missing } = organization;
  if (missing) {
    const unknown = { ...missing, kind: 'condition key', name: 'the place in the organization' } as const;
    return { organizationId: isNamed(organization) ? organizationId : unknown, path: unknown };
  }
  return { organizationId, path: pathText(organization, parentOf(organization, account) as string) };
}

/** Which organization an account is in may be known where nothing else is. */
const isNamed = ({ organizationId }: OrganizationRecord) => organizationId.startsWith('o-');

/** The management account is held by none (https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html). */
function levels(
  organization: OrganizationRecord,
  account: string,
  type: PolicyType,
): NamedPolicy[][] | undefined {
  if (
    account === organization.managementAccount ||
    (!organization.missing && !organization.enabledPolicyTypes.includes(type))
  ) {
    return undefined;
  }
  const attached = pathTo(organization, account).map((id) =>
    (organization.attachments[id] ?? []).flatMap((policyId) => {
      const policy = namedPolicy(organization, policyId);
      return policy?.type === type ? [policy.named] : [];
    }),
  );
  const { missing } = organization;
  // Beside one that nobody knows, what is known to be attached can only deny.
  return missing ? [[unknownPolicy(missing.name, missing.why), ...attached.flat()]] : attached;
}

/** What people call the policies and levels that hold an account. */
export interface GuardrailNames {
  /** By ARN, as decisions name them. */
  readonly policies: Readonly<Record<string, string>>;
  /** The root first, the account last. */
  readonly levels: readonly { readonly id: string; readonly name: string }[];
}

export async function guardrailNames(
  tx: ReadTransaction,
  account: string,
): Promise<GuardrailNames | undefined> {
  const organization = await organizationOf(tx, account);
  if (!organization) return undefined;
  const policies = Object.entries(organization.policies).map(([id, { name, type }]) => [
    policyArn(organization, id, type),
    name,
  ]);
  const { rootId, units, members } = organization;
  const nameOf = (id: string) => (id === rootId ? 'the root' : (units[id]?.name ?? members[id]?.name ?? id));
  return {
    policies: Object.fromEntries(policies),
    levels: pathTo(organization, account).map((id) => ({ id, name: nameOf(id) })),
  };
}
