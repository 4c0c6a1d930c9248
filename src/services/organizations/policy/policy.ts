/** Service control policies and resource control policies, the organization's own and those that AWS keeps. */
import { AwsError } from '../../../aws/aws-error.ts';
import type { NamedPolicy } from '../../../policy/decision.ts';
import { internPolicy } from '../../../policy/intern.ts';
import { unknownPolicy } from '../../../policy/unknown.ts';
import type { PolicySummary } from '../../../shapes/generated/organizations.ts';
import { constraintViolation } from '../errors.ts';
import {
  MANAGED_POLICY_IDS,
  type OrganizationRecord,
  type PolicyRecord,
  type PolicyType,
} from '../organization/organization.ts';

/** https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html */
export const POLICY_QUOTAS: Readonly<Record<PolicyType, PolicyQuotas>> = {
  SERVICE_CONTROL_POLICY: { characters: 10_240, attached: 10, inOrganization: 10_000 },
  RESOURCE_CONTROL_POLICY: { characters: 5120, attached: 5, inOrganization: 2000 },
};

interface PolicyQuotas {
  /** Of a policy's content, white space included. */
  readonly characters: number;
  /** To a root, unit or account, AWS's own included. */
  readonly attached: number;
  readonly inOrganization: number;
}

const KINDS = {
  SERVICE_CONTROL_POLICY: 'service-control',
  RESOURCE_CONTROL_POLICY: 'resource-control',
} as const;

const MANAGED: Readonly<Record<string, PolicyRecord>> = {
  [MANAGED_POLICY_IDS.SERVICE_CONTROL_POLICY]: {
    type: 'SERVICE_CONTROL_POLICY',
    name: 'FullAWSAccess',
    description: 'Allows access to every operation',
    content:
      '{\n  "Version": "2012-10-17",\n  "Statement": [\n    {\n      "Effect": "Allow",\n      "Action": "*",\n      "Resource": "*"\n    }\n  ]\n}',
    tags: [],
  },
  [MANAGED_POLICY_IDS.RESOURCE_CONTROL_POLICY]: {
    type: 'RESOURCE_CONTROL_POLICY',
    name: 'RCPFullAWSAccess',
    description: 'Allows access to every resource',
    content:
      '{\n  "Version": "2012-10-17",\n  "Statement": [\n    {\n      "Effect": "Allow",\n      "Principal": "*",\n      "Action": "*",\n      "Resource": "*"\n    }\n  ]\n}',
    tags: [],
  },
};

export const isManaged = (policyId: string) => Object.hasOwn(MANAGED, policyId);

export function findPolicy({ policies }: OrganizationRecord, policyId: string): PolicyRecord | undefined {
  if (isManaged(policyId)) return MANAGED[policyId];
  return Object.hasOwn(policies, policyId) ? policies[policyId] : undefined;
}

/** All policies of a type that can be attached: AWS's, then the organization's own. */
export function policiesOfType({ policies }: OrganizationRecord, type: string): [string, PolicyRecord][] {
  return [...Object.entries(MANAGED), ...Object.entries(policies)].filter(
    ([, policy]) => policy.type === type,
  );
}

export function isPolicyType(type: string): type is PolicyType {
  return Object.hasOwn(KINDS, type);
}

/** Throws Organizations' error for content that its type does not take. */
export function requireContent(content: string, type: PolicyType): string {
  if (content.length > POLICY_QUOTAS[type].characters) {
    throw constraintViolation(
      'You have exceeded the maximum length of the policy content.',
      'POLICY_CONTENT_LIMIT_EXCEEDED',
    );
  }
  const parsed = internPolicy(content, KINDS[type]);
  if (!parsed.ok) throw new AwsError(parsed.code, parsed.message);
  return content;
}

export function policyArn(
  { managementAccount, organizationId }: OrganizationRecord,
  policyId: string,
  type: string,
): string {
  const noun = type.toLowerCase();
  return isManaged(policyId)
    ? `arn:aws:organizations::aws:policy/${noun}/${policyId}`
    : `arn:aws:organizations::${managementAccount}:policy/${organizationId}/${noun}/${policyId}`;
}

export function shownSummary(
  organization: OrganizationRecord,
  policyId: string,
  policy: PolicyRecord,
): PolicySummary {
  return {
    Id: policyId,
    Arn: policyArn(organization, policyId, policy.type),
    Name: policy.name,
    Description: policy.description,
    Type: policy.type,
    AwsManaged: isManaged(policyId),
  };
}

/** A policy for decisions, named by its ARN. */
export function namedPolicy(
  organization: OrganizationRecord,
  policyId: string,
): { readonly type: PolicyType; readonly named: NamedPolicy } | undefined {
  const policy = findPolicy(organization, policyId);
  if (!policy) return undefined;
  // AWS's own allows everything, which the dialects of customers' policies refuse.
  const kind =
    isManaged(policyId) && policy.type === 'RESOURCE_CONTROL_POLICY' ? 'resource' : KINDS[policy.type];
  const parsed = internPolicy(policy.content, kind);
  const name = policyArn(organization, policyId, policy.type);
  if (parsed.ok) return { type: policy.type, named: { policy: parsed.policy, name } };
  // What is made here was parsed before it was stored; one of a real organization may not have been read.
  const why =
    policy.content === '' ? 'its document was not read' : `its document is not understood: ${parsed.message}`;
  return { type: policy.type, named: unknownPolicy(name, why) };
}

/** One that a check has found. */
export const foundPolicy = (organization: OrganizationRecord, policyId: string): PolicyRecord =>
  findPolicy(organization, policyId) as PolicyRecord;

/** The policies of a type that are attached right to a root, unit or account. */
export const attachedOfType = (organization: OrganizationRecord, targetId: string, type: string): string[] =>
  (organization.attachments[targetId] ?? []).filter((id) => findPolicy(organization, id)?.type === type);
