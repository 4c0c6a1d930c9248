/** Scaling policies of every type: what they must have, the alarms of a target tracking policy, and what alarms do. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  DeleteAutoScalingGroupCommand,
  DeletePolicyCommand,
  DescribePoliciesCommand,
  ExecutePolicyCommand,
  type PredictiveScalingConfiguration,
  PutScalingPolicyCommand,
  type PutScalingPolicyCommandInput,
  SetDesiredCapacityCommand,
  SuspendProcessesCommand,
  type TargetTrackingConfiguration,
} from '@aws-sdk/client-auto-scaling';
import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  PutMetricAlarmCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { type GroupWorld, groupWorld, SERVICE_SESSION } from '../worlds/groups.ts';
import { refusal } from '../worlds/server.ts';

let world: GroupWorld;
let cloudwatch: CloudWatchClient;
let templateId: string;
const ends: (() => void)[] = [];
before(async () => {
  world = await groupWorld({ after: (end) => ends.push(end as () => void) });
  cloudwatch = world.server.client(CloudWatchClient);
  templateId = await world.newTemplate();
});
after(async () => {
  for (const end of ends.reverse()) await end();
});

let made = 0;
async function newGroup(DesiredCapacity: number): Promise<string> {
  const name = `group-${++made}`;
  await world.newGroup(templateId, { AutoScalingGroupName: name, DesiredCapacity, MaxSize: 10 });
  await world.server.settled();
  return name;
}

const put = (AutoScalingGroupName: string, input: Partial<PutScalingPolicyCommandInput>) =>
  world.autoscaling.send(
    new PutScalingPolicyCommand({ AutoScalingGroupName, PolicyName: 'policy', ...input }),
  );
const described = async (AutoScalingGroupName: string) => {
  const { ScalingPolicies } = await world.autoscaling.send(
    new DescribePoliciesCommand({ AutoScalingGroupName }),
  );
  return ScalingPolicies![0]!;
};
const alarms = async (group: string) => {
  const { MetricAlarms } = await cloudwatch.send(
    new DescribeAlarmsCommand({ AlarmNamePrefix: `TargetTracking-${group}-` }),
  );
  return MetricAlarms!.toSorted((one, other) => (one.AlarmName! < other.AlarmName! ? -1 : 1));
};

const CPU: TargetTrackingConfiguration = {
  PredefinedMetricSpecification: { PredefinedMetricType: 'ASGAverageCPUUtilization' },
  TargetValue: 50,
};
const tracking = (configuration: Partial<TargetTrackingConfiguration> = {}) => ({
  PolicyType: 'TargetTrackingScaling',
  TargetTrackingConfiguration: { ...CPU, ...configuration },
});

describe('a target tracking policy', () => {
  test('has two alarms, put as the service-linked role, that go with it', async () => {
    const group = await newGroup(1);
    const { PolicyARN, Alarms } = await put(group, tracking());
    const [high, low] = await alarms(group);
    assert.deepEqual(
      Alarms!.map(({ AlarmARN }) => AlarmARN),
      [high!.AlarmArn, low!.AlarmArn],
    );
    assert.match(high!.AlarmName!, /-AlarmHigh-[0-9a-f-]{36}$/);
    assert.deepEqual([high!.Threshold, low!.Threshold], [50, 45]);
    assert.deepEqual([high!.EvaluationPeriods, low!.EvaluationPeriods], [3, 15]);
    assert.deepEqual(high!.Dimensions, [{ Name: 'AutoScalingGroupName', Value: group }]);
    assert.deepEqual(high!.AlarmActions, [PolicyARN]);
    assert.equal(
      high!.AlarmDescription,
      `DO NOT EDIT OR DELETE. For TargetTrackingScaling policy ${PolicyARN}.`,
    );
    const { TargetTrackingConfiguration: shown } = await described(group);
    assert.deepEqual(shown, { ...CPU, DisableScaleIn: false });
    const puts = (await world.trail()).filter(({ eventName }) => eventName === 'PutMetricAlarm');
    assert.equal(puts[0]!.userIdentity!.arn, SERVICE_SESSION);

    await put(group, tracking({ TargetValue: 60 }));
    assert.deepEqual(
      (await alarms(group)).map(({ AlarmName, Threshold }) => [AlarmName, Threshold]),
      [
        [high!.AlarmName, 60],
        [low!.AlarmName, 54],
      ],
    );
    await world.autoscaling.send(
      new DeletePolicyCommand({ AutoScalingGroupName: group, PolicyName: 'policy' }),
    );
    await world.server.settled();
    assert.deepEqual(await alarms(group), []);
  });

  test('scales out and in as its alarms say, and not in where that is disabled', async () => {
    const group = await newGroup(2);
    await put(group, tracking());
    const [high, low] = await alarms(group);
    const raise = async (AlarmName: string | undefined) => {
      for (const StateValue of ['OK', 'ALARM'] as const) {
        await cloudwatch.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: 'tried' }));
      }
      await world.server.settled();
      return (await world.group(group)).DesiredCapacity;
    };
    assert.equal(await raise(high!.AlarmName), 3);
    const [launch] = await world.activities(group);
    assert.ok(
      launch!.Cause!.includes(
        ` a monitor alarm ${high!.AlarmName} in state ALARM triggered policy policy changing the desired capacity from 2 to 3.`,
      ),
    );
    assert.equal(await raise(low!.AlarmName), 2);
    await put(group, tracking({ DisableScaleIn: true }));
    assert.equal(await raise(low!.AlarmName), 2);
  });

  test('takes its alarms along as its group goes', async () => {
    const group = await newGroup(0);
    await put(group, tracking());
    await world.autoscaling.send(new DeleteAutoScalingGroupCommand({ AutoScalingGroupName: group }));
    await world.server.settled();
    assert.deepEqual(await alarms(group), []);
  });

  test("may track a metric of one's own, and a sum of several", async () => {
    const group = await newGroup(0);
    const own = {
      MetricName: 'Backlog',
      Namespace: 'Mine',
      Statistic: 'Sum',
      Dimensions: [{ Name: 'Queue', Value: 'q' }],
    };
    await put(
      group,
      tracking({ PredefinedMetricSpecification: undefined, CustomizedMetricSpecification: own as never }),
    );
    const [high] = await alarms(group);
    assert.deepEqual(
      [high!.MetricName, high!.Namespace, high!.Statistic, high!.Period],
      ['Backlog', 'Mine', 'Sum', 60],
    );
    const metric = (MetricName: string) => ({ Metric: { Namespace: 'Mine', MetricName }, Stat: 'Sum' });
    const Metrics = [
      { Id: 'a', MetricStat: metric('A'), ReturnData: false },
      { Id: 'b', MetricStat: metric('B'), ReturnData: false },
      { Id: 'c', Expression: 'a / b', ReturnData: true },
    ];
    await put(
      group,
      tracking({ PredefinedMetricSpecification: undefined, CustomizedMetricSpecification: { Metrics } }),
    );
    assert.equal((await alarms(group))[0]!.Metrics!.length, 3);
  });

  test('cannot be executed', async () => {
    const group = await newGroup(0);
    await put(group, tracking());
    const execute = world.autoscaling.send(
      new ExecutePolicyCommand({ AutoScalingGroupName: group, PolicyName: 'policy' }),
    );
    assert.match((await refusal(execute)).message, /TargetTrackingScaling cannot be executed/);
  });
});

const predictive = (more: Partial<PredictiveScalingConfiguration> = {}) => ({
  PolicyType: 'PredictiveScaling',
  PredictiveScalingConfiguration: {
    MetricSpecifications: [
      {
        TargetValue: 40,
        PredefinedMetricPairSpecification: { PredefinedMetricType: 'ASGCPUUtilization' as const },
      },
    ],
    ...more,
  },
});

test('a predictive policy is kept and shown', async () => {
  const group = await newGroup(0);
  await put(group, predictive());
  const { PolicyType, PredictiveScalingConfiguration: shown } = await described(group);
  assert.equal(PolicyType, 'PredictiveScaling');
  const { MetricSpecifications } = predictive().PredictiveScalingConfiguration;
  assert.deepEqual([shown!.MetricSpecifications, shown!.Mode], [MetricSpecifications, 'ForecastOnly']);
});

test('a simple policy shows the alarms that name it', async () => {
  const group = await newGroup(0);
  const { PolicyARN } = await put(group, { ScalingAdjustment: 1, AdjustmentType: 'ChangeInCapacity' });
  assert.deepEqual((await described(group)).Alarms, []);
  const AlarmName = `busy-${group}`;
  await cloudwatch.send(
    new PutMetricAlarmCommand({
      AlarmName,
      Namespace: 'AWS/EC2',
      MetricName: 'CPUUtilization',
      Statistic: 'Average',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 70,
      ComparisonOperator: 'GreaterThanThreshold',
      AlarmActions: [PolicyARN!],
      OKActions: [PolicyARN!],
    }),
  );
  const shown = (await described(group)).Alarms!;
  assert.deepEqual(
    shown.map((alarm) => alarm.AlarmName),
    [AlarmName],
  );
  assert.match(shown[0]!.AlarmARN!, /:alarm:busy-/);
  await cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: [AlarmName] }));
  assert.deepEqual((await described(group)).Alarms, []);
});

type Range = readonly [lower?: number, upper?: number];

/** A step policy of ranges. */
const steps = (
  first: Range,
  input: object = {},
  ...others: Range[]
): Partial<PutScalingPolicyCommandInput> => ({
  PolicyType: 'StepScaling',
  AdjustmentType: 'ChangeInCapacity',
  StepAdjustments: [first, ...others].map(([MetricIntervalLowerBound, MetricIntervalUpperBound]) => ({
    MetricIntervalLowerBound,
    MetricIntervalUpperBound,
    ScalingAdjustment: 1,
  })),
  ...input,
});

