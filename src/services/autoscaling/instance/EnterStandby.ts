/**
 * The instances stay in the group without serving: they are neither checked nor counted. The group launches others in
 * their place unless its desired capacity shrinks along.
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_EnterStandby.html
 */
import { ACTIVITY_KINDS } from '../activity/activity-kind.ts';
import { autoscaling } from '../autoscaling.ts';
import { groupCheck } from '../group/group.ts';
import { leaveService } from './leave-service.ts';
import { standByStep } from './steps.ts';

export default autoscaling.operation('EnterStandby', {
  checks: async (context, input) => ({
    group: await groupCheck(context, 'EnterStandby', input.AutoScalingGroupName),
  }),
  async execute(context, input, { group: { record: group } }) {
    const Activities = await leaveService(context, group, input, {
      from: ['InService'],
      to: 'EnteringStandby',
      purpose: 'place into standby',
      description: ACTIVITY_KINDS.enterStandby.description,
      sentence: (id) => `instance ${id} was moved to standby in response to a user request`,
      step: standByStep,
    });
    return { Activities };
  },
});
