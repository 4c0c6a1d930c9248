/**
 * Members that are not named stay as they are. Hibernated pools are refused: EC2 hibernates nothing here.
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutWarmPool.html
 */
import type { PutWarmPoolType } from '../../../shapes/generated/autoscaling.ts';
import { autoscaling } from '../autoscaling.ts';
import { notServed, scalingActivityInProgress } from '../errors.ts';
import { type GroupRecord, groupCheck, type WarmPool } from '../group/group.ts';
import { requireNatural } from '../group/group-settings.ts';
import { changeGroup } from '../group/request-reconcile.ts';
import { requireWarmable } from './requirements.ts';

export default autoscaling.operation('PutWarmPool', {
  checks: async (context, input) => ({
    group: await groupCheck(context, 'PutWarmPool', input.AutoScalingGroupName),
  }),
  async execute(context, input, { group: { record: group } }) {
    requireNatural(input, 'MinSize');
    if (input.PoolState === 'Hibernated') throw notServed('warm pools of the state Hibernated');
    if (group.isDeleting || group.warmPool?.isDeleting) {
      throw scalingActivityInProgress(`The warm pool of AutoScalingGroup ${group.name} is being deleted.`);
    }
    await requireWarmable(context.tx, group);
    changeGroup(context, { ...group, warmPool: poolOf(input, group) });
    return {};
  },
});

function poolOf(input: PutWarmPoolType, { warmPool: before }: GroupRecord): WarmPool {
  const { MaxGroupPreparedCapacity: prepared, MinSize, PoolState, InstanceReusePolicy: reuse } = input;
  return {
    state: (PoolState as WarmPool['state']) ?? before?.state ?? 'Stopped',
    minSize: MinSize ?? before?.minSize ?? 0,
    // -1 takes it back.
    maxPrepared: prepared === -1 ? undefined : (prepared ?? before?.maxPrepared),
    reusesOnScaleIn: reuse?.ReuseOnScaleIn ?? before?.reusesOnScaleIn,
  };
}
