/** CloudWatch's alarms as records: their states are set by hand, and drive policies, instances, other alarms and events. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { PutScalingPolicyCommand } from '@aws-sdk/client-auto-scaling';
import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DeleteDashboardsCommand,
  DescribeAlarmHistoryCommand,
  type DescribeAlarmHistoryCommandInput,
  DescribeAlarmsCommand,
  type DescribeAlarmsCommandInput,
  DescribeAlarmsForMetricCommand,
  DisableAlarmActionsCommand,
  EnableAlarmActionsCommand,
  GetDashboardCommand,
  ListDashboardsCommand,
  ListMetricsCommand,
  ListTagsForResourceCommand,
  PutCompositeAlarmCommand,
  PutDashboardCommand,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
  SetAlarmStateCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-cloudwatch';
import { ACCOUNT, allowing, emittedEvents, REGION, statement, userWith } from '../worlds/account.ts';
import { groupWorld } from '../worlds/groups.ts';
import { refusal, startServerFor, type TestServer } from '../worlds/server.ts';
import { stacksOf } from '../worlds/stacks.ts';

let server: TestServer;
let cloudwatch: CloudWatchClient;
before(async () => {
  server = await startServerFor(undefined);
  cloudwatch = server.client(CloudWatchClient);
});
after(() => server.close());

const arnOf = (name: string) => `arn:aws:cloudwatch:${REGION}:${ACCOUNT}:alarm:${name}`;
const TOPIC = `arn:aws:sns:${REGION}:${ACCOUNT}:topic`;

const put = (
  AlarmName: string,
  rest: Partial<PutMetricAlarmCommandInput> = {},
  client: CloudWatchClient = cloudwatch,
) =>
  client.send(
    new PutMetricAlarmCommand({
      AlarmName,
      Namespace: 'AWS/EC2',
      MetricName: 'CPUUtilization',
      Statistic: 'Average',
      Period: 300,
      EvaluationPeriods: 2,
      Threshold: 80,
      ComparisonOperator: 'GreaterThanThreshold',
      ...rest,
    }),
  );
const set = (AlarmName: string, StateValue: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA', client = cloudwatch) =>
  client.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: 'by hand' }));
const described = async (input: DescribeAlarmsCommandInput, client = cloudwatch) =>
  client.send(new DescribeAlarmsCommand(input));
const names = async (input: DescribeAlarmsCommandInput) =>
  (await described(input)).MetricAlarms!.map(({ AlarmName }) => AlarmName);
const history = async (input: DescribeAlarmHistoryCommandInput, client = cloudwatch) =>
  (await client.send(new DescribeAlarmHistoryCommand(input))).AlarmHistoryItems!.map(
    ({ HistorySummary }) => HistorySummary,
  );

describe('an alarm of a metric', () => {
  test('has no data until its state is set, and keeps its state and tags when it is configured anew', async () => {
    await put('cpu', {
      AlarmDescription: 'busy',
      Tags: [{ Key: 'team', Value: 'core' }],
      OKActions: [TOPIC],
    });
    const [made] = (await described({ AlarmNames: ['cpu'] })).MetricAlarms!;
    assert.equal(made!.AlarmArn, arnOf('cpu'));
    assert.deepEqual(
      [made!.StateValue, made!.StateReason, made!.ActionsEnabled, made!.OKActions, made!.AlarmActions],
      ['INSUFFICIENT_DATA', 'Unchecked: Initial alarm creation', true, [TOPIC], []],
    );
    await set('cpu', 'ALARM');
    await put('cpu', { Threshold: 90, Tags: [{ Key: 'other', Value: 'x' }] });
    const [changed] = (await described({ StateValue: 'ALARM' })).MetricAlarms!;
    assert.deepEqual(
      [changed!.Threshold, changed!.AlarmDescription, changed!.StateReason],
      [90, undefined, 'by hand'],
    );
    const { Tags } = await cloudwatch.send(new ListTagsForResourceCommand({ ResourceARN: arnOf('cpu') }));
    assert.deepEqual(Tags, [{ Key: 'team', Value: 'core' }]);
    assert.deepEqual(await history({ AlarmName: 'cpu' }), [
      'Alarm "cpu" updated',
      'Alarm updated from INSUFFICIENT_DATA to ALARM',
      'Alarm "cpu" created',
    ]);
    const [details] = (await emittedEvents(server)).filter(
      ({ 'detail-type': type }) => type === 'CloudWatch Alarm State Change',
    );
    assert.deepEqual(
      [details!.source, details!.resources, (details!.detail.state as { value: string }).value],
      ['aws.cloudwatch', [arnOf('cpu')], 'ALARM'],
    );
  });

  test('is refused where what it asks for does not go together', async () => {
    const refused = async (rest: Partial<PutMetricAlarmCommandInput>) =>
      (await refusal(put('bad', rest))).code;
    assert.equal(await refused({ Period: 7 }), 'ValidationError');
    assert.equal(await refused({ Period: 60, EvaluationPeriods: 1441 }), 'ValidationError');
    assert.equal(await refused({ DatapointsToAlarm: 3 }), 'ValidationError');
    assert.equal(await refused({ ExtendedStatistic: 'p90' }), 'InvalidParameterCombination');
    assert.equal(await refused({ Threshold: undefined }), 'MissingParameter');
    assert.equal(await refused({ MetricName: undefined }), 'ValidationError');
    assert.equal(await refused({ Metrics: [{ Id: 'e', Expression: '1' }] }), 'InvalidParameterCombination');
    assert.equal(await refused({ AlarmActions: ['nonsense'] }), 'ValidationError');
    assert.equal(await refused({ AlarmActions: [TOPIC.replace(REGION, 'eu-west-1')] }), 'ValidationError');
    assert.equal(await refused({ AlarmActions: ['arn:aws:automate:us-east-1:ec2:stop'] }), 'ValidationError');
    assert.match(
      (await refusal(put('bad', { EvaluationInterval: 60 }))).message,
      /does not serve EvaluationInterval/,
    );
    assert.equal((await refusal(set('none', 'OK'))).code, 'ResourceNotFound');
    const metrics = await refusal(cloudwatch.send(new ListMetricsCommand({})));
    assert.match(metrics.message, /Latchkey does not serve cloudwatch:ListMetrics/);
  });

  test('is found by prefix, by action and by its metric, page by page, and deleted with all or none', async () => {
    const Dimensions = [{ Name: 'InstanceId', Value: 'i-1' }];
    for (const name of ['web-1', 'web-2', 'web-3']) await put(name, { Dimensions, AlarmActions: [TOPIC] });
    assert.deepEqual(await names({ AlarmNamePrefix: 'web-' }), ['web-1', 'web-2', 'web-3']);
    assert.deepEqual(await names({ ActionPrefix: TOPIC }), ['web-1', 'web-2', 'web-3']);
    const first = await described({ AlarmNamePrefix: 'web-', MaxRecords: 2 });
    assert.deepEqual(await names({ AlarmNamePrefix: 'web-', NextToken: first.NextToken }), ['web-3']);
    const ofMetric = { Namespace: 'AWS/EC2', MetricName: 'CPUUtilization', Dimensions };
    const found = await cloudwatch.send(new DescribeAlarmsForMetricCommand(ofMetric));
    assert.equal(found.MetricAlarms!.length, 3);
    const remove = (...AlarmNames: string[]) => cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames }));
    assert.equal((await refusal(remove('web-1', 'web-9'))).code, 'ResourceNotFound');
    await remove('web-1', 'web-2', 'web-3');
    assert.deepEqual(await names({ AlarmNamePrefix: 'web-' }), []);
  });

  test('takes the rights that the Service Authorization Reference names, with the actions as a condition', async () => {
    const arn = arnOf('mine-*');
    const own = statement(['cloudwatch:PutMetricAlarm', 'cloudwatch:TagResource'], {
      Resource: arn,
      Condition: { 'ForAllValues:StringEquals': { 'cloudwatch:AlarmActions': [TOPIC] } },
    });
    const ann = server.client(CloudWatchClient, await userWith(server, 'ann', own));
    await put('mine-1', { AlarmActions: [TOPIC], Tags: [{ Key: 'a', Value: 'b' }] }, ann);
    assert.equal((await refusal(put('mine-2', { AlarmActions: [`${TOPIC}2`] }, ann))).code, 'AccessDenied');
    const denied = await refusal(put('other', {}, ann));
    assert.match(
      denied.message,
      /not authorized to perform: cloudwatch:PutMetricAlarm on resource: .*:alarm:other/,
    );
    assert.match(
      (await refusal(described({}, ann))).message,
      /cloudwatch:DescribeAlarms on resource: .*:alarm:\*/,
    );
    const bob = await userWith(server, 'bob', allowing('cloudwatch:PutMetricAlarm'));
    const tagged = put('other', { Tags: [{ Key: 'a', Value: 'b' }] }, server.client(CloudWatchClient, bob));
    assert.match((await refusal(tagged)).message, /cloudwatch:TagResource/);
    const stops = put(
      'other',
      {
        Dimensions: [{ Name: 'InstanceId', Value: 'i-1' }],
        AlarmActions: ['arn:aws:automate:us-east-1:ec2:stop'],
      },
      server.client(CloudWatchClient, bob),
    );
    assert.match((await refusal(stops)).message, /iam:CreateServiceLinkedRole/);
  });

  test('has tags of its own', async () => {
    await put('tagged');
    const ResourceARN = arnOf('tagged');
    await cloudwatch.send(new TagResourceCommand({ ResourceARN, Tags: [{ Key: 'a', Value: '1' }] }));
    await cloudwatch.send(new TagResourceCommand({ ResourceARN, Tags: [{ Key: 'b', Value: '2' }] }));
    await cloudwatch.send(new UntagResourceCommand({ ResourceARN, TagKeys: ['a'] }));
    const { Tags } = await cloudwatch.send(new ListTagsForResourceCommand({ ResourceARN }));
    assert.deepEqual(Tags, [{ Key: 'b', Value: '2' }]);
  });
});

