/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_RecordLifecycleActionHeartbeat.html */
import { autoscaling } from '../autoscaling.ts';
import { groupCheck } from '../group/group.ts';
import { recordHeartbeat, requireAction } from './lifecycle-action.ts';

export default autoscaling.operation('RecordLifecycleActionHeartbeat', {
  checks: async (context, input) => ({
    group: await groupCheck(context, 'RecordLifecycleActionHeartbeat', input.AutoScalingGroupName),
  }),
  async execute(context, input, { group: { record: group } }) {
    recordHeartbeat(context, await requireAction(context, group, input));
    return {};
  },
});
