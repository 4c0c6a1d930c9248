/** The check of an action on the organization's resource policy. */
import type { ResolveContext } from '../../../invoke/context.ts';
import { type Check, missingFor, type Verdict } from '../../../invoke/verdict.ts';
import { resourceTagConditions } from '../../../service-kit/tag-conditions.ts';
import { tagRecord } from '../../../service-kit/tag-rules.ts';
import { refusal } from '../errors.ts';
import type { OrganizationRecord, ResourcePolicyRecord, TagList } from '../organization/organization.ts';
import { organizationCheck, requestTagKeys } from '../organization/organization-check.ts';
import { resourcePolicyArn } from './delegation-policy.ts';

/** By its ARN, whether there is one or not: to put it and to tag it. */
export const resourcePolicyCheck = (
  context: ResolveContext,
  action: string,
  requested: TagList = [],
): Promise<Check<OrganizationRecord>> =>
  organizationCheck(context, {
    action,
    arn: (organization) => resourcePolicyArn(organization, organization.resourcePolicy?.id),
    conditions: (organization) => ({
      ...resourceTagConditions(tagRecord(organization?.resourcePolicy?.tags)),
      ...requestTagKeys(requested),
    }),
  });

/** By its ARN, of the one that has this id. */
export async function identifiedPolicyCheck(
  context: ResolveContext,
  action: string,
  id: string,
): Promise<Check<OrganizationRecord>> {
  const check = await resourcePolicyCheck(context, action);
  const isThere = check.missing || check.record?.resourcePolicy?.id === id;
  return missingFor(check, isThere ? undefined : refusal('TargetNotFoundException'));
}

/**
 * Of one that must be there. Who reads or deletes it is asked of no resource, as there is one at most.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsorganizations.html
 */
export async function presentPolicyCheck(
  context: ResolveContext,
  action: string,
): Promise<Check<OrganizationRecord>> {
  const check = await organizationCheck(context, { action });
  const isThere = check.missing || check.record?.resourcePolicy;
  return missingFor(check, isThere ? undefined : refusal('ResourcePolicyNotFoundException'));
}

/** The one that such a check has found. */
export const presentPolicy = ({ record }: Verdict<OrganizationRecord>): ResourcePolicyRecord =>
  record.resourcePolicy as ResourcePolicyRecord;