interface Trigger {
  readonly arn: string;
  readonly state: { readonly value: string };
}

test('an alarm of alarms has the state that its rule comes to', async () => {
  await put('one');
  await put('two words');
  const compose = (AlarmRule: string) =>
    cloudwatch.send(new PutCompositeAlarmCommand({ AlarmName: 'both', AlarmRule, AlarmActions: [TOPIC] }));
  for (const rule of ['ALARM(one) AND', 'ALARM()', 'MAYBE(one)', '(OK(one)', 'ALARM(both)', 'NOT']) {
    assert.equal((await refusal(compose(rule))).code, 'ValidationError', rule);
  }
  await compose(`ALARM("one") AND (NOT OK("${arnOf('two words')}") OR FALSE)`);
  const both = async () => (await described({ AlarmTypes: ['CompositeAlarm'] })).CompositeAlarms![0]!;
  const stateOf = async () => (await both()).StateValue;
  const because = async () => {
    const { StateReason, StateReasonData } = await both();
    const { triggeringAlarms } = JSON.parse(StateReasonData!);
    return [StateReason, triggeringAlarms.map(({ arn, state }: Trigger) => [arn, state.value])];
  };
  assert.equal(await stateOf(), 'OK');
  assert.deepEqual(await because(), [
    `${arnOf('both')} was created and its alarm rule evaluates to OK`,
    [
      [arnOf('one'), 'INSUFFICIENT_DATA'],
      [arnOf('two words'), 'INSUFFICIENT_DATA'],
    ],
  ]);
  await set('one', 'ALARM');
  assert.equal(await stateOf(), 'ALARM');
  const [reason, children] = await because();
  assert.match(reason!, /:alarm:one transitioned to ALARM at \w+day \d\d \w+, \d{4} \d\d:\d\d:\d\d UTC$/);
  assert.deepEqual(children, [[arnOf('one'), 'ALARM']]);
  await set('two words', 'OK');
  assert.equal(await stateOf(), 'OK');
  assert.deepEqual(await names({ ChildrenOfAlarmName: 'both' }), ['one', 'two words']);
  assert.match(
    (await history({ AlarmName: 'both', HistoryItemType: 'Action' }))[0]!,
    /^Failed to execute action arn:aws:sns/,
  );
});

