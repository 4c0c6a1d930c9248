/**
 * Target tracking: a policy that keeps a metric near a value by two alarms of its own, which Auto Scaling makes, changes and
 * deletes (https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-target-tracking.html, aws-facts E5.1).
 */
import type {
  CustomizedMetricSpecification,
  TargetTrackingConfiguration,
} from '../../../shapes/generated/autoscaling.ts';
import type { PutMetricAlarmInput } from '../../../shapes/generated/cloudwatch.ts';
import { validationError } from '../errors.ts';
import type { GroupRecord } from '../group/group.ts';

export interface TrackingAlarms {
  readonly high: string;
  readonly low: string;
}

/** An alarm's metric, as PutMetricAlarm takes it. */
type AlarmMetric = Pick<
  PutMetricAlarmInput,
  | 'Namespace'
  | 'MetricName'
  | 'Statistic'
  | 'ExtendedStatistic'
  | 'Dimensions'
  | 'Unit'
  | 'Metrics'
  | 'Period'
>;

const ofGroup =
  (Namespace: string, MetricName: string) =>
  (group: string): AlarmMetric => ({
    Namespace,
    MetricName,
    Statistic: 'Average',
    Dimensions: [{ Name: 'AutoScalingGroupName', Value: group }],
  });

const PREDEFINED: Readonly<Record<string, (group: string, label: string) => AlarmMetric>> = {
  ASGAverageCPUUtilization: ofGroup('AWS/EC2', 'CPUUtilization'),
  ASGAverageNetworkIn: ofGroup('AWS/EC2', 'NetworkIn'),
  ASGAverageNetworkOut: ofGroup('AWS/EC2', 'NetworkOut'),
  ALBRequestCountPerTarget(_group, label) {
    const [, loadBalancer, targetGroup] = LABEL.exec(label) ?? [];
    return {
      Namespace: 'AWS/ApplicationELB',
      MetricName: 'RequestCountPerTarget',
      Statistic: 'Sum',
      Dimensions: [
        { Name: 'LoadBalancer', Value: loadBalancer as string },
        { Name: 'TargetGroup', Value: targetGroup as string },
      ],
    };
  },
};

/** `app/NAME/ID/targetgroup/NAME/ID` */
const LABEL = /^(app\/[^/]+\/[^/]+)\/(targetgroup\/[^/]+\/[^/]+)$/;
const PERIOD_SECONDS = 60;
const PERIODS = [10, 30, PERIOD_SECONDS];
/** The alarm that has the group shrink is a tenth below the target, and waits longer. */
const LOW_SHARE = 0.9;
const EVALUATIONS = { high: 3, low: 15 };

/** Throws AWS's error for a configuration that cannot be. */
export function requireTracking(tracking: TargetTrackingConfiguration): void {
  const { PredefinedMetricSpecification: predefined, CustomizedMetricSpecification: customized } = tracking;
  if (Boolean(predefined) === Boolean(customized)) {
    throw validationError(
      'Exactly one of PredefinedMetricSpecification and CustomizedMetricSpecification must be specified.',
    );
  }
  if (predefined) requirePredefined(predefined.PredefinedMetricType, predefined.ResourceLabel);
  if (customized) requireCustomized(customized);
}

function requirePredefined(type: string, label: string | undefined): void {
  const needsLabel = type === 'ALBRequestCountPerTarget';
  if (needsLabel && !LABEL.test(label ?? '')) {
    throw validationError(
      `A ResourceLabel of the form app/NAME/ID/targetgroup/NAME/ID is required for ${type}.`,
    );
  }
  if (!needsLabel && label !== undefined)
    throw validationError(`ResourceLabel is not supported for ${type}.`);
}

function requireCustomized({
  MetricName,
  Namespace,
  Statistic,
  Period,
  Metrics,
}: CustomizedMetricSpecification): void {
  const isNamed = MetricName !== undefined || Namespace !== undefined || Statistic !== undefined;
  if (isNamed === Boolean(Metrics?.length)) {
    throw validationError(
      'A customized metric has either a MetricName, Namespace and Statistic, or Metrics.',
    );
  }
  if (isNamed && !(MetricName && Namespace && Statistic)) {
    throw validationError('MetricName, Namespace and Statistic are required for a customized metric.');
  }
  if (Period !== undefined && !PERIODS.includes(Period)) {
    throw validationError(`Invalid Period: ${Period}. Valid periods are: [${PERIODS.join(', ')}].`);
  }
}

function metricOf(group: string, tracking: TargetTrackingConfiguration): AlarmMetric {
  const { PredefinedMetricSpecification: predefined, CustomizedMetricSpecification: customized = {} } =
    tracking;
  if (predefined) {
    const metric = PREDEFINED[predefined.PredefinedMetricType]?.(group, predefined.ResourceLabel ?? '');
    return { ...metric, Period: PERIOD_SECONDS };
  }
  const { Metrics: queries, Period = PERIOD_SECONDS, Statistic, Unit, ...metric } = customized;
  if (!queries?.length) {
    const isPlain = !/^(p|tm|tc|ts|wm|pr|iqm)/i.test(Statistic ?? '');
    return {
      ...metric,
      ...(isPlain
        ? { Statistic: Statistic as PutMetricAlarmInput['Statistic'] }
        : { ExtendedStatistic: Statistic }),
      Unit: Unit as PutMetricAlarmInput['Unit'],
      Period,
    };
  }
  return {
    Metrics: queries.map(({ MetricStat: stat, Period: _period, ...query }) => ({
      ...query,
      MetricStat: stat && { ...stat, Period: stat.Period ?? PERIOD_SECONDS },
    })) as PutMetricAlarmInput['Metrics'],
  };
}

/** The two alarms, as they are put. */
export function alarmsOf(
  { name: group }: GroupRecord,
  policyArn: string,
  tracking: TargetTrackingConfiguration,
  names: TrackingAlarms,
): PutMetricAlarmInput[] {
  const same = {
    ...metricOf(group, tracking),
    AlarmDescription: `DO NOT EDIT OR DELETE. For TargetTrackingScaling policy ${policyArn}.`,
    AlarmActions: [policyArn],
  };
  return [
    {
      ...same,
      AlarmName: names.high,
      EvaluationPeriods: EVALUATIONS.high,
      Threshold: tracking.TargetValue,
      ComparisonOperator: 'GreaterThanThreshold',
    },
    {
      ...same,
      AlarmName: names.low,
      EvaluationPeriods: EVALUATIONS.low,
      Threshold: tracking.TargetValue * LOW_SHARE,
      ComparisonOperator: 'LessThanThreshold',
    },
  ];
}

/**
 * The capacity with which the metric would be at its target, were it in proportion; at least one instance more, or fewer.
 * `breach` is how far the metric is past the alarm's threshold (aws-facts E5.2).
 */
export function trackedCapacity(
  { desiredCapacity: now }: GroupRecord,
  { TargetValue: target, DisableScaleIn }: TargetTrackingConfiguration,
  isHigh: boolean,
  breach: number,
): number {
  if (isHigh) return Math.max(now + 1, Math.ceil((now * (target + breach)) / target));
  if (DisableScaleIn) return now;
  return Math.min(now - 1, Math.ceil((now * (target * LOW_SHARE + breach)) / target));
}
