/**
 * The alarms of one metric, whose dimensions, statistic, period and unit must be those asked for, where they are.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarmsForMetric.html
 */
import { accountCheck } from '../../../service-kit/account-check.ts';
import type { DescribeAlarmsForMetricInput, Dimension } from '../../../shapes/generated/cloudwatch.ts';
import { cloudwatch } from '../cloudwatch.ts';
import { alarmsOf, type MetricAlarmRecord, showMetricAlarm } from './alarm.ts';

export default cloudwatch.operation('DescribeAlarmsForMetric', {
  readOnly: true,
  checks: (context) => ({ all: accountCheck(context, 'cloudwatch:DescribeAlarmsForMetric') }),
  async execute({ tx, ...scope }, input) {
    const all = await alarmsOf(tx, scope);
    const found = all.filter((alarm) => alarm.type === 'MetricAlarm').filter((alarm) => isOf(alarm, input));
    return { MetricAlarms: found.map(showMetricAlarm) };
  },
});

const OPTIONAL = ['Statistic', 'ExtendedStatistic', 'Period', 'Unit'] as const;

function isOf({ settings }: MetricAlarmRecord, input: DescribeAlarmsForMetricInput): boolean {
  return (
    settings.MetricName === input.MetricName &&
    settings.Namespace === input.Namespace &&
    dimensionKey(settings.Dimensions) === dimensionKey(input.Dimensions) &&
    OPTIONAL.every((name) => input[name] === undefined || settings[name] === input[name])
  );
}

const dimensionKey = (dimensions: readonly Dimension[] = []) =>
  JSON.stringify(dimensions.map(({ Name, Value }) => [Name, Value]).sort());
