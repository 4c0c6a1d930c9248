/** What a policy makes of its group, whoever asked for it. */
import type { EffectContext } from '../../../invoke/context.ts';
import { changedCapacity } from '../activity/activity.ts';
import type { GroupRecord } from '../group/group.ts';
import { changeGroup } from '../group/request-reconcile.ts';
import type { ScalingPolicyRecord } from './scaling-policy.ts';

export function carryOut(
  context: EffectContext,
  group: GroupRecord,
  policy: ScalingPolicyRecord,
  { capacity, cause }: { readonly capacity: number; readonly cause: string },
): void {
  const { nowMs } = context;
  const { desiredCapacity: before, minSize, maxSize } = group;
  const desiredCapacity = Math.min(Math.max(capacity, minSize), maxSize);
  if (desiredCapacity === before) return;
  const isSimple = policy.type === 'SimpleScaling';
  const cooldownSeconds = policy.cooldownSeconds ?? group.defaultCooldownSeconds;
  changeGroup(context, {
    ...group,
    coolsUntilMs: isSimple ? nowMs + cooldownSeconds * 1000 : group.coolsUntilMs,
    ...changedCapacity(group, desiredCapacity, nowMs, cause),
  });
}
