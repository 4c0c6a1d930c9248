/** CloudWatch's whole answers of alarms: put, read, filtered, set, switched off, ended, with what is recorded and sent. */
import { test } from 'node:test';
import { alarms } from '../../src/services/cloudwatch/alarm/alarm.ts';
import { DAY_MS, newUser } from '../worlds/account.ts';
import { multiply } from '../worlds/limits.ts';
import { transcripts } from '../worlds/transcript.ts';

const MINUTE_MS = 60_000;

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
    { Id: 'e', Expression: 'm * 2', Label: 'l' },
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
  const band = { Id: 'band', Expression: 'ANOMALY_DETECTION_BAND(m)' };
  const [, watched] = Metrics;
  const anomaly = {
    AlarmName: 'odd',
    Metrics: [{ ...watched, ReturnData: true }, band],
    EvaluationPeriods: 1,
    ThresholdMetricId: 'band',
    ComparisonOperator: 'GreaterThanUpperThreshold',
  };
  for (const rest of [
    { ThresholdMetricId: 'none' },
    { ThresholdMetricId: undefined },
    { ComparisonOperator: 'GreaterThanThreshold' },
    { Threshold: 1 },
    { Metrics: [watched] },
    { Metrics: [...anomaly.Metrics, { Id: 'e', Expression: 'm' }] },
    { Metrics: [...anomaly.Metrics, { ...band, ReturnData: false }] },
    { Metrics: [{ Id: 'M', Expression: '1' }, band] },
    { Metrics: [{ ...watched, Expression: '1' }, band] },
    { Metrics: [{ Id: 'm' }, band] },
    {},
  ])
    await call('PutMetricAlarm', { ...anomaly, ...rest });
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
    { AlarmNames: ['cpu'], AlarmNamePrefix: 'c' },
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
  const ofMetric = { Namespace: 'AWS/EC2', MetricName: 'CPUUtilization', ExtendedStatistic: 'p99' };
  for (const rest of [
    { Namespace: 'n' },
    { MetricName: 'none' },
    { Period: 60 },
    { Unit: 'Percent' },
    { ExtendedStatistic: 'p90' },
    { Dimensions: [{ Name: 'InstanceId', Value: 'i-00000000000000002' }] },
  ])
    await call('DescribeAlarmsForMetric', { ...ofMetric, ...rest });
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
  await call('PutCompositeAlarm', {
    AlarmName: 'both',
    AlarmRule: 'ALARM(cpu)',
    AlarmActions: [topic],
    ActionsSuppressor: 'p99',
    ActionsSuppressorWaitPeriod: 3600,
    ActionsSuppressorExtensionPeriod: 3600,
  });
  // Held back while it may be, then while it is, and for a while after it was.
  for (const [AlarmName, StateValue] of [
    ['p99', 'OK'],
    ['cpu', 'ALARM'],
    ['p99', 'ALARM'],
    ['p99', 'OK'],
  ]) {
    await t.silent('cloudwatch:SetAlarmState', { AlarmName, StateValue, StateReason: 'x' });
    await server.settled();
    await call('DescribeAlarms', { AlarmNames: ['both'], AlarmTypes: ['CompositeAlarm'] });
  }
  await call('DeleteAlarms', { AlarmNames: ['cpu'] });
  await call('DeleteAlarms', { AlarmNames: ['both', 'p99'] });
  await call('DeleteAlarms', { AlarmNames: ['cpu', 'none'] });
  await call('DeleteAlarms', { AlarmNames: ['math', 'odd'] });
  await call('DescribeAlarms');
  await call('DescribeAlarmHistory', { AlarmName: 'math', HistoryItemType: 'ConfigurationUpdate' });
  await t.recorded();
  t.compare();
});

