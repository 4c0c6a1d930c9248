/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_EnableMetricsCollection.html */
import { autoscaling } from '../autoscaling.ts';
import { validationError } from '../errors.ts';
import { groupCheck, groups } from '../group/group.ts';
import { GRANULARITY, namedMetrics } from './metric.ts';

export default autoscaling.operation('EnableMetricsCollection', {
  checks: async (context, input) => ({
    group: await groupCheck(context, 'EnableMetricsCollection', input.AutoScalingGroupName),
  }),
  execute({ tx }, input, { group: { record: group } }) {
    if (input.Granularity !== GRANULARITY) {
      throw validationError(
        `Invalid Granularity: ${input.Granularity}. Valid granularities are: [${GRANULARITY}].`,
      );
    }
    const metrics = [...new Set([...group.metrics, ...namedMetrics(input.Metrics)])].sort();
    tx.put(groups, { ...group, metrics });
    return {};
  },
});
