/** Tags of keys and their rules (https://docs.aws.amazon.com/kms/latest/developerguide/tagging-keys.html). */
import type { Caller } from '../../../invoke/caller.ts';
import { setsReservedTags } from '../../../service-kit/reserved-tags.ts';
import type { Tag } from '../../../shapes/generated/kms.ts';
import { tagError } from '../errors.ts';

const MOST_TAGS = 50;

/** The tags after adding, for the caller who adds them; throws KMS's TagException where the request may not add them. */
export function withTags(
  existing: Readonly<Record<string, string>>,
  added: readonly Tag[],
  caller?: Caller,
): Record<string, string> {
  const names = added.map(({ TagKey }) => TagKey);
  if (new Set(names).size < names.length) throw tagError('Duplicate tag keys');
  if (setsReservedTags(caller, names)) {
    throw tagError('Tags beginning with aws: are reserved');
  }
  const tags = {
    ...existing,
    ...Object.fromEntries(added.map(({ TagKey, TagValue }) => [TagKey, TagValue])),
  };
  if (Object.keys(tags).length > MOST_TAGS) throw tagError('Too many tags');
  return tags;
}

export const tagList = (tags: Readonly<Record<string, string>>): Tag[] =>
  Object.entries(tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue }));