test('dashboards, and the edges of alarms: periods, rules, ages and pages', async () => {
  const account = '100000000002';
  const t = transcript(account, 'edges');
  const call = (name: string, input: object = {}) => t.call(`cloudwatch:${name}`, input);
  for (const input of [
    { DashboardName: 'one', DashboardBody: '{"widgets":[]}' },
    { DashboardName: 'one-more', DashboardBody: '{}' },
    { DashboardName: 'x'.repeat(255), DashboardBody: '{}' },
    { DashboardName: 'x'.repeat(256), DashboardBody: '{}' },
    { DashboardName: 'a b', DashboardBody: '{}' },
    ...['[]', 'null', '1', '{', ''].map((DashboardBody) => ({ DashboardName: 'bad', DashboardBody })),
    { DashboardName: 'bad' },
  ])
    await call('PutDashboard', input);
  for (const DashboardName of ['one', 'bad', undefined]) await call('GetDashboard', { DashboardName });
  await call('ListDashboards');
  await call('ListDashboards', { DashboardNamePrefix: 'one-' });
  await call('ListDashboards', { NextToken: 'x' });
  for (const DashboardNames of [['one', 'bad'], ['one', 'one'], ['one'], []])
    await call('DeleteDashboards', { DashboardNames });
  await call('ListDashboards', { DashboardNamePrefix: 'one' });

  const metric = {
    Namespace: 'n',
    MetricName: 'm',
    Statistic: 'Sum',
    Threshold: 1,
    ComparisonOperator: 'LessThanThreshold',
  };
  const refused = async (title: string, operation: string, input: object) => {
    const { output } = await t.silent(`cloudwatch:${operation}`, input);
    t.step(title, output.message ?? 'accepted');
  };
  for (const [Period, EvaluationPeriods] of [
    [60, 1440],
    [60, 1441],
    [3540, 24],
    [3540, 25],
    [3600, 168],
    [3600, 169],
  ])
    await refused(`${EvaluationPeriods} times ${Period} seconds`, 'PutMetricAlarm', {
      ...metric,
      AlarmName: 'a',
      Period,
      EvaluationPeriods,
    });
  for (const Period of [10, 20, 21, 30, 31, 59])
    await refused(`${Period} seconds`, 'PutMetricAlarm', {
      ...metric,
      AlarmName: 'a',
      Period,
      EvaluationPeriods: 1,
    });
  for (const depth of [50, 51, 100, 101]) {
    for (const [word, end] of [
      ['NOT ', ''],
      ['(', ')'],
    ] as const)
      await refused(`${depth} ${word}`, 'PutCompositeAlarm', {
        AlarmName: 'deep',
        AlarmRule: `${word.repeat(depth)}ALARM(a)${end.repeat(depth)}`,
      });
  }
  await server.advance(10 * MINUTE_MS);
  await call('DisableAlarmActions', { AlarmNames: ['a'] });
  await call('DescribeAlarms', { AlarmNames: ['a'] });
  // The state is looked at again, and is the same.
  await t.silent('cloudwatch:SetAlarmState', {
    AlarmName: 'a',
    StateValue: 'INSUFFICIENT_DATA',
    StateReason: 'still',
  });
  await call('DescribeAlarms', { AlarmNames: ['a'] });
  const mia = await newUser(server, 'mia', { account });
  await t.call('cloudwatch:DeleteAlarms', { AlarmNames: [] }, { as: mia.credentials });
  await t.call('cloudwatch:DescribeAlarmHistory', {}, { as: mia.credentials });

  const states = ['ALARM', 'OK'];
  const set = (StateValue: unknown) =>
    t.silent('cloudwatch:SetAlarmState', { AlarmName: 'a', StateValue, StateReason: 'x' });
  for (let i = 0; i < 100; i++) await set(states[i % 2]);
  const history = async (title: string, input: object) => {
    const { output } = await t.silent('cloudwatch:DescribeAlarmHistory', { AlarmName: 'a', ...input });
    const items = (output.AlarmHistoryItems as { Timestamp: Date; HistoryItemType: string }[]) ?? [];
    t.step(`history ${title}`, [items.length, typeof output.NextToken, output.message]);
    return items;
  };
  const all = await history('by its page', {});
  await history('with 101', { MaxRecords: 101 });
  await history('of state alone', { HistoryItemType: 'StateUpdate' });
  const moment = all.at(-1)?.Timestamp ?? new Date(0);
  // Bounds included.
  const ofMoment = { AlarmName: 'a', MaxRecords: 100, StartDate: moment, EndDate: moment };
  const found = (await t.silent('cloudwatch:DescribeAlarmHistory', ofMoment)).output.AlarmHistoryItems;
  t.step('history of one moment', (found as object[]).length > 0);
  await server.advance(30 * DAY_MS - 10 * MINUTE_MS);
  await set('ALARM');
  await history('of almost 30 days', { HistoryItemType: 'ConfigurationUpdate' });
  await server.advance(20 * MINUTE_MS);
  for (let i = 0; i < 2; i++) await set(states[(i + 1) % 2]);
  await history('of more than 30 days', { HistoryItemType: 'ConfigurationUpdate' });
  t.compare();
});

test('as many alarms, tags and alarms of alarms as there may be', async () => {
  const account = '100000000003';
  const t = transcript(account, 'limits');
  const call = async (name: string, input: object = {}) =>
    (await t.silent(`cloudwatch:${name}`, input)).output;
  const rule = (AlarmName: string, AlarmRule: string) => call('PutCompositeAlarm', { AlarmName, AlarmRule });
  await call('PutMetricAlarm', {
    AlarmName: 'base',
    Namespace: 'n',
    MetricName: 'm',
    Statistic: 'Sum',
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 1,
    ComparisonOperator: 'LessThanThreshold',
  });
  for (let i = 1; i <= 12; i++)
    await rule(`level-${i + 10}`, `ALARM(${i === 1 ? 'base' : `level-${i + 9}`})`);
  await call('SetAlarmState', { AlarmName: 'base', StateValue: 'ALARM', StateReason: 'x' });
  const { output: levels } = await t.silent('cloudwatch:DescribeAlarms', { AlarmTypes: ['CompositeAlarm'] });
  t.step(
    'alarms of alarms, level by level',
    (levels.CompositeAlarms as { StateValue: string }[]).map(({ StateValue }) => StateValue),
  );
  const ResourceARN = `arn:aws:cloudwatch:us-east-1:${account}:alarm:base`;
  const tags = (count: number, from = 0) =>
    Array.from({ length: count }, (_, i) => ({ Key: `k${from + i}`, Value: 'v' }));
  for (const Tags of [tags(50), tags(1, 50), tags(1), [{ Key: 'aws:x', Value: 'v' }]])
    t.step(`${Tags.length} tags from ${Tags[0]?.Key}`, await call('TagResource', { ResourceARN, Tags }));

  await multiply(server, alarms, { account, region: 'us-east-1' }, 5000 - 13);
  for (const name of ['last', 'one-too-many', 'last'])
    t.step(`5000 alarms: ${name}`, await rule(name, 'FALSE'));
  t.compare();
});
