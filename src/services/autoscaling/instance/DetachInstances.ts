/**
 * The instances go on without the group, which replaces them unless its desired capacity shrinks along.
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DetachInstances.html
 */
import { autoscaling } from '../autoscaling.ts';
import { checkGroup } from '../group/group.ts';
import { LEAVE } from './steps.ts';
import { takeOut } from './take-out.ts';

export default autoscaling.operation('DetachInstances', {
  checks: async (context, input) => ({
    group: await checkGroup(context, 'DetachInstances', input.AutoScalingGroupName),
  }),
  async execute(context, input, { group: { record: group } }) {
    const Activities = await takeOut(context, group, input, {
      from: ['InService', 'Standby'],
      to: 'Detaching',
      purpose: 'detach',
      description: 'Detaching EC2 instance',
      sentence: (id) => `instance ${id} was detached in response to a user request`,
      step: LEAVE,
    });
    return { Activities };
  },
});
