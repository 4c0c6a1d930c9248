/** The check of a tagging action on any of an organization's parts. */
import type { ResolveContext } from '../../../invoke/context.ts';
import { type Check, type ConditionValues, missingFor } from '../../../invoke/verdict.ts';
import { noAccess, refusal } from '../errors.ts';
import type { OrganizationRecord } from '../organization/organization.ts';
import { organizationCheck } from '../organization/organization-check.ts';
import { isManaged } from '../policy/policy.ts';
import { policyCheck } from '../policy/policy-check.ts';
import { identifiedPolicyCheck } from '../resource-policy/resource-policy-check.ts';

export async function tagCheck(
  context: ResolveContext,
  resourceId: string,
  action: string,
  conditions: ConditionValues = {},
): Promise<Check<OrganizationRecord>> {
  if (resourceId.startsWith('rp-')) {
    const check = await identifiedPolicyCheck(context, action, resourceId);
    return { ...check, conditions: () => ({ ...check.conditions?.(), ...conditions }) };
  }
  if (!resourceId.startsWith('p-')) {
    return organizationCheck(context, {
      action,
      id: resourceId,
      absent: refusal('TargetNotFoundException'),
      conditions: () => conditions,
    });
  }
  const check = await policyCheck(context, resourceId, action);
  return {
    ...missingFor(check, isManaged(resourceId) && !check.missing ? noAccess() : undefined),
    conditions: () => ({ ...check.conditions?.(), ...conditions }),
  };
}
