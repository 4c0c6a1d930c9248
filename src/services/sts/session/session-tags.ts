/**
 * Session tags: passed with a session, seen by policies as `aws:PrincipalTag/…`, and handed on to the sessions that
 * the session assumes when they are transitive.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
 */
import type { Session } from '../../../invoke/caller.ts';
import type { ConditionValues } from '../../../invoke/verdict.ts';
import { isReservedTag } from '../../../service-kit/reserved-tags.ts';
import { requestTagConditions } from '../../../service-kit/tag-conditions.ts';
import { tagRecord } from '../../../service-kit/tag-rules.ts';
import type { Tag } from '../../../shapes/generated/sts.ts';
import { invalidParameter } from '../sts.ts';

export interface SessionTags {
  readonly tags: Readonly<Record<string, string>>;
  readonly transitiveTagKeys: readonly string[];
}

const lower = (key: string) => key.toLowerCase();

/** The tags of a new session, those inherited from the calling session included, or STS's error. */
export function sessionTags(
  requested: readonly Tag[] = [],
  transitive: readonly string[] = [],
  calling?: Session,
): SessionTags {
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html has the rule, and no sentence for it.
  for (const { Key, Value } of requested) {
    const reserved = isReservedTag(Key) ? 'keys' : isReservedTag(Value) && 'values';
    if (reserved) throw invalidParameter(`Tag ${reserved} beginning with aws: are reserved for system use.`);
  }
  const keys = new Set(requested.map(({ Key }) => lower(Key)));
  if (keys.size < requested.length) {
    throw invalidParameter('Duplicate tag keys found. Please note that Tag keys are case insensitive.');
  }
  if (transitive.some((key) => !keys.has(lower(key)))) {
    throw invalidParameter('The specified transitive tag key must be included in the requested tags.');
  }
  const inheritedKeys = calling?.transitiveTagKeys ?? [];
  if (inheritedKeys.some((key) => keys.has(lower(key)))) {
    throw invalidParameter(
      "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key " +
        'from the calling session.',
    );
  }
  const spelled = requested.filter(({ Key }) => transitive.some((key) => lower(key) === lower(Key)));
  return {
    tags: { ...inheritedTags(calling), ...tagRecord(requested) },
    transitiveTagKeys: [...inheritedKeys, ...spelled.map(({ Key }) => Key)],
  };
}

/** What a session hands on to those that it assumes. */
export function inheritedTags(calling: Session | undefined): Readonly<Record<string, string>> {
  const { transitiveTagKeys = [], tags = {} } = calling ?? {};
  return Object.fromEntries(
    transitiveTagKeys.flatMap((key) => {
      const value = tags[key];
      return value === undefined ? [] : [[key, value] as const];
    }),
  );
}

/** Condition keys of a request that passes session tags. */
export function sessionTagKeys({ tags, transitiveTagKeys }: SessionTags): ConditionValues {
  return {
    ...requestTagConditions(tags),
    'sts:TransitiveTagKeys': transitiveTagKeys.length > 0 ? transitiveTagKeys : undefined,
  };
}
