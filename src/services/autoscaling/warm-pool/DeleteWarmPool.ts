/**
 * The pool's instances are terminated, and then it is gone. By force nobody waits for what they are in the middle of.
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DeleteWarmPool.html
 */
import { autoscaling } from '../autoscaling.ts';
import { scalingActivityInProgress, validationError } from '../errors.ts';
import { groupCheck } from '../group/group.ts';
import { changeGroup } from '../group/request-reconcile.ts';
import { isReady, staysWarm, warmInstancesOf } from './warm-pool.ts';

export default autoscaling.operation('DeleteWarmPool', {
  checks: async (context, input) => ({
    group: await groupCheck(context, 'DeleteWarmPool', input.AutoScalingGroupName),
  }),
  async execute(context, { ForceDelete: force }, { group: { record: group } }) {
    const { warmPool } = group;
    if (!warmPool) throw validationError(`No warm pool found for AutoScalingGroup ${group.name}.`);
    const warm = (await warmInstancesOf(context.tx, group)).filter(staysWarm);
    if (!force && !warm.every(isReady)) {
      throw scalingActivityInProgress(
        'You cannot delete a warm pool while there are scaling activities in progress for it.',
      );
    }
    changeGroup(context, { ...group, warmPool: { ...warmPool, isDeleting: true } });
    return {};
  },
});
