/**
 * Alarms on EventBridge: their states, and their configurations
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html).
 */
import type { EffectContext } from '../../../invoke/context.ts';
import type { Dimension, MetricDataQuery } from '../../../shapes/generated/cloudwatch.ts';
import { type AlarmRecord, actionsOn, alarmArn, type CompositeAlarmRecord } from '../alarm/alarm.ts';

/** `2019-10-02T17:04:40.989+0000` */
export const eventTime = (ms: number): string => new Date(ms).toISOString().replace('Z', '+0000');

/** `Sunday 30 October, 2022 20:47:35 UTC` */
export function longTime(ms: number): string {
  const part = (options: Intl.DateTimeFormatOptions) =>
    new Date(ms).toLocaleString('en-US', { timeZone: 'UTC', ...options });
  const [weekday, day] = [part({ weekday: 'long' }), part({ day: '2-digit' })];
  const [month, year] = [part({ month: 'long' }), part({ year: 'numeric' })];
  return `${weekday} ${day} ${month}, ${year} ${new Date(ms).toISOString().slice(11, 19)} UTC`;
}

/** Of a configuration that changes it is said, but not why. */
const shortState = (alarm: AlarmRecord) => ({
  ...(suppressionOf(alarm) && { actionsSuppressedBy: suppressionOf(alarm)?.by }),
  value: alarm.state.value,
  timestamp: eventTime(alarm.state.atMs),
});

const suppressionOf = (alarm: AlarmRecord) =>
  alarm.type === 'CompositeAlarm' ? alarm.suppression : undefined;

function stateDetail(alarm: AlarmRecord): object {
  const { reason, reasonData } = alarm.state;
  const suppression = suppressionOf(alarm);
  return {
    ...shortState(alarm),
    ...(suppression && { actionsSuppressedReason: suppression.reason }),
    reason,
    ...(reasonData !== undefined && { reasonData }),
  };
}

const dimensionMap = (dimensions: readonly Dimension[] = []) =>
  Object.fromEntries(dimensions.map(({ Name, Value }) => [Name, Value]));

/** The metrics as AWS's events show them: an alarm of one metric is a query without a name of its own. */
function metricsOf(alarm: AlarmRecord): object[] {
  if (alarm.type !== 'MetricAlarm') return [];
  const { settings } = alarm;
  if (settings.Metrics?.length) return settings.Metrics.map(queryDetail);
  const { Namespace: namespace, MetricName: name, Dimensions, Period: period } = settings;
  const stat = settings.Statistic ?? settings.ExtendedStatistic;
  const metric = { namespace, name, dimensions: dimensionMap(Dimensions) };
  return [{ id: 'm1', metricStat: { metric, period, stat }, returnData: true }];
}

function queryDetail({ Id, Expression, Label, MetricStat, ReturnData = true }: MetricDataQuery): object {
  const { Namespace, MetricName, Dimensions } = MetricStat?.Metric ?? {};
  return {
    id: Id,
    ...(Expression !== undefined && { expression: Expression }),
    ...(Label !== undefined && { label: Label }),
    ...(MetricStat && {
      metricStat: {
        metric: { namespace: Namespace, name: MetricName, dimensions: dimensionMap(Dimensions) },
        period: MetricStat.Period,
        stat: MetricStat.Stat,
      },
    }),
    returnData: ReturnData,
  };
}

const ruleOf = (alarm: AlarmRecord) =>
  alarm.type === 'CompositeAlarm' ? compositeRule(alarm.settings) : { metrics: metricsOf(alarm) };

const compositeRule = (settings: CompositeAlarmRecord['settings']) => ({
  alarmRule: settings.AlarmRule,
  ...(settings.ActionsSuppressor !== undefined && {
    actionsSuppressor: settings.ActionsSuppressor,
    actionsSuppressorWaitPeriod: settings.ActionsSuppressorWaitPeriod,
    actionsSuppressorExtensionPeriod: settings.ActionsSuppressorExtensionPeriod,
  }),
});

const described = ({ settings: { AlarmDescription: description } }: AlarmRecord) =>
  description === undefined ? {} : { description };

export function emitStateChange(context: EffectContext, alarm: AlarmRecord, previous: AlarmRecord): void {
  context.emit({
    source: 'aws.cloudwatch',
    detailType: 'CloudWatch Alarm State Change',
    resources: [alarmArn(alarm, alarm.name)],
    detail: {
      alarmName: alarm.name,
      state: stateDetail(alarm),
      previousState: stateDetail(previous),
      configuration: { ...ruleOf(alarm), ...described(alarm) },
    },
  });
}

const configurationDetail = (alarm: AlarmRecord) => ({
  ...ruleOf(alarm),
  ...described(alarm),
  alarmName: alarm.name,
  actionsEnabled: alarm.actionsEnabled,
  timestamp: eventTime(alarm.configuredAtMs),
  okActions: actionsOn(alarm, 'OK'),
  alarmActions: actionsOn(alarm, 'ALARM'),
  insufficientDataActions: actionsOn(alarm, 'INSUFFICIENT_DATA'),
  ...(alarm.type === 'MetricAlarm' && {
    evaluationPeriods: alarm.settings.EvaluationPeriods,
    threshold: alarm.settings.Threshold,
    comparisonOperator: alarm.settings.ComparisonOperator,
    treatMissingData: alarm.settings.TreatMissingData ?? 'missing',
  }),
});

export function emitConfigurationChange(
  context: EffectContext,
  operation: 'create' | 'update' | 'delete',
  alarm: AlarmRecord,
  previous?: AlarmRecord,
): void {
  context.emit({
    source: 'aws.cloudwatch',
    detailType: 'CloudWatch Alarm Configuration Change',
    resources: [alarmArn(alarm, alarm.name)],
    detail: {
      alarmName: alarm.name,
      operation,
      state: shortState(alarm),
      configuration: configurationDetail(alarm),
      ...(previous && { previousConfiguration: configurationDetail(previous) }),
    },
  });
}