const compose = (AlarmName: string, AlarmRule: string) =>
  cloudwatch.send(new PutCompositeAlarmCommand({ AlarmName, AlarmRule }));

test('a rule names an alarm plainly or within quotation marks, and nothing beside that', async () => {
  await put('plain');
  await put('two words');
  for (const rule of ['ALARM( plain )', 'ALARM( "two words" )', 'ALARM(two words)', 'ALARM\t("plain")'])
    await compose('named', rule);
  const refused = [
    'ALARM()',
    'ALARM("")',
    'ALARM( )',
    'ALARM("plain" x)',
    'ALARM(x "plain")',
    'ALARM(pla"in)',
  ];
  for (const rule of [...refused, 'ALARM("plain)', 'ALARM("a""b")', 'ALARM(plain']) {
    const { code, message } = await refusal(compose('named', rule));
    assert.deepEqual([code, message], ['ValidationError', `AlarmRule is not valid: ${rule}`], rule);
  }
});

test('an alarm of alarms is evaluated once for a change, after all that it looks at', async () => {
  await put('layer-0');
  const layers = 5;
  for (let layer = 1; layer <= layers; layer++) {
    const [one, other] = [`one-${layer}`, `other-${layer}`];
    for (const name of [one, other]) await compose(name, `ALARM(layer-${layer - 1})`);
    // Were it evaluated between them it would come into ALARM and out again, and all above it twice as often in each layer.
    await compose(`layer-${layer}`, `ALARM(${one}) AND NOT ALARM(${other})`);
  }
  await set('layer-0', 'ALARM');
  for (const name of ['one-1', 'other-1']) {
    const [last] = await history({ AlarmName: name, HistoryItemType: 'StateUpdate' });
    assert.equal(last, 'Alarm updated from OK to ALARM');
  }
  for (let layer = 1; layer <= layers; layer++) {
    const updates = await history({ AlarmName: `layer-${layer}`, HistoryItemType: 'StateUpdate' });
    assert.deepEqual(updates, ['Alarm updated from INSUFFICIENT_DATA to OK'], `layer ${layer}`);
  }
});

