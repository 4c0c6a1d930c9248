/** The check of an action on the organization's resource policy. */
import type { ResolveContext } from '../../../invoke/context.ts';
import { type Check, missingFor, type Verdict } from '../../../invoke/verdict.ts';
import { resourceTagConditions } from '../../../service-kit/tag-conditions.ts';
import { tagRecord } from '../../../service-kit/tag-rules.ts';
import { refusal } from '../errors.ts';
import type { OrganizationRecord, ResourcePolicyRecord, TagList } from '../organization/organization.ts';
import { organizationCheck, requestTagKeys } from '../organization/organization-check.ts';
import { resourcePolicyArn } from './delegation-policy.ts';

/** Whether there is one or not. */
export const resourcePolicyCheck = (
  context: ResolveContext,
  action: string,
  requested: TagList = [],
): Promise<Check<OrganizationRecord>> =>
  organizationCheck(context, {
    action,
    arn: (organization) => resourcePolicyArn(organization, organization.resourcePolicy?.id ?? '*'),
    conditions: (organization) => ({
      ...resourceTagConditions(tagRecord(organization?.resourcePolicy?.tags)),
      ...requestTagKeys(requested),
    }),
  });

/** Of one that must be there, and have the id, where one is named. */
export async function presentPolicyCheck(
  context: ResolveContext,
  action: string,
  requested: TagList = [],
  id?: string,
): Promise<Check<OrganizationRecord>> {
  const check = await resourcePolicyCheck(context, action, requested);
  const present = check.record?.resourcePolicy;
  const isThere = present !== undefined && (id === undefined || present.id === id);
  const absent = id === undefined ? 'ResourcePolicyNotFoundException' : 'TargetNotFoundException';
  return missingFor(check, check.missing || isThere ? undefined : refusal(absent));
}

/** The one that such a check has found. */
export const presentPolicy = ({ record }: Verdict<OrganizationRecord>): ResourcePolicyRecord =>
  record.resourcePolicy as ResourcePolicyRecord;
