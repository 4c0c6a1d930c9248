/**
 * Alarms of metrics and of other alarms
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-alarm.html,
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-compositealarm.html).
 */
import type { PutCompositeAlarmInput, PutMetricAlarmInput } from '../../../shapes/generated/cloudwatch.ts';
import type { JsonObject } from '../template/json.ts';
import { cloudwatchRetag } from './cloudwatch-tags.ts';
import { ofInput, type Properties, TAGS } from './properties.ts';
import type { ResourceContext, ResourceType } from './resource-type.ts';
import { tagsOf } from './tags.ts';

interface Kind {
  readonly name: string;
  readonly operation: 'PutMetricAlarm' | 'PutCompositeAlarm';
  readonly members: readonly string[];
  readonly required: readonly string[];
  readonly unserved?: readonly string[];
}

const MAX_NAME = 255;
const ACTIONS = [
  'ActionsEnabled',
  'AlarmActions',
  'AlarmDescription',
  'InsufficientDataActions',
  'OKActions',
];

function alarmType({ name, operation, members, required, unserved }: Kind): ResourceType {
  const properties: Properties = Object.fromEntries(
    [...ACTIONS, ...members].map((member) => [
      member,
      { type: ofInput('cloudwatch', operation, member), required: required.includes(member) },
    ]),
  );
  const put = ({ call }: ResourceContext, AlarmName: string, given: JsonObject) => {
    const input = { ...given, AlarmName, Tags: tagsOf(given) } as unknown;
    return operation === 'PutMetricAlarm'
      ? call('cloudwatch', operation, input as PutMetricAlarmInput)
      : call('cloudwatch', operation, input as PutCompositeAlarmInput);
  };
  const arnOf = ({ account, region }: ResourceContext, alarm: string) =>
    `arn:aws:cloudwatch:${region}:${account}:alarm:${alarm}`;
  return {
    name,
    nameProperty: 'AlarmName',
    properties: { ...properties, AlarmName: { type: 'String', change: 'replacement' }, Tags: TAGS },
    unserved,
    attributes: ['Arn'],

    async create(ctx, given) {
      const AlarmName = (given.AlarmName as string) ?? ctx.physicalName(MAX_NAME);
      await put(ctx, AlarmName, given);
      return AlarmName;
    },

    read: async (ctx, { physicalId }) => ({ Arn: arnOf(ctx, physicalId) }),

    async update(ctx, { physicalId, properties: from }, to) {
      await put(ctx, physicalId, to);
      await cloudwatchRetag(ctx, arnOf(ctx, physicalId), from, to);
    },

    async delete({ call }, { physicalId }) {
      await call('cloudwatch', 'DeleteAlarms', { AlarmNames: [physicalId] });
    },
  };
}

export const alarm = alarmType({
  name: 'AWS::CloudWatch::Alarm',
  operation: 'PutMetricAlarm',
  members: [
    'ComparisonOperator',
    'DatapointsToAlarm',
    'Dimensions',
    'EvaluateLowSampleCountPercentile',
    'EvaluationPeriods',
    'ExtendedStatistic',
    'MetricName',
    'Metrics',
    'Namespace',
    'Period',
    'Statistic',
    'Threshold',
    'ThresholdMetricId',
    'TreatMissingData',
    'Unit',
  ],
  required: ['ComparisonOperator', 'EvaluationPeriods'],
  unserved: ['EvaluationCriteria', 'EvaluationInterval', 'EvaluationWindow', 'WarmUpConfiguration'],
});

export const compositeAlarm = alarmType({
  name: 'AWS::CloudWatch::CompositeAlarm',
  operation: 'PutCompositeAlarm',
  members: [
    'ActionsSuppressor',
    'ActionsSuppressorExtensionPeriod',
    'ActionsSuppressorWaitPeriod',
    'AlarmRule',
  ],
  required: ['AlarmRule'],
});
