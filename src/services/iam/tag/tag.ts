/**
 * Tags on IAM's resources. Keys of users and roles are the same whatever their case, and take the last spelling;
 * those of other resources are told apart by it.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
 */
import type { Caller } from '../../../invoke/caller.ts';
import type { ConditionValues } from '../../../invoke/verdict.ts';
import { isReservedTag, setsReservedTags } from '../../../service-kit/reserved-tags.ts';
import type { Tag } from '../../../shapes/generated/iam.ts';
import { exceedsQuota, invalidInput } from '../errors.ts';
import { type PageRequest, pageOf } from '../page.ts';

export type TagList = readonly { readonly Key: string; readonly Value: string }[];

/** Whether a kind of resource tells keys apart by case. */
export type KeyCase = 'ignored' | 'kept';

const MOST_TAGS = 50;

const keyOf = (key: string, keyCase: KeyCase) => (keyCase === 'ignored' ? key.toLowerCase() : key);

/** The tags of a new resource as they are stored, or AWS's error. */
export function newTags(tags: readonly Tag[] = [], keyCase: KeyCase = 'kept', caller?: Caller): TagList {
  return mergeTags([], tags, keyCase, caller);
}

export function mergeTags(
  existing: TagList,
  added: readonly Tag[],
  keyCase: KeyCase,
  caller?: Caller,
): TagList {
  if (new Set(added.map(({ Key }) => keyOf(Key, keyCase))).size < added.length) {
    throw invalidInput('Duplicate tag keys found. Please note that Tag keys are case insensitive.');
  }
  if (setsReservedTags(caller, keysOf(added))) {
    throw invalidInput('Tag keys beginning with aws: are reserved for system use.');
  }
  const merged = new Map(existing.map((tag) => [keyOf(tag.Key, keyCase), tag]));
  for (const { Key, Value } of added) merged.set(keyOf(Key, keyCase), { Key, Value });
  if (merged.size > MOST_TAGS) throw exceedsQuota('TagsPerResource', MOST_TAGS);
  return [...merged.values()];
}

export function withoutTags(existing: TagList, keys: readonly string[], keyCase: KeyCase): TagList {
  const removed = new Set(keys.map((key) => keyOf(key, keyCase)));
  return existing.filter(({ Key }) => !removed.has(keyOf(Key, keyCase)));
}

export function tagPage(tags: TagList, input: PageRequest) {
  const { items, ...page } = pageOf(tags, input, ({ Key }) => Key);
  return { Tags: [...items], ...page };
}

/** `Tags` as responses carry them: absent where there are none. */
export const shownTags = (tags: TagList) => (tags.length > 0 ? { Tags: [...tags] } : {});

export const tagRecord = (tags: TagList): Record<string, string> =>
  Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));

/** `aws:RequestTag/…` and `aws:TagKeys` of a request that sets tags. */
export function requestTagKeys(all: readonly Tag[] = []): ConditionValues {
  const tags = all.filter(({ Key }) => !isReservedTag(Key));
  return { ...prefixed('aws:RequestTag', tags), ...tagKeys(keysOf(tags)) };
}

const keysOf = (tags: readonly Tag[]) => tags.map(({ Key }) => Key);

export const tagKeys = (keys: readonly string[]): ConditionValues => ({
  'aws:TagKeys': keys.length > 0 ? keys : undefined,
});

/** `aws:ResourceTag/…` and, for users and roles, `iam:ResourceTag/…`. */
export function resourceTagKeys(tags: TagList, ...prefixes: readonly string[]): ConditionValues {
  return Object.assign({}, ...['aws:ResourceTag', ...prefixes].map((prefix) => prefixed(prefix, tags)));
}

function prefixed(prefix: string, tags: TagList): Record<string, string> {
  return Object.fromEntries(tags.map(({ Key, Value }) => [`${prefix}/${Key}`, Value]));
}
