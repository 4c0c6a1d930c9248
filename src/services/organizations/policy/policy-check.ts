/** The check of an action on a policy. */
import type { ResolveContext } from '../../../invoke/context.ts';
import { type Check, missingFor } from '../../../invoke/verdict.ts';
import { resourceTagConditions } from '../../../service-kit/tag-conditions.ts';
import { tagRecord } from '../../../service-kit/tag-rules.ts';
import { refusal } from '../errors.ts';
import type { OrganizationRecord } from '../organization/organization.ts';
import { organizationCheck, tagsOf } from '../organization/organization-check.ts';
import { findPolicy, policyArn } from './policy.ts';

export async function policyCheck(
  context: ResolveContext,
  policyId: string,
  action: string,
): Promise<Check<OrganizationRecord>> {
  const check = await organizationCheck(context, {
    action,
    arn: (organization) => policyArn(organization, policyId, typeOf(organization, policyId)),
    conditions: (organization) => ({
      ...typeKey(organization, policyId),
      ...(organization && resourceTagConditions(tagRecord(tagsOf(organization, policyId)))),
    }),
  });
  if (check.missing || findPolicy(check.record, policyId)) return check;
  return missingFor(check, refusal('PolicyNotFoundException'));
}

const typeOf = (organization: OrganizationRecord, policyId: string) =>
  findPolicy(organization, policyId)?.type ?? 'SERVICE_CONTROL_POLICY';

const typeKey = (organization: OrganizationRecord | undefined, policyId: string) => ({
  'organizations:PolicyType': organization && typeOf(organization, policyId),
});

/** The checks of a policy's attachment: AWS asks for the policy and for what it holds, each with its own tags. */
export async function attachmentChecks(
  context: ResolveContext,
  { PolicyId, TargetId }: { readonly PolicyId: string; readonly TargetId: string },
  action: 'AttachPolicy' | 'DetachPolicy',
): Promise<{ policy: Check<OrganizationRecord>; target: Check<OrganizationRecord> }> {
  const policy = await policyCheck(context, PolicyId, action);
  const target = await organizationCheck(context, {
    action,
    id: TargetId,
    absent: refusal('TargetNotFoundException'),
    conditions: (organization) => typeKey(organization, PolicyId),
  });
  return { policy, target };
}