test('alarms of alarms that look at each other are evaluated once round', async () => {
  await put('seed');
  await compose('turn', 'FALSE');
  await compose('back', 'ALARM(turn)');
  await compose('turn', 'ALARM(seed) AND NOT ALARM(back)');
  await set('seed', 'ALARM');
  const { CompositeAlarms = [] } = await described({
    AlarmNames: ['turn', 'back'],
    AlarmTypes: ['CompositeAlarm'],
  });
  assert.deepEqual(
    CompositeAlarms.map(({ StateValue }) => StateValue),
    ['ALARM', 'ALARM'],
  );
  const updates = await history({ AlarmName: 'turn', HistoryItemType: 'StateUpdate' });
  assert.equal(updates[0], 'Alarm updated from OK to ALARM');
  assert.equal(updates.filter((summary) => summary === updates[0]).length, 1);
});

test('an alarm that suppresses the actions of another holds them back, and for a while before and after', async () => {
  await put('deploying');
  await put('errors');
  const ActionsSuppressor = arnOf('deploying');
  const wanted = { AlarmName: 'calm', AlarmRule: 'ALARM(errors)', AlarmActions: [TOPIC], OKActions: [TOPIC] };
  const periods = { ActionsSuppressorWaitPeriod: 60, ActionsSuppressorExtensionPeriod: 120 };
  const compose = (more: object) => cloudwatch.send(new PutCompositeAlarmCommand({ ...wanted, ...more }));
  for (const wrong of [
    { ActionsSuppressor },
    periods,
    { ...periods, ActionsSuppressor: 'calm' },
    { ...periods, ActionsSuppressor: 'none' },
  ]) {
    assert.equal((await refusal(compose(wrong))).code, 'ValidationError', JSON.stringify(wrong));
  }
  await compose({ ActionsSuppressor, ...periods });
  const suppressedBy = async () =>
    (await described({ AlarmNames: ['calm'], AlarmTypes: ['CompositeAlarm'] })).CompositeAlarms![0]!
      .ActionsSuppressedBy;
  const actions = async () => (await history({ AlarmName: 'calm', HistoryItemType: 'Action' })).length;

  await set('errors', 'ALARM');
  assert.deepEqual([await suppressedBy(), await actions()], ['WaitPeriod', 0]);
  const told = (await emittedEvents(server)).filter(({ detail }) => detail.alarmName === 'calm');
  const details = (type: string) =>
    told.filter((event) => event['detail-type'].endsWith(type)).at(-1)!.detail;
  const { state, configuration } = details('State Change');
  const {
    timestamp: _time,
    reason: _reason,
    reasonData: _data,
    ...suppressed
  } = state as Record<string, unknown>;
  assert.deepEqual(suppressed, {
    value: 'ALARM',
    actionsSuppressedBy: 'WaitPeriod',
    actionsSuppressedReason: 'Actions suppressed by WaitPeriod',
  });
  assert.deepEqual(configuration, {
    alarmRule: wanted.AlarmRule,
    actionsSuppressor: ActionsSuppressor,
    actionsSuppressorWaitPeriod: 60,
    actionsSuppressorExtensionPeriod: 120,
  });
  const { state: unexplained } = details('Configuration Change');
  assert.deepEqual(Object.keys(unexplained as object), ['value', 'timestamp']);
  await server.advance(61_000);
  assert.deepEqual([await suppressedBy(), await actions()], [undefined, 1]);

  await set('deploying', 'ALARM');
  await set('errors', 'OK');
  assert.deepEqual([await suppressedBy(), await actions()], ['Alarm', 1]);
  await set('deploying', 'OK');
  await server.advance(60_000);
  assert.deepEqual([await suppressedBy(), await actions()], ['ExtensionPeriod', 1]);
  await server.advance(61_000);
  assert.deepEqual([await suppressedBy(), await actions()], [undefined, 2]);

  await set('errors', 'ALARM');
  await set('deploying', 'ALARM');
  await server.advance(61_000);
  assert.deepEqual([await suppressedBy(), await actions()], ['Alarm', 2]);

  await set('deploying', 'OK');
  await server.advance(121_000);

  // A period of no length ends at once, and one of a second does not.
  const short = { ActionsSuppressorWaitPeriod: 60, ActionsSuppressorExtensionPeriod: 0 };
  await compose({ ActionsSuppressor, ...short });
  await set('deploying', 'ALARM');
  await set('errors', 'OK');
  assert.deepEqual([await suppressedBy(), await actions()], ['Alarm', 3]);
  await set('deploying', 'OK');
  await server.settled();
  assert.deepEqual([await suppressedBy(), await actions()], [undefined, 4]);
  await compose({ ActionsSuppressor, ...short, ActionsSuppressorExtensionPeriod: 1 });
  await set('deploying', 'ALARM');
  await set('deploying', 'OK');
  assert.equal(await suppressedBy(), 'ExtensionPeriod');
});

