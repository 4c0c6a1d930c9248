/**
 * When a group's zones are uneven, or some are no longer its own, it launches in the zone that lacks an instance before it
 * ends one that is too many (https://docs.aws.amazon.com/autoscaling/ec2/userguide/auto-scaling-benefits.html#AutoScalingBehavior.InstanceUsage).
 */
import type { EffectContext } from '../../../invoke/context.ts';
import { timestamped } from '../activity/activity.ts';
import { type GroupRecord, groups } from '../group/group.ts';
import type { InstanceRecord } from '../instance/instance.ts';
import { beginLaunches } from '../instance/launch.ts';
import { choosePlacements } from '../instance/placement.ts';

/** Whether an instance that may go would better be in another zone. */
export function isUneven({ zones }: GroupRecord, instances: readonly InstanceRecord[]): boolean {
  const free = instances.filter(({ isProtected }) => !isProtected);
  if (free.some(({ zone }) => !zones.includes(zone))) return true;
  const countOf = (name: string) => instances.filter(({ zone }) => zone === name).length;
  const fewest = Math.min(...zones.map(countOf));
  return free.some(({ zone }) => countOf(zone) - fewest > 1);
}

export function rebalance(
  context: EffectContext,
  group: GroupRecord,
  instances: readonly InstanceRecord[],
): void {
  const { AZRebalance, Launch, Terminate } = group.suspended;
  if (AZRebalance || Launch || Terminate) return;
  if (instances.some(({ state }) => state !== 'InService') || !isUneven(group, instances)) return;
  const own = instances.filter(({ zone }) => group.zones.includes(zone));
  const [placement] = choosePlacements(group, own, 1);
  beginLaunches(
    context,
    group,
    own,
    1,
    timestamped(context.nowMs, "an instance was launched to aid in balancing the group's zones."),
  );
  const pendingCause = timestamped(
    context.nowMs,
    `instances were launched to balance instances in zones ${placement?.zone} with other zones resulting in more than desired number of instances in the group.`,
  );
  context.tx.put(groups, { ...group, pendingCause });
}
