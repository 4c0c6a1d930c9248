/** What watches, scales, stores and routes in a real account, each with every member that its description may have. */
import { ACCOUNT, allow, DAY_MS, REGION, trust, ZONE } from '../worlds/account.ts';
import { anyCall } from '../worlds/any-call.ts';
import type { TestServer } from '../worlds/server.ts';

const TAGS = [{ Key: 'team', Value: 'storage' }];
const TOPIC = `arn:aws:sns:${REGION}:${ACCOUNT}:operators`;
const IMAGE = 'resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64';

type Output = Readonly<Record<string, unknown>>;
type Call = (name: string, input?: object) => Promise<Output>;

export async function enrichServices(server: TestServer): Promise<void> {
  const root = await server.root();
  const call: Call = (name, input = {}) => {
    const [service = '', operation = ''] = name.split(':');
    return anyCall(server, root, { service, operation, input });
  };
  await enrichParameters(call);
  await enrichLogs(call);
  await enrichAlarms(call);
  await enrichRules(call);
  await server.settled();
  await enrichScaling(server, call);
  await server.settled();
}

async function enrichParameters(call: Call): Promise<void> {
  const limit = { Name: '/app/limit', Type: 'String', AllowedPattern: '\\d+', Tier: 'Advanced' };
  await call('ssm:PutParameter', { ...limit, Value: '1', Description: 'how many', Tags: TAGS });
  await call('ssm:PutParameter', { ...limit, Value: '2', Overwrite: true });
  await call('ssm:PutParameter', { Name: '/app/zones', Type: 'StringList', Value: 'a,b' });
}

async function enrichLogs(call: Call): Promise<void> {
  const logGroupName = '/app/web';
  await call('logs:CreateLogGroup', { logGroupName, tags: { team: 'storage' } });
  await call('logs:PutRetentionPolicy', { logGroupName, retentionInDays: 7 });
  const policyDocument = allow('logs:PutLogEvents', { Principal: { Service: 'events.amazonaws.com' } });
  await call('logs:PutResourcePolicy', { policyName: 'events', policyDocument });
}

async function enrichAlarms(call: Call): Promise<void> {
  const actions = { AlarmActions: [TOPIC], OKActions: [TOPIC], InsufficientDataActions: [TOPIC] };
  await call('cloudwatch:PutMetricAlarm', {
    ...actions,
    AlarmName: 'slow',
    AlarmDescription: 'of the slowest',
    ActionsEnabled: false,
    Namespace: 'Own',
    MetricName: 'Latency',
    Dimensions: [{ Name: 'Stage', Value: 'live' }],
    ExtendedStatistic: 'p99',
    EvaluateLowSampleCountPercentile: 'ignore',
    Period: 300,
    EvaluationPeriods: 3,
    DatapointsToAlarm: 2,
    Threshold: 7,
    ComparisonOperator: 'LessThanThreshold',
    TreatMissingData: 'breaching',
    Unit: 'Seconds',
    Tags: TAGS,
  });
  const state = { AlarmName: 'slow', StateReason: 'by hand', StateReasonData: '{"by":"hand"}' };
  for (const StateValue of ['ALARM', 'OK']) await call('cloudwatch:SetAlarmState', { ...state, StateValue });
  await call('cloudwatch:SetAlarmState', { ...state, StateValue: 'OK', StateReason: 'again' });
  const watched = {
    Metric: { Namespace: 'Own', MetricName: 'Latency' },
    Period: 60,
    Stat: 'Sum',
    Unit: 'Count',
  };
  await call('cloudwatch:PutMetricAlarm', {
    AlarmName: 'odd',
    Metrics: [
      { Id: 'm', Label: 'watched', MetricStat: watched, ReturnData: true },
      { Id: 'band', Expression: 'ANOMALY_DETECTION_BAND(m)' },
    ],
    EvaluationPeriods: 1,
    ThresholdMetricId: 'band',
    ComparisonOperator: 'GreaterThanUpperThreshold',
  });
  await call('cloudwatch:PutCompositeAlarm', {
    ...actions,
    AlarmName: 'calm',
    AlarmDescription: 'of alarms',
    AlarmRule: 'ALARM(odd)',
    ActionsSuppressor: 'slow',
    // Of no length: what is suppressed for now is not read.
    ActionsSuppressorWaitPeriod: 0,
    ActionsSuppressorExtensionPeriod: 120,
  });
}

async function enrichRules(call: Call): Promise<void> {
  const partner = { Action: 'events:PutEvents', Principal: '210987654321', StatementId: 'partner' };
  await call('events:CreateEventBus', { Name: 'orders', Description: 'of shops', Tags: TAGS });
  await call('events:PutPermission', { ...partner, EventBusName: 'orders' });
  const tick = { Name: 'tick', Description: 'now and then', State: 'DISABLED', Tags: TAGS };
  await call('events:PutRule', { ...tick, ScheduleExpression: 'rate(1 day)' });
  await call('events:PutRule', {
    Name: 'placed',
    EventBusName: 'orders',
    EventPattern: '{"source":["shop"]}',
  });
  const AssumeRolePolicyDocument = trust({ Service: 'events.amazonaws.com' });
  const { Role } = await call('iam:CreateRole', { RoleName: 'router', AssumeRolePolicyDocument });
  const Arn = `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:/app/web`;
  const InputTemplate = '{"timestamp":1,"message":"<at>"}';
  await call('events:PutTargets', {
    Rule: 'tick',
    Targets: [
      { Id: 'fixed', Arn, Input: '{"timestamp":1,"message":"x"}' },
      { Id: 'part', Arn, InputPath: '$.detail', RetryPolicy: { MaximumRetryAttempts: 2 } },
      { Id: 'made', Arn, InputTransformer: { InputPathsMap: { at: '$.time' }, InputTemplate } },
      {
        Id: 'bus',
        Arn: `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/orders`,
        RoleArn: (Role as { Arn: string }).Arn,
      },
    ],
  });
  await call('events:CreateArchive', {
    ArchiveName: 'placed',
    EventSourceArn: `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/orders`,
    Description: 'what was placed',
    EventPattern: '{"source":["shop"]}',
  });
}

