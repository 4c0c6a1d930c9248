/**
 * Tags on IAM's resources. Keys of users and roles are the same whatever their case, and take the last spelling;
 * those of other resources are distinguished by it.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
 */
import type { AwsError } from '../../../aws/aws-error.ts';
import type { Caller } from '../../../invoke/caller.ts';
import { type Check, type ConditionValues, resolved } from '../../../invoke/verdict.ts';
import { isReservedTag, setsReservedTags } from '../../../service-kit/reserved-tags.ts';
import { requestTagConditions, resourceTagConditions } from '../../../service-kit/tag-conditions.ts';
import { addTagList, removeTagList, type TagRules, tagRecord } from '../../../service-kit/tag-rules.ts';
import type { Tag } from '../../../shapes/generated/iam.ts';
import { invalidInput, limitExceeded } from '../errors.ts';
import { type PageRequest, pageOf } from '../page.ts';

export type TagList = readonly { readonly Key: string; readonly Value: string }[];

/** Whether a kind of resource tells keys apart by case. */
export type KeyCase = 'ignored' | 'kept';

const RULES: Omit<TagRules, 'duplicate'> = {
  max: 50,
  reserved: () => invalidInput('Tag keys beginning with aws: are reserved for system use.'),
  tooMany: () => limitExceeded('The number of tags has reached the maximum limit.'),
};

/** The tags of a new resource as they are stored, or AWS's error. */
export function newTags(tags: readonly Tag[] = [], keyCase: KeyCase = 'kept', caller?: Caller): TagList {
  return mergeTags([], tags, keyCase, caller);
}

export const mergeTags = (
  existing: TagList,
  added: readonly Tag[],
  keyCase: KeyCase,
  caller?: Caller,
): TagList => {
  const ignoreCase = keyCase === 'ignored';
  const hint = ignoreCase ? ' Please note that Tag keys are case insensitive.' : '';
  const values = added.map(({ Value }) => Value);
  if (setsReservedTags(caller, values)) {
    throw invalidInput('Tag values beginning with aws: are reserved for system use.');
  }
  const duplicate = () => invalidInput(`Duplicate tag keys found.${hint}`);
  return addTagList({ ...RULES, duplicate, ignoreCase }, existing, added, caller);
};

export const withoutTags = (
  existing: TagList,
  keys: readonly string[],
  keyCase: KeyCase,
  caller: Caller,
): TagList => removeTagList({ ...RULES, ignoreCase: keyCase === 'ignored' }, existing, keys, caller);

export function tagPage(tags: TagList, input: PageRequest) {
  const { items, ...page } = pageOf(tags, input, ({ Key }) => Key);
  return { Tags: [...items], ...page };
}

/** `Tags` as responses carry them: absent where there are none. */
export const shownTags = (tags: TagList) => (tags.length > 0 ? { Tags: [...tags] } : {});

/** `aws:RequestTag/…` and `aws:TagKeys` of a request that sets tags. */
export const requestTagKeys = (tags: readonly Tag[] = []): ConditionValues =>
  requestTagConditions(tagRecord(tags));

/** `aws:ResourceTag/…` and, for users and roles, `iam:ResourceTag/…`. */
export const resourceTagKeys = (tags: TagList, ...prefixes: readonly string[]): ConditionValues =>
  resourceTagConditions(tagRecord(tags), ...prefixes);

interface TaggedQuestion {
  readonly action: string;
  readonly resource: string;
  readonly account: string;
  readonly deniedAs?: string;
  /** What else of the request conditions may be on. */
  readonly conditions: ConditionValues;
}

/** The check of a call about a resource that has tags, if it is there. */
export const taggedCheck = <R extends { readonly tags: TagList }>(
  { action, conditions, ...about }: TaggedQuestion,
  record: R | undefined,
  missing: () => AwsError,
): Check<R> =>
  resolved(
    {
      ...about,
      action: `iam:${action}`,
      conditions: () => ({ ...(record && resourceTagKeys(record.tags)), ...conditions }),
    },
    record,
    missing,
  );

/** The second check of a creation that brings tags: IAM asks for its tagging action on what is made (aws-facts G3.5). */
export const creationTagCheck = (
  create: Check<undefined>,
  action: string,
  tags: readonly Tag[] | undefined,
): Check<undefined> | undefined =>
  tags?.some(({ Key }) => !isReservedTag(Key))
    ? { ...create, action: `iam:${action}`, conditions: () => requestTagKeys(tags) }
    : undefined;
