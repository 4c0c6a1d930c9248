/** Tags of keys and their rules (https://docs.aws.amazon.com/kms/latest/developerguide/tagging-keys.html). */
import { tagsByKey } from '../../../service-kit/tag-rules.ts';
import type { Tag } from '../../../shapes/generated/kms.ts';
import { tagError } from '../errors.ts';

export const { withTags, withoutTags } = tagsByKey(
  {
    max: 50,
    duplicate: () => tagError('Duplicate tag keys'),
    reserved: () => tagError('Tags beginning with aws: are reserved'),
    tooMany: () => tagError('Too many tags'),
  },
  (tags: readonly Tag[]) => tags.map(({ TagKey, TagValue }) => [TagKey, TagValue] as const),
);

export const tagList = (tags: Readonly<Record<string, string>>): Tag[] =>
  Object.entries(tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue }));
