/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_SuspendProcesses.html */
import { autoscaling } from '../autoscaling.ts';
import { groupCheck, groups } from '../group/group.ts';
import { namedProcesses } from './scaling-process.ts';

export default autoscaling.operation('SuspendProcesses', {
  checks: async (context, input) => ({
    group: await groupCheck(context, 'SuspendProcesses', input.AutoScalingGroupName),
  }),
  execute({ tx, nowMs }, input, { group: { record: group } }) {
    const reason = `User suspended at ${new Date(nowMs).toISOString().slice(0, 19)}Z`;
    const suspended = { ...group.suspended };
    for (const name of namedProcesses(input.ScalingProcesses)) suspended[name] ??= reason;
    tx.put(groups, { ...group, suspended });
    return {};
  },
});
