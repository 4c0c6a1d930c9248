/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DisableMetricsCollection.html */
import { autoscaling } from '../autoscaling.ts';
import { groupCheck, groups } from '../group/group.ts';
import { namedMetrics } from './metric.ts';

export default autoscaling.operation('DisableMetricsCollection', {
  checks: async (context, input) => ({
    group: await groupCheck(context, 'DisableMetricsCollection', input.AutoScalingGroupName),
  }),
  execute({ tx }, input, { group: { record: group } }) {
    const disabled = namedMetrics(input.Metrics);
    tx.put(groups, { ...group, metrics: group.metrics.filter((name) => !disabled.includes(name)) });
    return {};
  },
});
