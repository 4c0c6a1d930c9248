/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeMetricCollectionTypes.html */
import { autoscaling } from '../autoscaling.ts';
import { accountCheck } from '../group/group.ts';
import { GRANULARITY, METRICS } from './metric.ts';

export default autoscaling.operation('DescribeMetricCollectionTypes', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'DescribeMetricCollectionTypes') }),
  execute: () => ({
    Metrics: METRICS.map((Metric) => ({ Metric })),
    Granularities: [{ Granularity: GRANULARITY }],
  }),
});
