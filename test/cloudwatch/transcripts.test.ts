/** CloudWatch's whole answers of alarms: put, read, filtered, set, switched off, ended, with what is recorded and sent. */
import { test } from 'node:test';
import { transcripts } from '../worlds/transcript.ts';

const { server, transcript } = await transcripts(import.meta.url);

test('alarms of one metric, of an expression, and of alarms', async () => {
  const account = '100000000001';
  const t = transcript(account, 'alarms');
  const call = (name: string, input: object = {}) => t.call(`cloudwatch:${name}`, input);
  const arn = (name: string) => `arn:aws:cloudwatch:us-east-1:${account}:alarm:${name}`;
  const topic = `arn:aws:sns:us-east-1:${account}:topic`;
  const metric = {
    Namespace: 'AWS/EC2',
    MetricName: 'CPUUtilization',
    Statistic: 'Average',
    Period: 300,
    EvaluationPeriods: 2,
    Threshold: 80,
    ComparisonOperator: 'GreaterThanThreshold',
  };
  const Tags = [{ Key: 'a', Value: 'b' }];
  await call('PutMetricAlarm', {
    ...metric,
    AlarmName: 'cpu',
    AlarmDescription: 'd',
    Dimensions: [{ Name: 'InstanceId', Value: 'i-00000000000000001' }],
    AlarmActions: [topic],
    OKActions: [topic],
    InsufficientDataActions: [topic],
    TreatMissingData: 'breaching',
    DatapointsToAlarm: 1,
    Unit: 'Percent',
    Tags,
  });
  await call('PutMetricAlarm', {
    ...metric,
    AlarmName: 'p99',
    Statistic: undefined,
    ExtendedStatistic: 'p99',
    ActionsEnabled: false,
  });
  const Metrics = [
    { Id: 'e', Expression: 'm * 2', Label: 'l', ReturnData: true },
    {
      Id: 'm',
      MetricStat: { Metric: { Namespace: 'n', MetricName: 'm' }, Period: 60, Stat: 'Sum' },
      ReturnData: false,
    },
  ];
  await call('PutMetricAlarm', {
    AlarmName: 'math',
    Metrics,
    EvaluationPeriods: 1,
    Threshold: 1,
    ComparisonOperator: 'LessThanThreshold',
  });
  for (const rest of [
    { AlarmName: 'x'.repeat(256) },
    { Statistic: undefined },
    { Statistic: 'Average', ExtendedStatistic: 'p99' },
    { Period: 7 },
    { Period: 10 },
    { Period: 86401 },
    { EvaluationPeriods: 0 },
    { DatapointsToAlarm: 3 },
    { ComparisonOperator: 'None' },
    { TreatMissingData: 'none' },
    { AlarmActions: ['x'] },
    { AlarmActions: [topic, topic, topic, topic, topic, topic] },
    { Threshold: undefined },
    { Unit: 'None' },
    { ExtendedStatistic: 'q', Statistic: undefined },
    { Period: 86400, EvaluationPeriods: 8 },
    { Metrics },
    { Metrics: [], Namespace: undefined },
  ])
    await call('PutMetricAlarm', { ...metric, AlarmName: 'bad', ...rest });
  await call('PutCompositeAlarm', {
    AlarmName: 'both',
    AlarmRule: 'ALARM(cpu) AND NOT OK(p99)',
    AlarmDescription: 'c',
    AlarmActions: [topic],
    Tags,
  });
  for (const AlarmRule of ['ALARM(none)', 'ALARM(', 'TRUE', 'ALARM(both)'])
    await call('PutCompositeAlarm', { AlarmName: 'rule', AlarmRule });
  for (const input of [
    {},
    { AlarmNames: ['cpu', 'none'] },
    { AlarmNamePrefix: 'c' },
    { AlarmNamePrefix: 'pu' },
    { AlarmTypes: ['CompositeAlarm'] },
    { AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] },
    { StateValue: 'OK' },
    { StateValue: 'INSUFFICIENT_DATA', MaxRecords: 1 },
    { ActionPrefix: topic.slice(0, 20) },
    { ChildrenOfAlarmName: 'both' },
    { ParentsOfAlarmName: 'cpu' },
    { MaxRecords: 101 },
    { NextToken: 'x' },
  ])
    await call('DescribeAlarms', input);
  await call('DescribeAlarmsForMetric', {
    Namespace: 'AWS/EC2',
    MetricName: 'CPUUtilization',
    Dimensions: [{ Name: 'InstanceId', Value: 'i-00000000000000001' }],
  });
  await call('DescribeAlarmsForMetric', {
    Namespace: 'AWS/EC2',
    MetricName: 'CPUUtilization',
    ExtendedStatistic: 'p99',
  });
  await call('DescribeAlarmsForMetric', { Namespace: 'n', MetricName: 'none' });
  for (const StateValue of ['ALARM', 'ALARM', 'OK', 'INSUFFICIENT_DATA', 'NONE'])
    await call('SetAlarmState', {
      AlarmName: 'cpu',
      StateValue,
      StateReason: 'by hand',
      StateReasonData: '{"a":1}',
    });
  await call('SetAlarmState', { AlarmName: 'none', StateValue: 'OK', StateReason: 'x' });
  await call('SetAlarmState', { AlarmName: 'cpu', StateValue: 'OK', StateReason: 'x', StateReasonData: '{' });
  await call('SetAlarmState', { AlarmName: 'p99', StateValue: 'ALARM', StateReason: 'x' });
  await server.settled();
  await call('DescribeAlarms', {
    AlarmNames: ['cpu', 'both'],
    AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
  });
  await call('DisableAlarmActions', { AlarmNames: ['cpu', 'none'] });
  await call('EnableAlarmActions', { AlarmNames: ['p99'] });
  for (const input of [
    {},
    { AlarmName: 'cpu' },
    { HistoryItemType: 'StateUpdate' },
    { HistoryItemType: 'Action' },
    { AlarmName: 'cpu', ScanBy: 'TimestampAscending', MaxRecords: 2 },
    { AlarmName: 'none' },
    { AlarmTypes: ['CompositeAlarm'] },
  ])
    await call('DescribeAlarmHistory', input);
  await call('TagResource', { ResourceARN: arn('cpu'), Tags: [{ Key: 'c', Value: 'd' }] });
  await call('UntagResource', { ResourceARN: arn('cpu'), TagKeys: ['a'] });
  for (const name of ['cpu', 'both', 'none']) await call('ListTagsForResource', { ResourceARN: arn(name) });
  await call('DeleteAlarms', { AlarmNames: ['cpu'] });
  await call('DeleteAlarms', { AlarmNames: ['both', 'p99'] });
  await call('DeleteAlarms', { AlarmNames: ['cpu', 'none'] });
  await call('DeleteAlarms', { AlarmNames: ['math'] });
  await call('DescribeAlarms');
  await t.recorded();
  t.compare();
});
