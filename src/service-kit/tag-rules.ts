/** How tags are added to those that a resource has, and taken from them: one rule, with each service's own errors. */
import type { AwsError } from '../aws/aws-error.ts';
import type { Tags } from '../aws/tags.ts';
import type { Caller } from '../invoke/caller.ts';
import { isReservedTag, setsReservedTags } from './reserved-tags.ts';

type Entry = readonly [key: string, value: string];

export interface TagRules {
  readonly max: number;
  /** Keys are the same whatever their case, and take the last spelling. */
  readonly ignoreCase?: boolean;
  /** For a key that stands twice in a request. */
  duplicate(): AwsError;
  /** For a key that begins with `aws:`, of a caller who may neither set nor delete it. */
  reserved(): AwsError;
  tooMany(): AwsError;
}

/** The tags after adding; a new value takes the place of the old one. Throws where the request may not add them. */
function addTags(
  rules: TagRules,
  existing: readonly Entry[],
  added: readonly Entry[],
  caller: Caller | undefined,
): Entry[] {
  const keyOf = (key: string) => (rules.ignoreCase ? key.toLowerCase() : key);
  const names = added.map(([key]) => key);
  if (new Set(names.map(keyOf)).size < names.length) throw rules.duplicate();
  if (setsReservedTags(caller, names)) throw rules.reserved();
  const merged = new Map(existing.map((entry) => [keyOf(entry[0]), entry]));
  for (const entry of added) merged.set(keyOf(entry[0]), entry);
  // AWS's own do not count.
  const counted = [...merged.keys()].filter((key) => !isReservedTag(key));
  if (counted.length > rules.max) throw rules.tooMany();
  return [...merged.values()];
}

/** The tags that are left; names that are not among them are passed over. Throws where the request may not take one away. */
function removeTags(
  { reserved, ignoreCase }: Pick<TagRules, 'reserved' | 'ignoreCase'>,
  existing: readonly Entry[],
  removed: readonly string[],
  caller: Caller | undefined,
): Entry[] {
  if (setsReservedTags(caller, removed)) throw reserved();
  const keyOf = (key: string) => (ignoreCase ? key.toLowerCase() : key);
  const names = new Set(removed.map(keyOf));
  return existing.filter(([key]) => !names.has(keyOf(key)));
}

interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** The same for tags that are kept as the API shows them. */
export const addTagList = (
  rules: TagRules,
  existing: readonly Tag[],
  added: readonly Tag[],
  caller: Caller | undefined,
): Tag[] =>
  addTags(rules, existing.map(entryOf), added.map(entryOf), caller).map(([Key, Value]) => ({ Key, Value }));

export const removeTagList = (
  rules: Pick<TagRules, 'reserved' | 'ignoreCase'>,
  existing: readonly Tag[],
  removed: readonly string[],
  caller: Caller | undefined,
): Tag[] => removeTags(rules, existing.map(entryOf), removed, caller).map(([Key, Value]) => ({ Key, Value }));

/** The same for tags that are kept by key: those of a resource with some more, and without some. */
export const tagsByKey = <Added>(rules: TagRules, entriesOf: (added: Added) => readonly Entry[]) => ({
  withTags: (existing: Tags, added: Added, caller: Caller): Tags =>
    Object.fromEntries(addTags(rules, Object.entries(existing), entriesOf(added), caller)),

  withoutTags: (existing: Tags, names: readonly string[], caller: Caller): Tags =>
    Object.fromEntries(removeTags(rules, Object.entries(existing), names, caller)),
});

const entryOf = ({ Key, Value }: Tag): Entry => [Key, Value];

export const tagEntries = (tags: readonly Tag[]): Entry[] => tags.map(entryOf);

export const tagRecord = (tags: readonly Tag[] = []): Tags => Object.fromEntries(tagEntries(tags));

export const tagList = (tags: Tags): Tag[] => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