test('the steps that the user guide shows go together', async () => {
  const group = await newGroup(0);
  await put(group, steps([0, 10], {}, [10, 20], [20, undefined]));
  await put(group, steps([-10, 0], {}, [-20, -10], [undefined, -20]));
  await put(group, steps([undefined, 0], {}, [0, undefined]));
});

describe('refused is', () => {
  const cases: [Partial<PutScalingPolicyCommandInput>, RegExp][] = [
    [{ PolicyType: 'Guess' }, /PolicyType must be one of/],
    [{ PolicyType: 'TargetTrackingScaling' }, /TargetTrackingConfiguration is required/],
    [{ ...tracking(), AdjustmentType: 'ExactCapacity' }, /AdjustmentType is not supported/],
    [tracking({ PredefinedMetricSpecification: undefined }), /Exactly one of/],
    [
      tracking({ PredefinedMetricSpecification: { PredefinedMetricType: 'Luck' as never } }),
      /Member must satisfy enum value set/,
    ],
    [
      tracking({ PredefinedMetricSpecification: { PredefinedMetricType: 'ALBRequestCountPerTarget' } }),
      /A ResourceLabel of the form/,
    ],
    [predictive({ Mode: 'Guess' as never }), /Member must satisfy enum value set/],
    [predictive({ MaxCapacityBreachBehavior: 'Burst' as never }), /Member must satisfy enum value set/],
    [predictive({ MaxCapacityBuffer: 10 }), /MaxCapacityBuffer goes with/],
    [
      { PolicyType: 'PredictiveScaling', PredictiveScalingConfiguration: { MetricSpecifications: [] } },
      /exactly one metric/,
    ],
    [
      {
        PolicyType: 'PredictiveScaling',
        PredictiveScalingConfiguration: { MetricSpecifications: [{ TargetValue: 1 }] },
      },
      /either a predefined metric pair/,
    ],
    [
      { ScalingAdjustment: 1, AdjustmentType: 'ChangeInCapacity', TargetTrackingConfiguration: CPU },
      /TargetTrackingConfiguration is not supported/,
    ],
    [
      { ScalingAdjustment: 1, AdjustmentType: 'ChangeInCapacity', MinAdjustmentMagnitude: 2 },
      /^MinAdjustmentMagnitude is not supported by the specified adjustment type/,
    ],
    [{ ScalingAdjustment: -1, AdjustmentType: 'ExactCapacity' }, /^The lower range for adjustment is 0/],
    [
      {
        PolicyType: 'StepScaling',
        AdjustmentType: 'ExactCapacity',
        StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: -1 }],
      },
      /^The lower range for adjustment is 0/,
    ],
    [{ ScalingAdjustment: 1, AdjustmentType: 'ChangeInCapacity', Cooldown: -1 }, /^Cooldown must be greater/],
    [steps([0, undefined], { EstimatedInstanceWarmup: -1 }), /^EstimatedInstanceWarmup must be greater/],
    [steps([0, undefined], { MetricAggregationType: 'Sum' }), /^MetricAggregationType must be one of/],
    [steps([undefined, undefined]), /^Both lower and upper bounds of a step adjustment cannot be left/],
    [steps([5, 5]), /^The upper bound of a StepAdjustment must be greater/],
    [
      steps([1, 2]),
      /^There must be a StepAdjustment with an unspecified upper bound \(i\.e\., upper bound is null\) when one StepAdjustment has a positive upper bound$/,
    ],
    [
      steps([-2, -1]),
      /^There must be a StepAdjustment with an unspecified lower bound .* has a negative lower bound$/,
    ],
    [
      steps([0, undefined], {}, [5, undefined]),
      /^At most one StepAdjustment may have an unspecified upper bound/,
    ],
    [steps([0, 5], {}, [4, undefined]), /^The intervals of StepAdjustments cannot overlap$/],
    [steps([6, undefined], {}, [0, 5]), /^The intervals of StepAdjustments cannot have a gap/],
    [steps([0, undefined], {}, ...Array(20).fill([0, 1])), /^There can be at most 20 step adjustments/],
  ];
  for (const [input, expected] of cases) {
    test(JSON.stringify(input), async () => {
      const { code, message } = await refusal(put(await newGroup(0), input));
      assert.equal(code, 'ValidationError');
      assert.match(message, expected);
    });
  }
});

