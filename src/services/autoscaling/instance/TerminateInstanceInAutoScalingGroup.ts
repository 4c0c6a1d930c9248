/**
 * The instance goes, protected or not; another takes its place unless the desired capacity shrinks along.
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_TerminateInstanceInAutoScalingGroup.html
 */
import { showActivity, timestamped } from '../activity/activity.ts';
import { autoscaling } from '../autoscaling.ts';
import { requireServed, scalingActivityInProgress, validationError } from '../errors.ts';
import { changeGroup } from '../group/request-reconcile.ts';
import { capacityChange } from './group-size.ts';
import { findInstance, isCounted, isLeaving, isWarm, noManagedInstance } from './instance.ts';
import { beginTermination } from './lifecycle.ts';
import { memberGroupCheck } from './member.ts';

export default autoscaling.operation('TerminateInstanceInAutoScalingGroup', {
  checks: async (context, input) => ({
    group: await memberGroupCheck(context, 'TerminateInstanceInAutoScalingGroup', input.InstanceId),
  }),
  async execute(context, input, { group: { record: group } }) {
    requireServed(input, ['InstanceIds', 'AutoScalingGroupName']);
    const instance = await findInstance(context.tx, context, input.InstanceId);
    if (!instance) throw noManagedInstance(input.InstanceId);
    const { instanceId } = instance;
    if (isWarm(instance))
      throw validationError(`Instance ${instanceId} is in the warm pool: it cannot be terminated by itself.`);
    if (isLeaving(instance)) {
      throw scalingActivityInProgress(`Instance ${instanceId} is already being terminated.`);
    }
    const shrinks = input.ShouldDecrementDesiredCapacity && isCounted(instance);
    if (shrinks && group.desiredCapacity <= group.minSize) {
      throw validationError(
        `Currently, desiredSize equals minSize (${group.minSize}). Terminating instance without replacement will violate ` +
          "group's min size constraint. Either set shouldDecrementDesiredCapacity flag to false or lower group's min size.",
      );
    }
    const desiredCapacity = group.desiredCapacity - (shrinks ? 1 : 0);
    const change = capacityChange(group.desiredCapacity, desiredCapacity);
    const cause = timestamped(
      context.nowMs,
      `instance ${instanceId} was taken out of service in response to a user request${change}.`,
    );
    const activity = await beginTermination(context, group, instance, cause);
    changeGroup(context, { ...group, desiredCapacity });
    return { Activity: showActivity(activity) };
  },
});
