/**
 * When a group's zones are uneven, or some are no longer its own, it launches in the zone that lacks an instance before it
 * ends one that is too many (https://docs.aws.amazon.com/autoscaling/ec2/userguide/auto-scaling-benefits.html#AutoScalingBehavior.InstanceUsage).
 */
import type { EffectContext } from '../../../invoke/context.ts';
import { timestamped } from '../activity/activity.ts';
import { type GroupRecord, groups } from '../group/group.ts';
import type { InstanceRecord } from '../instance/instance.ts';
import { openZones, Spread, Tally } from '../instance/placement.ts';
import { launch, type Situation } from './launch-planned.ts';

/** Whether an instance that may go would better be in another zone. */
export function isUneven(group: GroupRecord, instances: readonly InstanceRecord[]): boolean {
  const free = instances.filter(({ isProtected }) => !isProtected);
  if (free.some(({ zone }) => !group.zones.includes(zone))) return true;
  const zones = openZones(group);
  const counts = new Tally<string>();
  for (const { zone } of instances) counts.add(zone, 1);
  const fewest = Math.min(...zones.map((zone) => counts.of(zone)));
  return free.some(({ zone }) => counts.of(zone) - fewest > 1);
}

export async function rebalance(
  context: EffectContext,
  situation: Situation,
  instances: readonly InstanceRecord[],
): Promise<void> {
  const { group } = situation;
  const { AZRebalance, Launch, Terminate } = group.suspended;
  if (AZRebalance || Launch || Terminate) return;
  if (instances.some(({ state }) => state !== 'InService') || !isUneven(group, instances)) return;
  const taken = instances.filter(({ zone }) => group.zones.includes(zone));
  const spread = new Spread(taken);
  const { zone } = spread.next(group);
  const cause = timestamped(context.nowMs, "an instance was launched to aid in balancing the group's zones.");
  const wanted = spread.capacity + 1;
  if (!(await launch(context, situation, { taken, wanted, cause }))) return;
  const pendingCause = timestamped(
    context.nowMs,
    `instances were launched to balance instances in zones ${zone} with other zones resulting in more than desired number of instances in the group.`,
  );
  context.tx.put(groups, { ...group, pendingCause });
}
