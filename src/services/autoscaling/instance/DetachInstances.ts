/**
 * The instances go on without the group, which replaces them unless its desired capacity shrinks along.
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DetachInstances.html
 */
import { ACTIVITY_KINDS } from '../activity/activity-kind.ts';
import { autoscaling } from '../autoscaling.ts';
import { groupCheck } from '../group/group.ts';
import { leaveService } from './leave-service.ts';
import { leaveStep } from './steps.ts';

export default autoscaling.operation('DetachInstances', {
  checks: async (context, input) => ({
    group: await groupCheck(context, 'DetachInstances', input.AutoScalingGroupName),
  }),
  async execute(context, input, { group: { record: group } }) {
    const Activities = await leaveService(context, group, input, {
      from: ['InService', 'Standby'],
      to: 'Detaching',
      purpose: 'detach',
      description: ACTIVITY_KINDS.detach.description,
      sentence: (id) => `instance ${id} was detached in response to a user request`,
      step: leaveStep,
    });
    return { Activities };
  },
});