async function enrichScaling(server: TestServer, call: Call): Promise<void> {
  const { Subnets } = await call('ec2:DescribeSubnets', {
    Filters: [
      { Name: 'default-for-az', Values: ['true'] },
      { Name: 'availability-zone', Values: [ZONE] },
    ],
  });
  const [subnet] = Subnets as { SubnetId: string; VpcId: string }[];
  const { SecurityGroups } = await call('ec2:DescribeSecurityGroups', {
    Filters: [
      { Name: 'vpc-id', Values: [subnet?.VpcId] },
      { Name: 'group-name', Values: ['default'] },
    ],
  });
  const [group] = SecurityGroups as { GroupId: string }[];
  const { Parameter } = await call('ssm:GetParameter', { Name: IMAGE.slice('resolve:ssm:'.length) });
  await call('ec2:CreateKeyPair', { KeyName: 'scaled' });
  await call('autoscaling:CreateLaunchConfiguration', {
    LaunchConfigurationName: 'whole',
    ImageId: (Parameter as { Value: string }).Value,
    InstanceType: 't3.small',
    KeyName: 'scaled',
    SecurityGroups: [group?.GroupId],
    UserData: 'aGVsbG8=',
    InstanceMonitoring: { Enabled: false },
    EbsOptimized: true,
    AssociatePublicIpAddress: true,
    PlacementTenancy: 'default',
    MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 3, HttpEndpoint: 'enabled' },
    BlockDeviceMappings: [
      { DeviceName: '/dev/xvda', Ebs: { VolumeSize: 9, VolumeType: 'gp3', DeleteOnTermination: true } },
    ],
  });
  const AutoScalingGroupName = 'workers';
  await call('autoscaling:CreateAutoScalingGroup', {
    AutoScalingGroupName,
    LaunchConfigurationName: 'whole',
    MinSize: 0,
    MaxSize: 4,
    DesiredCapacity: 2,
    VPCZoneIdentifier: subnet?.SubnetId,
    DefaultCooldown: 30,
    HealthCheckType: 'EBS',
    HealthCheckGracePeriod: 40,
    TerminationPolicies: ['OldestInstance', 'Default'],
    NewInstancesProtectedFromScaleIn: true,
    InstanceMaintenancePolicy: { MinHealthyPercentage: 90, MaxHealthyPercentage: 120 },
    Tags: [{ ...TAGS[0], PropagateAtLaunch: false }],
  });
  // By its zones, not by subnets.
  await call('autoscaling:CreateAutoScalingGroup', {
    AutoScalingGroupName: 'spread',
    LaunchConfigurationName: 'whole',
    MinSize: 0,
    MaxSize: 2,
    AvailabilityZones: [ZONE, 'us-east-1b'],
  });
  await server.settled();
  await call('autoscaling:PutLifecycleHook', {
    AutoScalingGroupName,
    LifecycleHookName: 'ready',
    LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
  });
  for (const policy of [
    {
      AdjustmentType: 'PercentChangeInCapacity',
      ScalingAdjustment: 50,
      MinAdjustmentMagnitude: 1,
      Cooldown: 20,
    },
    {
      PolicyType: 'StepScaling',
      AdjustmentType: 'ExactCapacity',
      MetricAggregationType: 'Maximum',
      EstimatedInstanceWarmup: 70,
      StepAdjustments: [
        { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 5, ScalingAdjustment: 1 },
        { MetricIntervalLowerBound: 5, ScalingAdjustment: 2 },
      ],
      Enabled: false,
    },
  ])
    await call('autoscaling:PutScalingPolicy', {
      AutoScalingGroupName,
      PolicyName: `of ${policy.AdjustmentType}`,
      ...policy,
    });
  await call('autoscaling:PutScheduledUpdateGroupAction', {
    AutoScalingGroupName,
    ScheduledActionName: 'mornings',
    StartTime: new Date(Date.now() + DAY_MS),
    EndTime: new Date(Date.now() + 9 * DAY_MS),
    Recurrence: '0 6 * * *',
    TimeZone: 'Europe/Berlin',
    DesiredCapacity: 3,
  });
  await call('autoscaling:PutWarmPool', {
    AutoScalingGroupName,
    MinSize: 0,
    // None beside those in service.
    MaxGroupPreparedCapacity: 2,
    PoolState: 'Running',
    InstanceReusePolicy: { ReuseOnScaleIn: true },
  });
}
