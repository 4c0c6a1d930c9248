/** Tags of groups, some of which go on to the instances that are launched. */
import type { Caller } from '../../../invoke/caller.ts';
import type { ResolveContext } from '../../../invoke/context.ts';
import { type Check, type ConditionValues, missingFor } from '../../../invoke/verdict.ts';
import { isReservedTag, setsReservedTags } from '../../../service-kit/reserved-tags.ts';
import type { Tag, TagDescription } from '../../../shapes/generated/autoscaling.ts';
import { MAX_TAGS } from '../account/limits.ts';
import { limitExceeded, validationError } from '../errors.ts';
import { type GroupRecord, type GroupTag, groupCheck } from '../group/group.ts';

const RESOURCE_TYPE = 'auto-scaling-group';

export function requestTags(caller: Caller, tags: readonly Tag[] | undefined): GroupTag[] {
  const asked = tags ?? [];
  requireUnreservedTags(caller, asked);
  const byKey = new Map(
    asked.map(({ Key, Value = '', PropagateAtLaunch = false }) => [Key, { Key, Value, PropagateAtLaunch }]),
  );
  if (byKey.size < asked.length) throw validationError('Duplicate keys are not allowed.');
  return [...byKey.values()];
}

export function requireUnreservedTags(caller: Caller, tags: readonly Tag[]): void {
  const keys = tags.map(({ Key }) => Key);
  if (!setsReservedTags(caller, keys)) return;
  throw validationError('Tag keys starting with aws: are reserved for internal use');
}

export function mergeTags(current: readonly GroupTag[], added: readonly GroupTag[]): readonly GroupTag[] {
  const merged = [...new Map([...current, ...added].map((tag) => [tag.Key, tag])).values()];
  if (merged.filter(({ Key }) => !isReservedTag(Key)).length > MAX_TAGS) {
    throw limitExceeded(`The maximum number of tags for an Auto Scaling group is ${MAX_TAGS}.`);
  }
  return merged;
}

export function requestTagKeys(all: readonly Pick<GroupTag, 'Key' | 'Value'>[]): ConditionValues {
  const tags = all.filter(({ Key }) => !isReservedTag(Key));
  if (tags.length === 0) return {};
  return {
    'aws:TagKeys': tags.map(({ Key }) => Key),
    ...Object.fromEntries(tags.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, Value])),
  };
}

export const showTag = (
  { name }: GroupRecord,
  { Key, Value, PropagateAtLaunch }: GroupTag,
): TagDescription => ({
  ResourceId: name,
  ResourceType: RESOURCE_TYPE,
  Key,
  Value,
  PropagateAtLaunch,
});

/** The tags of a request by the group that each names, and a check for each of these groups. */
export function tagsByGroup(tags: readonly Tag[]): Map<string | undefined, Tag[]> {
  return Map.groupBy(tags, ({ ResourceId }) => ResourceId);
}

export async function taggedCheck(
  context: ResolveContext,
  action: string,
  tags: readonly Tag[],
): Promise<Check<GroupRecord>[]> {
  if (tags.length === 0) throw validationError('At least one tag must be specified.');
  const checks: Check<GroupRecord>[] = [];
  for (const [name, asked] of tagsByGroup(tags)) {
    const keys = asked.map(({ Key, Value = '' }) => ({ Key, Value }));
    const check = await groupCheck(context, action, name, () => requestTagKeys(keys));
    const unnamed = validationError('Each tag must name its group as the ResourceId.');
    checks.push(missingFor(check, name ? undefined : unnamed));
  }
  return checks;
}

export function requireTagged(tags: readonly Tag[]): void {
  const strange = tags.find(({ ResourceType = RESOURCE_TYPE }) => ResourceType !== RESOURCE_TYPE);
  if (!strange) return;
  throw validationError(
    `Invalid resource type ${strange.ResourceType}. The only supported type is ${RESOURCE_TYPE}.`,
  );
}
