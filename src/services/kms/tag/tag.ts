/** Tags of keys and their rules (https://docs.aws.amazon.com/kms/latest/developerguide/tagging-keys.html). */
import type { Caller } from '../../../invoke/caller.ts';
import { addTags, removeTags, type TagRules } from '../../../service-kit/tag-rules.ts';
import type { Tag } from '../../../shapes/generated/kms.ts';
import { tagError } from '../errors.ts';

const RULES: TagRules = {
  max: 50,
  duplicate: () => tagError('Duplicate tag keys'),
  reserved: () => tagError('Tags beginning with aws: are reserved'),
  tooMany: () => tagError('Too many tags'),
};

/** The tags after adding, for the caller who adds them; throws KMS's TagException where the request may not add them. */
export function withTags(
  existing: Readonly<Record<string, string>>,
  added: readonly Tag[],
  caller: Caller,
): Record<string, string> {
  const entries = added.map(({ TagKey, TagValue }) => [TagKey, TagValue] as const);
  return Object.fromEntries(addTags(RULES, Object.entries(existing), entries, caller));
}

export const withoutTags = (
  existing: Readonly<Record<string, string>>,
  names: readonly string[],
  caller: Caller,
): Record<string, string> => Object.fromEntries(removeTags(RULES, Object.entries(existing), names, caller));

export const tagList = (tags: Readonly<Record<string, string>>): Tag[] =>
  Object.entries(tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue }));
