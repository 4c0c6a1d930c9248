/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_SetDesiredCapacity.html */
import { changedCapacity } from '../activity/activity.ts';
import { autoscaling } from '../autoscaling.ts';
import { scalingActivityInProgress, validationError } from '../errors.ts';
import { groupCheck } from './group.ts';
import { changeGroup } from './request-reconcile.ts';

export default autoscaling.operation('SetDesiredCapacity', {
  checks: async (context, input) => ({
    group: await groupCheck(context, 'SetDesiredCapacity', input.AutoScalingGroupName),
  }),
  execute(context, { DesiredCapacity: desiredCapacity, HonorCooldown }, { group: { record: group } }) {
    const { nowMs } = context;
    const { minSize, maxSize, coolsUntilMs = 0 } = group;
    if (desiredCapacity > maxSize) {
      throw validationError(
        `New SetDesiredCapacity value ${desiredCapacity} is above max value ${maxSize} for the AutoScalingGroup.`,
      );
    }
    if (desiredCapacity < minSize) {
      throw validationError(
        `New SetDesiredCapacity value ${desiredCapacity} is below min value ${minSize} for the AutoScalingGroup.`,
      );
    }
    if (HonorCooldown && nowMs < coolsUntilMs) {
      throw scalingActivityInProgress('Scaling activity initiated by a policy is in its cooldown period.');
    }
    changeGroup(context, {
      ...group,
      ...changedCapacity(
        group,
        desiredCapacity,
        nowMs,
        'a user request explicitly set group desired capacity',
      ),
    });
    return {};
  },
});
