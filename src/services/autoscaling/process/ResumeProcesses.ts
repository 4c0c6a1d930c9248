/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_ResumeProcesses.html */
import { autoscaling } from '../autoscaling.ts';
import { groupCheck } from '../group/group.ts';
import { changeGroup } from '../group/request-reconcile.ts';
import { namedProcesses } from './scaling-process.ts';

export default autoscaling.operation('ResumeProcesses', {
  checks: async (context, input) => ({
    group: await groupCheck(context, 'ResumeProcesses', input.AutoScalingGroupName),
  }),
  execute(context, input, { group: { record: group } }) {
    const suspended = { ...group.suspended };
    for (const name of namedProcesses(input.ScalingProcesses)) delete suspended[name];
    changeGroup(context, { ...group, suspended });
    return {};
  },
});
