/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_ExitStandby.html */
import { placementDetails, showActivity, startActivity, timestamped } from '../activity/activity.ts';
import { ACTIVITY_KINDS } from '../activity/activity-kind.ts';
import { autoscaling } from '../autoscaling.ts';
import { groupCheck } from '../group/group.ts';
import { changeGroup } from '../group/request-reconcile.ts';
import { capacityChange, requireLaunching, resized } from './group-size.ts';
import { instances, requireInstances, requireStates } from './instance.ts';
import { watchStep } from './steps.ts';

export default autoscaling.operation('ExitStandby', {
  checks: async (context, input) => ({
    group: await groupCheck(context, 'ExitStandby', input.AutoScalingGroupName),
  }),
  async execute(context, input, { group: { record: group } }) {
    requireLaunching(group);
    const found = await requireInstances(context.tx, group, input.InstanceIds);
    requireStates(found, ['Standby']);
    const grown = resized(group, found.length, 'exit standby with');
    const change = capacityChange(group.desiredCapacity, grown.desiredCapacity);
    const started = found.map((instance) => {
      const { instanceId } = instance;
      const activity = startActivity(context, group, {
        instanceId,
        description: `${ACTIVITY_KINDS.exitStandby.description}: ${instanceId}`,
        cause: timestamped(
          context.nowMs,
          `instance ${instanceId} was moved out of standby in response to a user request${change}.`,
        ),
        details: placementDetails(instance),
        status: 'PreInService',
        progress: 30,
      });
      context.tx.put(instances, { ...instance, state: 'Pending', activityId: activity.id });
      context.schedule(watchStep, { instanceId }, { delayMs: context.ports.delays.scaled(1000) });
      return activity;
    });
    changeGroup(context, grown);
    return { Activities: started.map(showActivity) };
  },
});
