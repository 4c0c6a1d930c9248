/**
 * Tags on IAM's resources. Keys are case-insensitive, and kept as they were first written.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
 */
import type { ConditionValues } from '../../invoke/verdict.ts';
import type { Tag } from '../../shapes/generated/iam.ts';
import { exceedsQuota, invalidInput } from './errors.ts';
import { type PageRequest, pageOf } from './page.ts';

export type TagList = readonly { readonly Key: string; readonly Value: string }[];

const MOST_TAGS = 50;
const keyOf = ({ Key }: { Key: string }) => Key.toLowerCase();

/** The tags as they are stored, or AWS's error for keys that repeat or are reserved, and for too many. */
export function newTags(tags: readonly Tag[] = []): TagList {
  return mergeTags([], tags);
}

export function mergeTags(existing: TagList, added: readonly Tag[]): TagList {
  if (new Set(added.map(keyOf)).size < added.length) {
    throw invalidInput('Duplicate tag keys found. Please note that Tag keys are case insensitive.');
  }
  if (added.some((tag) => keyOf(tag).startsWith('aws:'))) {
    throw invalidInput('Tag keys starting with aws: are reserved for AWS use.');
  }
  const merged = new Map(existing.map((tag) => [keyOf(tag), tag]));
  for (const tag of added) merged.set(keyOf(tag), { Key: tag.Key, Value: tag.Value });
  if (merged.size > MOST_TAGS) throw exceedsQuota('TagsPerResource', MOST_TAGS);
  return [...merged.values()];
}

export function withoutTags(existing: TagList, keys: readonly string[]): TagList {
  const removed = new Set(keys.map((key) => key.toLowerCase()));
  return existing.filter((tag) => !removed.has(keyOf(tag)));
}

export function tagPage(tags: TagList, input: PageRequest) {
  const { items, ...page } = pageOf(tags, input, keyOf);
  return { Tags: [...items], ...page };
}

/** `Tags` as responses carry them: absent where there are none. */
export const shownTags = (tags: TagList) => (tags.length > 0 ? { Tags: [...tags] } : {});

export const tagRecord = (tags: TagList): Record<string, string> =>
  Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));

/** `aws:RequestTag/…` and `aws:TagKeys` of a request that sets tags. */
export function requestTagKeys(tags: readonly Tag[] = []): ConditionValues {
  return {
    ...prefixed('aws:RequestTag', tags),
    'aws:TagKeys': tags.length > 0 ? tags.map(({ Key }) => Key) : undefined,
  };
}

/** `aws:ResourceTag/…` and, for users and roles, `iam:ResourceTag/…`. */
export function resourceTagKeys(tags: TagList, ...prefixes: readonly string[]): ConditionValues {
  return Object.assign({}, ...['aws:ResourceTag', ...prefixes].map((prefix) => prefixed(prefix, tags)));
}

function prefixed(prefix: string, tags: TagList): Record<string, string> {
  return Object.fromEntries(tags.map(({ Key, Value }) => [`${prefix}/${Key}`, Value]));
}
