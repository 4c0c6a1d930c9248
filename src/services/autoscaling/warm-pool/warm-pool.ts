/** A group's warm pool: how many instances it is to have, and how AWS shows it. */
import type { WarmPoolConfiguration } from '../../../shapes/generated/autoscaling.ts';
import type { ReadTransaction } from '../../../store/store.ts';
import type { GroupRecord, WarmPool } from '../group/group.ts';
import { type InstanceRecord, instancesOf, isLeaving, isWarm } from '../instance/instance.ts';

/** Those on their way out for good included. */
export async function warmInstancesOf(tx: ReadTransaction, group: GroupRecord): Promise<InstanceRecord[]> {
  return (await instancesOf(tx, group)).filter(isWarm);
}

export const staysWarm = (instance: InstanceRecord) => isWarm(instance) && !isLeaving(instance);

/** Ready to come into service. */
export const isReady = ({ state, health }: InstanceRecord) =>
  (state === 'Warmed:Running' || state === 'Warmed:Stopped') && health === 'Healthy';

/** aws-facts E4.3 */
export function poolSize(
  { desiredCapacity, maxSize }: GroupRecord,
  { minSize, maxPrepared, isDeleting }: WarmPool,
): number {
  return isDeleting ? 0 : Math.max(minSize, (maxPrepared ?? maxSize) - desiredCapacity, 0);
}

export const showPool = ({
  state,
  minSize,
  maxPrepared,
  reusesOnScaleIn,
  isDeleting,
}: WarmPool): WarmPoolConfiguration => ({
  MaxGroupPreparedCapacity: maxPrepared,
  MinSize: minSize,
  PoolState: state,
  Status: isDeleting ? 'PendingDelete' : undefined,
  InstanceReusePolicy: reusesOnScaleIn === undefined ? undefined : { ReuseOnScaleIn: reusesOnScaleIn },
});