describe('what an alarm asks for', () => {
  test('is a policy of a group, carried out where the alarm comes into the state', async (t) => {
    const world = await groupWorld(t, { delays: 0 });
    await world.newGroup(await world.newTemplate());
    await world.server.settled();
    const { PolicyARN } = await world.autoscaling.send(
      new PutScalingPolicyCommand({
        AutoScalingGroupName: 'web',
        PolicyName: 'out',
        PolicyType: 'StepScaling',
        AdjustmentType: 'ChangeInCapacity',
        StepAdjustments: [
          { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 10, ScalingAdjustment: 1 },
          { MetricIntervalLowerBound: 10, ScalingAdjustment: 2 },
        ],
      }),
    );
    const client = world.server.client(CloudWatchClient);
    await put('busy', { AlarmActions: [PolicyARN!] }, client);
    await client.send(new DisableAlarmActionsCommand({ AlarmNames: ['busy'] }));
    await set('busy', 'ALARM', client);
    await world.server.settled();
    assert.equal((await world.group()).DesiredCapacity, 1);

    await client.send(new EnableAlarmActionsCommand({ AlarmNames: ['busy'] }));
    await set('busy', 'OK', client);
    await set('busy', 'ALARM', client);
    await set('busy', 'ALARM', client);
    await world.server.settled();
    assert.equal((await world.group()).DesiredCapacity, 2);
    const [activity] = await world.activities();
    assert.match(
      activity!.Cause!,
      /a monitor alarm busy in state ALARM triggered policy out changing the desired capacity from 1 to 2/,
    );

    await set('busy', 'OK', client);
    const StateReasonData = JSON.stringify({ recentDatapoints: [70, 95] });
    const far = { AlarmName: 'busy', StateValue: 'ALARM', StateReason: 'far', StateReasonData } as const;
    await client.send(new SetAlarmStateCommand(far));
    assert.equal((await world.group()).DesiredCapacity, 4);
    assert.match(
      (await history({ AlarmName: 'busy' }, client))[0]!,
      /^Successfully executed action arn:aws:autoscaling/,
    );

    // What is said of the state may be any JSON.
    for (const data of ['null', '1', '[]', '{"recentDatapoints":null}', '{"recentDatapoints":{"at":1}}']) {
      await set('busy', 'OK', client);
      await client.send(new SetAlarmStateCommand({ ...far, StateReasonData: data }));
    }
  });

  test('is an instance stopped, as the service-linked role for it', async (t) => {
    const world = await groupWorld(t, { delays: 0 });
    const client = world.server.client(CloudWatchClient);
    const id = await world.run();
    await world.server.settled();
    await put(
      'idle',
      {
        Dimensions: [{ Name: 'InstanceId', Value: id }],
        AlarmActions: ['arn:aws:automate:us-east-1:ec2:stop'],
      },
      client,
    );
    await set('idle', 'ALARM', client);
    await world.server.settled();
    assert.match((await world.instance(id)).State!.Name!, /^stopp/);
    const [event] = await world.trail({ name: 'EventName', value: 'StopInstances' });
    assert.match(JSON.stringify(event!.userIdentity), /AWSServiceRoleForCloudWatchEvents/);
  });
});