/** CDK gives it to every target tracking policy that asks for one, Terraform one of 0 to every policy that it changes. */
test('a cooldown has no effect but on a simple policy, and is not refused', async () => {
  const step: Partial<PutScalingPolicyCommandInput> = {
    PolicyType: 'StepScaling',
    AdjustmentType: 'ChangeInCapacity',
    StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: 1 }],
  };
  const simple = { AdjustmentType: 'ChangeInCapacity', ScalingAdjustment: 1 };
  for (const [policy, shown] of [
    [tracking(), undefined],
    [predictive(), undefined],
    [step, undefined],
    [simple, 10],
  ] as const) {
    const group = await newGroup(0);
    await put(group, { ...policy, Cooldown: 10 });
    assert.equal((await described(group)).Cooldown, shown, JSON.stringify(policy));
  }
});

// https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-simple-step.html#as-scaling-adjustment
test('a percentage of the capacity is rounded towards zero, but is at least one, or as many as the policy says', async () => {
  const name = await newGroup(0);
  const group = { AutoScalingGroupName: name };
  const ScalingProcesses = ['Launch', 'Terminate'];
  await world.autoscaling.send(new SuspendProcessesCommand({ ...group, ScalingProcesses }));
  const rows: readonly (readonly [from: number, percent: number, to: number, atLeast?: number])[] = [
    [4, 50, 6],
    [5, 50, 7],
    [5, -50, 3],
    [2, 10, 3],
    [2, -10, 1],
    [3, 100, 6],
    [3, -100, 0],
    [5, 20, 6],
    [5, 10, 8, 3],
    [5, -10, 2, 3],
    [6, 50, 9, 2],
    [8, 100, 10],
  ];
  for (const [DesiredCapacity, ScalingAdjustment, expected, MinAdjustmentMagnitude] of rows) {
    await world.autoscaling.send(new SetDesiredCapacityCommand({ ...group, DesiredCapacity }));
    await put(name, {
      AdjustmentType: 'PercentChangeInCapacity',
      Cooldown: 0,
      ScalingAdjustment,
      MinAdjustmentMagnitude,
    });
    await world.autoscaling.send(new ExecutePolicyCommand({ ...group, PolicyName: 'policy' }));
    assert.equal(
      (await world.group(name)).DesiredCapacity,
      expected,
      `${ScalingAdjustment} % of ${DesiredCapacity}`,
    );
  }
});
