/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeMetricCollectionTypes.html */
import { accountCheck } from '../../../service-kit/account-check.ts';
import { autoscaling } from '../autoscaling.ts';
import { GRANULARITY, METRICS } from './metric.ts';

export default autoscaling.operation('DescribeMetricCollectionTypes', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'autoscaling:DescribeMetricCollectionTypes') }),
  execute: () => ({
    Metrics: METRICS.map((Metric) => ({ Metric })),
    Granularities: [{ Granularity: GRANULARITY }],
  }),
});