test('a stack makes, changes and deletes alarms', async () => {
  const stacks = stacksOf(server);
  const template = (Threshold: number) => ({
    Resources: {
      A: {
        Type: 'AWS::CloudWatch::Alarm',
        Properties: {
          Namespace: 'AWS/EC2',
          MetricName: 'CPUUtilization',
          Dimensions: [{ Name: 'InstanceId', Value: 'i-1' }],
          Statistic: 'Average',
          Period: '60',
          EvaluationPeriods: '1',
          Threshold,
          ComparisonOperator: 'GreaterThanThreshold',
        },
      },
      B: {
        Type: 'AWS::CloudWatch::CompositeAlarm',
        Properties: {
          AlarmName: 'of-stack',
          AlarmRule: { 'Fn::Sub': `ALARM("\${A}")` },
          ActionsSuppressor: { Ref: 'A' },
          ActionsSuppressorWaitPeriod: 60,
          ActionsSuppressorExtensionPeriod: '60',
        },
      },
    },
    Outputs: { Arn: { Value: { 'Fn::GetAtt': 'A.Arn' } } },
  });
  const made = await stacks.create('alarms', template(80));
  assert.equal(made.StackStatus, 'CREATE_COMPLETE', (await stacks.story('alarms')).join('\n'));
  const name = await stacks.physicalId('alarms', 'A');
  assert.equal(made.Outputs![0]!.OutputValue, arnOf(name));
  await stacks.update('alarms', template(90));
  assert.equal((await described({ AlarmNames: [name] })).MetricAlarms![0]!.Threshold, 90);
  await stacks.remove('alarms');
  assert.deepEqual(await names({ AlarmNames: [name] }), []);
});

