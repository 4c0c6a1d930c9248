/** The checks of Organizations' actions: on the organization, or on one of its roots, units, accounts and policies. */
import type { AwsError } from '../../../aws/aws-error.ts';
import type { ResolveContext } from '../../../invoke/context.ts';
import { type Check, type ConditionValues, missingFor, resolved } from '../../../invoke/verdict.ts';
import { requestTagConditions, resourceTagConditions } from '../../../service-kit/tag-conditions.ts';
import { tagRecord } from '../../../service-kit/tag-rules.ts';
import { noAccess, notInUse } from '../errors.ts';
import { delegation } from '../resource-policy/delegation-policy.ts';
import {
  arnOf,
  delegationsOf,
  kindOf,
  type OrganizationRecord,
  organizationOf,
  type TagList,
} from './organization.ts';

export interface Question {
  readonly action: string;
  /** The id of a root, unit or account; absent where the action speaks of no resource. */
  readonly id?: string;
  /** Its ARN, where it is not a root, unit or account. */
  readonly arn?: (organization: OrganizationRecord) => string;
  readonly conditions?: (organization: OrganizationRecord | undefined) => ConditionValues;
  /** What to answer where the id stands for nothing, once the caller is authorized. */
  readonly absent?: AwsError;
  /** Whether any member account may call. */
  readonly forMembers?: boolean;
}

/** The organization of the calling account, by its check on the resource. */
export async function organizationCheck(
  { tx, account }: ResolveContext,
  question: Question,
): Promise<Check<OrganizationRecord>> {
  const organization = await organizationOf(tx, account);
  const { action, id, arn, absent, forMembers = false } = question;
  const resource =
    organization && (arn?.(organization) ?? (id === undefined ? '*' : arnOf(organization, id)));
  const isOpen = !organization || forMembers || isOpenTo(organization, account, action);
  const delegated = isOpen ? undefined : delegation(organization, action);
  const check = resolved(
    {
      action: `organizations:${action}`,
      resource: resource ?? '*',
      account,
      ...delegated,
      conditions: () => ({
        ...(organization && id !== undefined && tagKeysOf(tagsOf(organization, id))),
        ...question.conditions?.(organization),
      }),
    },
    organization,
    notInUse,
  );
  return missingFor(check, obstacle());

  function obstacle(): AwsError | undefined {
    if (!organization) return undefined;
    if (!isOpen && !delegated) return noAccess();
    return absent && id !== undefined && !kindOf(organization, id) ? absent : undefined;
  }
}

/** The management account may call all of them; who administers a service for the organization, those that read. */
const isOpenTo = (organization: OrganizationRecord, account: string, action: string): boolean =>
  organization.managementAccount === account ||
  (/^(?:Describe|List)/.test(action) && Object.keys(delegationsOf(organization, account)).length > 0);

export function tagsOf(organization: OrganizationRecord, id: string): TagList {
  if (id === organization.rootId) return organization.rootTags;
  const { units, members, policies, resourcePolicy } = organization;
  if (id === resourcePolicy?.id) return resourcePolicy.tags;
  return (units[id] ?? members[id] ?? policies[id])?.tags ?? [];
}

const tagKeysOf = (tags: TagList): ConditionValues => resourceTagConditions(tagRecord(tags));

/** `aws:RequestTag/…` and `aws:TagKeys` of a request that sets tags. */
export const requestTagKeys = (tags: TagList = []): ConditionValues => requestTagConditions(tagRecord(tags));

/** The second check of a creation that brings tags: its API asks for organizations:TagResource too. */
export async function creationTagCheck(
  context: ResolveContext,
  tags: TagList | undefined,
  arn: (organization: OrganizationRecord) => string,
): Promise<Check<OrganizationRecord> | undefined> {
  if (!tags?.length) return undefined;
  return organizationCheck(context, { action: 'TagResource', arn, conditions: () => requestTagKeys(tags) });
}
