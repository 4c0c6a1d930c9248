/**
 * The organization's resource policy: which of its members may do what the management account alone may do otherwise, if their
 * own policies allow it, too (https://docs.aws.amazon.com/organizations/latest/userguide/orgs-policy-delegate.html).
 */
import type { Question } from '../../../invoke/verdict.ts';
import { internPolicy } from '../../../policy/intern.ts';
import type { Statement } from '../../../policy/policy.ts';
import { storedPolicy } from '../../../policy/stored.ts';
import type { ResourcePolicy } from '../../../shapes/generated/organizations.ts';
import { invalidInput } from '../errors.ts';
import type { OrganizationRecord, ResourcePolicyRecord } from '../organization/organization.ts';

/** Whatever the policy says, it lets nobody do anything else. */
const DELEGABLE = new Set([
  'AttachPolicy',
  'CreatePolicy',
  'DeletePolicy',
  'DescribeAccount',
  'DescribeCreateAccountStatus',
  'DescribeEffectivePolicy',
  'DescribeHandshake',
  'DescribeOrganization',
  'DescribeOrganizationalUnit',
  'DescribePolicy',
  'DescribeResourcePolicy',
  'DetachPolicy',
  'DisablePolicyType',
  'EnablePolicyType',
  'ListAccounts',
  'ListAccountsForParent',
  'ListAWSServiceAccessForOrganization',
  'ListChildren',
  'ListCreateAccountStatus',
  'ListDelegatedAdministrators',
  'ListDelegatedServicesForAccount',
  'ListHandshakesForAccount',
  'ListHandshakesForOrganization',
  'ListOrganizationalUnitsForParent',
  'ListParents',
  'ListPolicies',
  'ListPoliciesForTarget',
  'ListRoots',
  'ListTagsForResource',
  'ListTargetsForPolicy',
  'TagResource',
  'UntagResource',
  'UpdatePolicy',
]);

/** Before there is one, whatever its id will be. */
export const resourcePolicyArn = (
  { managementAccount, organizationId }: OrganizationRecord,
  id = 'rp-*',
): string => `arn:aws:organizations::${managementAccount}:resourcepolicy/${organizationId}/${id}`;

/** What decides beside the member's own policies: the organization's policy, as on any resource of another account. */
export function delegation(
  organization: OrganizationRecord,
  action: string,
): Pick<Question, 'account' | 'resourceRule' | 'resourcePolicy'> | undefined {
  const { resourcePolicy: policy, managementAccount } = organization;
  if (!policy || !DELEGABLE.has(action)) return undefined;
  return {
    account: managementAccount,
    resourceRule: 'standard',
    resourcePolicy: storedPolicy(policy.content, 'resource', resourcePolicyArn(organization, policy.id)),
  };
}

/** Throws for a document that cannot be the policy. */
export function requireDelegationPolicy(content: string): string {
  const parsed = internPolicy(content, 'resource');
  if (!parsed.ok) throw invalidInput(parsed.message, 'INVALID_PATTERN');
  for (const statement of parsed.policy.statements) requireDelegation(statement);
  return content;
}

function requireDelegation({ principals, actions, resources }: Statement): void {
  if (!principals?.patterns.every(({ type }) => type === 'AWS')) {
    throw invalidInput('You specified an invalid principal element in the policy.', 'INVALID_PRINCIPAL');
  }
  if (!actions.not && !resources?.not) return;
  throw invalidInput('A delegation policy has neither NotAction nor NotResource.', 'INVALID_PATTERN');
}

export const shownResourcePolicy = (
  organization: OrganizationRecord,
  { id, content }: ResourcePolicyRecord,
): ResourcePolicy => ({
  ResourcePolicySummary: { Id: id, Arn: resourcePolicyArn(organization, id) },
  Content: content,
});