test('dashboards are kept as they are put, for the account in all Regions', async () => {
  const elsewhere = server.client(CloudWatchClient, undefined, { region: 'eu-west-1' });
  const body = '{"widgets":[]}';
  const putBody = (DashboardName: string, DashboardBody: string) =>
    cloudwatch.send(new PutDashboardCommand({ DashboardName, DashboardBody }));
  await putBody('web', '{}');
  await putBody('web', body);
  await putBody('api', body);
  const shown = await elsewhere.send(new GetDashboardCommand({ DashboardName: 'web' }));
  assert.deepEqual(
    [shown.DashboardArn, shown.DashboardBody],
    [`arn:aws:cloudwatch::${ACCOUNT}:dashboard/web`, body],
  );
  const { DashboardEntries: entries } = await cloudwatch.send(
    new ListDashboardsCommand({ DashboardNamePrefix: 'a' }),
  );
  assert.deepEqual(
    entries!.map(({ DashboardName, Size }) => [DashboardName, Size]),
    [['api', body.length]],
  );
  const gone = (DashboardNames: string[]) => cloudwatch.send(new DeleteDashboardsCommand({ DashboardNames }));
  const refusals = [putBody('web', '[]'), putBody('web', 'x'), putBody('a b', body), gone(['web', 'none'])];
  assert.deepEqual(await Promise.all(refusals.map(async (call) => (await refusal(call)).message)), [
    'The field DashboardBody must be a valid JSON object',
    'The field DashboardBody must be a valid JSON object',
    'The value a b for field DashboardName contains invalid characters.',
    'Dashboard none does not exist',
  ]);
  await gone(['web', 'api']);
  const missing = cloudwatch.send(new GetDashboardCommand({ DashboardName: 'web' }));
  assert.deepEqual((await refusal(missing)).status, 404);
});

test('dashboards have tags, which decide who may change them', async () => {
  const arn = `arn:aws:cloudwatch::${ACCOUNT}:dashboard/tagged`;
  const body = { DashboardName: 'tagged', DashboardBody: '{}' };
  const putAs = (client: CloudWatchClient, Key: string) =>
    client.send(new PutDashboardCommand({ ...body, Tags: [{ Key, Value: '1' }] }));
  const tags = async () =>
    (await cloudwatch.send(new ListTagsForResourceCommand({ ResourceARN: arn }))).Tags!.map(({ Key }) => Key);

  const mayPut = await userWith(server, 'putter', allowing('cloudwatch:PutDashboard'));
  const client = server.client(CloudWatchClient, mayPut);
  assert.match(
    (await refusal(putAs(client, 'team'))).message,
    /cloudwatch:TagResource on resource: .*:dashboard\/tagged/,
  );
  await putAs(cloudwatch, 'team');
  assert.deepEqual(await tags(), ['team']);
  // Those of an update mean nothing, and need no permission.
  await putAs(client, 'other');
  assert.deepEqual(await tags(), ['team']);

  await cloudwatch.send(new TagResourceCommand({ ResourceARN: arn, Tags: [{ Key: 'more', Value: '2' }] }));
  await cloudwatch.send(new UntagResourceCommand({ ResourceARN: arn, TagKeys: ['team', 'none'] }));
  assert.deepEqual(await tags(), ['more']);
  const byTag = statement('cloudwatch:*', { Condition: { StringEquals: { 'aws:ResourceTag/more': '2' } } });
  const tagged = server.client(CloudWatchClient, await userWith(server, 'by-tag', byTag));
  const remove = (name: string) => tagged.send(new DeleteDashboardsCommand({ DashboardNames: [name] }));
  await cloudwatch.send(new PutDashboardCommand({ ...body, DashboardName: 'untagged' }));
  assert.equal((await refusal(remove('untagged'))).code, 'AccessDenied');
  await remove('tagged');

  const listed = (ResourceARN: string) => cloudwatch.send(new ListTagsForResourceCommand({ ResourceARN }));
  assert.equal((await refusal(listed(arn))).message, 'Dashboard tagged does not exist');
  assert.equal((await refusal(listed(arn.replace(ACCOUNT, '999999999999')))).code, 'ResourceNotFound');
});
