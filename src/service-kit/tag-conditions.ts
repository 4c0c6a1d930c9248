/**
 * Tags as condition keys (https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html). Tags that AWS's services
 * set for themselves need no permission, so a request that carries them shows only the others.
 */
import type { Tags } from '../aws/tags.ts';
import type { ConditionValues } from '../invoke/verdict.ts';
import { isReservedTag } from './reserved-tags.ts';

/** `aws:ResourceTag/…`, and the same under the prefixes of a service's own. */
export const resourceTagConditions = (tags: Tags = {}, ...prefixes: readonly string[]): ConditionValues =>
  Object.assign({}, ...['aws:ResourceTag', ...prefixes].map((prefix) => keyed(prefix, Object.entries(tags))));

/** `aws:RequestTag/…` and `aws:TagKeys` of a request that sets tags. */
export function requestTagConditions(all: Tags = {}): ConditionValues {
  const tags = Object.entries(all).filter(([key]) => !isReservedTag(key));
  return { ...keyed('aws:RequestTag', tags), ...tagKeyConditions(tags.map(([key]) => key)) };
}

export const tagKeyConditions = (names: readonly string[]): ConditionValues => ({
  'aws:TagKeys': names.length > 0 ? names : undefined,
});

const keyed = (prefix: string, tags: readonly (readonly [string, string])[]): ConditionValues =>
  Object.fromEntries(tags.map(([name, value]) => [`${prefix}/${name}`, value]));
