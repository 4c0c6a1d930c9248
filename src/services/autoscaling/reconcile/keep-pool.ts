/** The warm pool compared with what it should be: it is filled, and emptied of what is too much or not well. */
import type { EffectContext } from '../../../invoke/context.ts';
import { timestamped } from '../activity/activity.ts';
import { findGroup, type GroupRecord, groups } from '../group/group.ts';
import { capacityOf } from '../instance/allocation.ts';
import { type InstanceRecord, instancesOf, isCounted } from '../instance/instance.ts';
import { launchesOf } from '../instance/launch-record.ts';
import { beginTermination } from '../instance/lifecycle.ts';
import { chooseForScaleIn, type ScaleInFacts } from '../instance/scale-in.ts';
import { poolSize, staysWarm, warmInstancesOf } from '../warm-pool/warm-pool.ts';
import { launch, type Situation } from './launch-planned.ts';

/** In the terms of the pool alone: what is ready in it, and what is on its way into it. */
export async function keepPool(
  context: EffectContext,
  situation: Situation,
  facts: ScaleInFacts,
): Promise<void> {
  // What came before may have changed the group.
  const group = await findGroup(context.tx, context, situation.group.name);
  if (!group?.warmPool) return;
  const all = await warmInstancesOf(context.tx, group);
  const underWay = await launchesOf(context.tx, group);
  const launches = underWay.filter(({ isWarm }) => isWarm);
  if (group.warmPool.isDeleting && all.length === 0 && launches.length === 0) {
    context.tx.put(groups, { ...group, warmPool: undefined });
    return;
  }
  const warm = await endUnhealthy(context, group, all.filter(staysWarm));
  const size = poolSize(group, group.warmPool);
  const actual = warm.length + launches.length;
  if (actual < size && !group.suspended.Launch) {
    // Group and pool are spread over the zones together, so that what leaves the pool does not make the group uneven.
    const counted = (await instancesOf(context.tx, group)).filter(isCounted);
    const taken = [...counted, ...warm, ...underWay.map(({ planned }) => planned)];
    const wanted = capacityOf(taken) + size - actual;
    const cause = timestamped(
      context.nowMs,
      `an instance was started in response to a difference between desired and actual warm pool capacity, increasing the warm pool capacity from ${actual} to ${size}.`,
    );
    await launch(context, { ...situation, group }, { taken, wanted, cause, isWarm: true });
  } else if (actual > size && !group.suspended.Terminate) {
    await shrink(context, group, warm, size, facts);
  }
}

async function endUnhealthy(
  context: EffectContext,
  group: GroupRecord,
  warm: readonly InstanceRecord[],
): Promise<InstanceRecord[]> {
  const left: InstanceRecord[] = [];
  for (const instance of warm) {
    const { unhealthyCause } = instance;
    if (unhealthyCause === undefined || group.suspended.Terminate) left.push(instance);
    else await beginTermination(context, group, instance, timestamped(context.nowMs, unhealthyCause));
  }
  return left;
}

/** What is ready goes, by the default termination policy. */
async function shrink(
  context: EffectContext,
  group: GroupRecord,
  warm: readonly InstanceRecord[],
  size: number,
  facts: ScaleInFacts,
): Promise<void> {
  const ready = warm
    .filter(({ activityId }) => activityId === undefined)
    .map((instance) => ({ ...instance, isProtected: false }));
  const byDefault = { ...facts, group: { ...group, terminationPolicies: ['Default'] } };
  for (const instance of chooseForScaleIn(ready, warm.length - size, byDefault)) {
    const cause = timestamped(
      context.nowMs,
      `an instance was taken out of the warm pool in response to a difference between desired and actual warm pool capacity, shrinking the warm pool capacity from ${warm.length} to ${size}.`,
    );
    await beginTermination(context, group, instance, cause);
  }
}
