/** Tags as condition keys (https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html). */
import type { ConditionValues } from '../invoke/verdict.ts';

type Tags = Readonly<Record<string, string>>;

export const resourceTagConditions = (tags: Tags = {}): ConditionValues => keyed('aws:ResourceTag', tags);

export const requestTagConditions = (tags: Tags = {}): ConditionValues => ({
  ...keyed('aws:RequestTag', tags),
  ...tagKeyConditions(Object.keys(tags)),
});

export const tagKeyConditions = (names: readonly string[]): ConditionValues => ({
  'aws:TagKeys': names.length > 0 ? names : undefined,
});

const keyed = (prefix: string, tags: Tags): ConditionValues =>
  Object.fromEntries(Object.entries(tags).map(([name, value]) => [`${prefix}/${name}`, value]));
