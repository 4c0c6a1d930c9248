/** Auto Scaling's whole answers: groups, their settings, instances, hooks, policies and schedules, with what is recorded and sent. */
import { test } from 'node:test';
import { DAY_MS, newUser, ZONE } from '../worlds/account.ts';
import { askedKeys } from '../worlds/asked-keys.ts';
import { transcripts } from '../worlds/transcript.ts';

const { server, transcript } = await transcripts(import.meta.url);

const IMAGE = 'resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64';
const AutoScalingGroupName = 'web';

async function prepared(account: string, name: string) {
  const t = transcript(account, name);
  await t.silent('ec2:CreateLaunchTemplate', {
    LaunchTemplateName: 'web',
    LaunchTemplateData: { ImageId: IMAGE, InstanceType: 't3.micro' },
  });
  const call = async (operation: string, input: object = {}) => {
    const answer = await t.call(`autoscaling:${operation}`, input);
    // What it starts is done before the next call, on any machine.
    await server.settled();
    return answer;
  };
  return {
    t,
    call,
    ofGroup: (operation: string, input: object = {}) => call(operation, { AutoScalingGroupName, ...input }),
  };
}
const LaunchTemplate = { LaunchTemplateName: 'web', Version: '$Latest' };
const group = {
  AutoScalingGroupName,
  LaunchTemplate,
  MinSize: 0,
  MaxSize: 4,
  DesiredCapacity: 1,
  AvailabilityZones: [ZONE],
};

test('a group with its instances, from its making to its end', async () => {
  const { t, call, ofGroup } = await prepared('100000000001', 'group');
  for (const rest of [
    { MinSize: 5 },
    { DesiredCapacity: 5 },
    { MinSize: -1 },
    { LaunchTemplate: undefined },
    { LaunchTemplate: { LaunchTemplateName: 'none' } },
    { AvailabilityZones: ['none'] },
    { AvailabilityZones: undefined },
    { HealthCheckType: 'NONE' },
    { TerminationPolicies: ['None'] },
    { VPCZoneIdentifier: 'subnet-00000000000000001' },
    { AutoScalingGroupName: 'a:b' },
    { AutoScalingGroupName: 'x'.repeat(256) },
  ])
    await call('CreateAutoScalingGroup', { ...group, ...rest });
  await call('CreateAutoScalingGroup', {
    ...group,
    DefaultCooldown: 10,
    HealthCheckGracePeriod: 20,
    NewInstancesProtectedFromScaleIn: true,
    CapacityRebalance: true,
    MaxInstanceLifetime: 86_400,
    DefaultInstanceWarmup: 30,
    TerminationPolicies: ['OldestInstance', 'Default'],
    Tags: [
      { Key: 'team', Value: 'core', PropagateAtLaunch: true },
      { Key: 'own', Value: 'x', PropagateAtLaunch: false },
    ],
  });
  await call('CreateAutoScalingGroup', group);
  await ofGroup('DescribeScalingActivities');
  const described = await call('DescribeAutoScalingGroups');
  const InstanceId = described.at('AutoScalingGroups', 0, 'Instances', 0, 'InstanceId');
  await call('DescribeAutoScalingInstances');
  await t.call('ec2:DescribeTags', { Filters: [{ Name: 'resource-type', Values: ['instance'] }] });
  for (const rest of [
    { DesiredCapacity: 5 },
    // What is protected and one too many would be looked at again after a second.
    { MinSize: 2, NewInstancesProtectedFromScaleIn: false },
    { MaxSize: 0 },
    {
      MinSize: 1,
      MaxSize: 3,
      DesiredCapacity: 1,
      DefaultCooldown: 1,
      HealthCheckType: 'EC2',
      // Longer than any machine takes: the first report of an unhealthy instance counts for nothing.
      HealthCheckGracePeriod: 3600,
      TerminationPolicies: ['NewestInstance'],
      CapacityRebalance: false,
      NewInstancesProtectedFromScaleIn: false,
      MaxInstanceLifetime: 0,
    },
  ])
    await ofGroup('UpdateAutoScalingGroup', rest);
  await call('UpdateAutoScalingGroup', { AutoScalingGroupName: 'none' });
  for (const DesiredCapacity of [0, 4, 2]) await ofGroup('SetDesiredCapacity', { DesiredCapacity });
  await ofGroup('SetDesiredCapacity', { DesiredCapacity: 1, HonorCooldown: true });
  await ofGroup('EnterStandby', { InstanceIds: [InstanceId], ShouldDecrementDesiredCapacity: true });
  await ofGroup('EnterStandby', { InstanceIds: [InstanceId], ShouldDecrementDesiredCapacity: true });
  await call('DescribeAutoScalingInstances', { InstanceIds: [InstanceId] });
  await ofGroup('ExitStandby', { InstanceIds: [InstanceId] });
  await ofGroup('SetInstanceProtection', { InstanceIds: [InstanceId], ProtectedFromScaleIn: false });
  await ofGroup('SetInstanceProtection', {
    InstanceIds: ['i-00000000000000001'],
    ProtectedFromScaleIn: true,
  });
  await ofGroup('DetachInstances', { InstanceIds: [InstanceId], ShouldDecrementDesiredCapacity: true });
  await ofGroup('AttachInstances', { InstanceIds: [InstanceId] });
  await ofGroup('AttachInstances', { InstanceIds: [InstanceId] });
  await call('SetInstanceHealth', { InstanceId, HealthStatus: 'Unhealthy', ShouldRespectGracePeriod: true });
  await call('SetInstanceHealth', { InstanceId, HealthStatus: 'Unhealthy', ShouldRespectGracePeriod: false });
  const now = await t.silent('autoscaling:DescribeAutoScalingGroups');
  const last = now.at('AutoScalingGroups', 0, 'Instances', 0, 'InstanceId');
  await call('TerminateInstanceInAutoScalingGroup', {
    InstanceId: last,
    ShouldDecrementDesiredCapacity: true,
  });
  await call('TerminateInstanceInAutoScalingGroup', {
    InstanceId: 'i-00000000000000001',
    ShouldDecrementDesiredCapacity: true,
  });
  await call('DeleteAutoScalingGroup', { AutoScalingGroupName });
  await ofGroup('DeleteAutoScalingGroup', { ForceDelete: true });
  await call('DescribeAutoScalingGroups');
  await call('DescribeScalingActivities', { IncludeDeletedGroups: true });
  await call('DeleteAutoScalingGroup', { AutoScalingGroupName });
  await t.recorded();
  t.compare();
});

test('hooks, policies, schedules, tags, processes, refreshes and pools', async () => {
  const { t, call, ofGroup } = await prepared('100000000002', 'settings');
  await call('CreateAutoScalingGroup', { ...group, DesiredCapacity: 0 });
  for (const operation of [
    'DescribeAccountLimits',
    'DescribeAdjustmentTypes',
    'DescribeAutoScalingNotificationTypes',
    'DescribeLifecycleHookTypes',
    'DescribeMetricCollectionTypes',
    'DescribeScalingProcessTypes',
    'DescribeTerminationPolicyTypes',
  ])
    await call(operation);
  const LifecycleHookName = 'hook';
  for (const rest of [
    {},
    {
      LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING',
      DefaultResult: 'CONTINUE',
      HeartbeatTimeout: 60,
      NotificationMetadata: 'm',
    },
    { HeartbeatTimeout: 29 },
    { HeartbeatTimeout: 7201 },
    { LifecycleTransition: 'none' },
    { DefaultResult: 'NONE' },
  ])
    await ofGroup('PutLifecycleHook', {
      LifecycleHookName,
      LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
      ...rest,
    });
  await ofGroup('DescribeLifecycleHooks');
  await ofGroup('DescribeLifecycleHooks', { LifecycleHookNames: ['none'] });
  await ofGroup('CompleteLifecycleAction', {
    LifecycleHookName,
    LifecycleActionResult: 'CONTINUE',
    InstanceId: 'i-00000000000000001',
  });
  await ofGroup('RecordLifecycleActionHeartbeat', { LifecycleHookName, InstanceId: 'i-00000000000000001' });
  await ofGroup('DeleteLifecycleHook', { LifecycleHookName });
  await ofGroup('DeleteLifecycleHook', { LifecycleHookName });
  const policies: object[] = [
    { PolicyName: 'simple', AdjustmentType: 'ChangeInCapacity', ScalingAdjustment: 1, Cooldown: 5 },
    {
      PolicyName: 'percent',
      AdjustmentType: 'PercentChangeInCapacity',
      ScalingAdjustment: 10,
      MinAdjustmentMagnitude: 1,
    },
    {
      PolicyName: 'step',
      PolicyType: 'StepScaling',
      AdjustmentType: 'ExactCapacity',
      StepAdjustments: [
        { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 10, ScalingAdjustment: 1 },
        { MetricIntervalLowerBound: 10, ScalingAdjustment: 2 },
      ],
      MetricAggregationType: 'Maximum',
      EstimatedInstanceWarmup: 7,
    },
    {
      PolicyName: 'target',
      PolicyType: 'TargetTrackingScaling',
      TargetTrackingConfiguration: {
        PredefinedMetricSpecification: { PredefinedMetricType: 'ASGAverageCPUUtilization' },
        TargetValue: 50,
        DisableScaleIn: true,
      },
    },
    { PolicyName: 'bad', AdjustmentType: 'None', ScalingAdjustment: 1 },
    { PolicyName: 'bad', AdjustmentType: 'ChangeInCapacity' },
    { PolicyName: 'bad', PolicyType: 'StepScaling', AdjustmentType: 'ExactCapacity' },
    { PolicyName: 'bad', PolicyType: 'TargetTrackingScaling' },
    { PolicyName: 'bad', PolicyType: 'None' },
  ];
  for (const each of policies) await ofGroup('PutScalingPolicy', each);
  await ofGroup('DescribePolicies');
  await ofGroup('DescribePolicies', { PolicyTypes: ['StepScaling'] });
  await ofGroup('DescribePolicies', { PolicyNames: ['none'] });
  for (const rest of [
    { PolicyName: 'simple' },
    { PolicyName: 'simple', HonorCooldown: true },
    { PolicyName: 'step' },
    { PolicyName: 'step', MetricValue: 15, BreachThreshold: 5 },
    { PolicyName: 'target' },
    { PolicyName: 'none' },
  ]) {
    await ofGroup('ExecutePolicy', rest);
    await server.settled();
  }
  // Two instances that are alike could be told apart by nothing but their ids.
  await ofGroup('SetDesiredCapacity', { DesiredCapacity: 0 });
  for (const PolicyName of ['target', 'simple', 'none']) await ofGroup('DeletePolicy', { PolicyName });
  const StartTime = new Date(Date.now() + DAY_MS);
  for (const rest of [
    { StartTime, DesiredCapacity: 1 },
    { Recurrence: '0 10 * * *', MinSize: 0, MaxSize: 2, TimeZone: 'Europe/Berlin' },
    { StartTime: new Date(0) },
    {},
    { Recurrence: 'x', MinSize: 1 },
    { StartTime, MinSize: 3, MaxSize: 2 },
    { StartTime, MinSize: 2, MaxSize: 3 },
    { TimeZone: 'None', Recurrence: '0 10 * * *', MinSize: 1 },
  ])
    await ofGroup('PutScheduledUpdateGroupAction', { ScheduledActionName: 'at-ten', ...rest });
  await ofGroup('BatchPutScheduledUpdateGroupAction', {
    ScheduledUpdateGroupActions: [
      { ScheduledActionName: 'one', StartTime, MaxSize: 3 },
      { ScheduledActionName: 'two' },
    ],
  });
  await ofGroup('DescribeScheduledActions');
  await ofGroup('BatchDeleteScheduledAction', { ScheduledActionNames: ['one', 'none'] });
  await ofGroup('DeleteScheduledAction', { ScheduledActionName: 'at-ten' });
  await ofGroup('DeleteScheduledAction', { ScheduledActionName: 'at-ten' });
  const tag = (Key: string, rest: object = {}) => ({
    ResourceId: AutoScalingGroupName,
    ResourceType: 'auto-scaling-group',
    Key,
    Value: 'v',
    PropagateAtLaunch: true,
    ...rest,
  });
  await call('CreateOrUpdateTags', { Tags: [tag('a'), tag('b', { PropagateAtLaunch: false })] });
  await call('CreateOrUpdateTags', { Tags: [tag('a', { ResourceId: 'none' })] });
  for (const Filters of [
    undefined,
    [{ Name: 'key', Values: ['a'] }],
    [{ Name: 'propagate-at-launch', Values: ['false'] }],
    [{ Name: 'value', Values: ['w'] }],
    [{ Name: 'none', Values: ['x'] }],
  ])
    await call('DescribeTags', { Filters });
  await call('DeleteTags', { Tags: [tag('a')] });
  await call('CreateOrUpdateTags', { Tags: [tag('c', { Value: 'w' })] });
  for (const Filters of [
    [{ Name: 'tag:b', Values: ['v'] }],
    [{ Name: 'tag:b', Values: ['w'] }],
    [{ Name: 'tag-key', Values: ['a'] }],
    [{ Name: 'tag-key', Values: ['a', 'c'] }],
    [{ Name: 'tag-value', Values: ['v'] }],
    [{ Name: 'tag-value', Values: ['a'] }],
    [
      { Name: 'tag-key', Values: ['b'] },
      { Name: 'tag-value', Values: ['w'] },
    ],
  ])
    t.step(
      `groups ${JSON.stringify(Filters)}`,
      (await t.silent('autoscaling:DescribeAutoScalingGroups', { Filters })).all(
        'AutoScalingGroups',
        'AutoScalingGroupName',
      ),
    );
  await ofGroup('SuspendProcesses', { ScalingProcesses: ['Launch', 'AZRebalance'] });
  await ofGroup('SuspendProcesses', { ScalingProcesses: ['None'] });
  await ofGroup('EnableMetricsCollection', { Granularity: '1Minute', Metrics: ['GroupMinSize'] });
  await ofGroup('EnableMetricsCollection', { Granularity: '5Minutes' });
  await call('DescribeAutoScalingGroups');
  await ofGroup('ResumeProcesses');
  await ofGroup('DisableMetricsCollection');
  await ofGroup('PutWarmPool', {
    MinSize: 0,
    PoolState: 'Stopped',
    MaxGroupPreparedCapacity: 0,
    InstanceReusePolicy: { ReuseOnScaleIn: true },
  });
  await ofGroup('DescribeWarmPool');
  await ofGroup('DeleteWarmPool', { ForceDelete: true });
  await ofGroup('DescribeWarmPool');
  await ofGroup('StartInstanceRefresh', { Preferences: { MinHealthyPercentage: 101 } });
  await ofGroup('StartInstanceRefresh', {
    Preferences: { MinHealthyPercentage: 50, InstanceWarmup: 0, SkipMatching: true, AutoRollback: false },
  });
  await ofGroup('DescribeInstanceRefreshes');
  for (const operation of ['CancelInstanceRefresh', 'RollbackInstanceRefresh']) await ofGroup(operation);
  const configuration = {
    LaunchConfigurationName: 'old',
    ImageId: IMAGE,
    InstanceType: 't3.micro',
    InstanceMonitoring: { Enabled: false },
    EbsOptimized: true,
    AssociatePublicIpAddress: false,
    BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { VolumeSize: 9, Encrypted: true } }],
  };
  await call('CreateLaunchConfiguration', configuration);
  await call('CreateLaunchConfiguration', { ...configuration, ImageId: 'ami-00000000000000001' });
  const image = (
    await t.silent('ec2:DescribeImages', {
      Owners: ['amazon'],
      Filters: [
        { Name: 'architecture', Values: ['x86_64'] },
        { Name: 'name', Values: ['al2023-ami-2023*'] },
      ],
    })
  ).at('Images', 0, 'ImageId');
  await call('CreateLaunchConfiguration', { ...configuration, ImageId: image });
  await call('CreateLaunchConfiguration', { ...configuration, ImageId: image });
  await call('DescribeLaunchConfigurations');
  await ofGroup('UpdateAutoScalingGroup', { LaunchConfigurationName: 'old' });
  await call('DeleteLaunchConfiguration', { LaunchConfigurationName: 'old' });
  await ofGroup('DeleteAutoScalingGroup', { ForceDelete: true });
  await call('DeleteLaunchConfiguration', { LaunchConfigurationName: 'old' });
  await call('DeleteLaunchConfiguration', { LaunchConfigurationName: 'old' });
  t.compare();
});

test('what is refused, and why', async () => {
  const { t, call, ofGroup } = await prepared('100000000003', 'refusals');
  const mixed = (policy: object) => ({ LaunchTemplate: undefined, MixedInstancesPolicy: policy });
  const specification = { LaunchTemplateSpecification: { LaunchTemplateName: 'web' } };
  const unnamed = { LaunchTemplate: { LaunchTemplateSpecification: { Version: '1' } } };
  const requirements = { InstanceRequirements: { VCpuCount: { Min: 1 }, MemoryMiB: { Min: 1 } } };
  const many = <T>(count: number, of: T) => Array.from({ length: count }, () => of);
  const hook = (index: number) => ({
    LifecycleHookName: `h${index}`,
    LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING',
  });
  for (const rest of [
    { LaunchTemplate: undefined, LaunchConfigurationName: 'none' },
    { LaunchTemplate: { Version: '1' } },
    { LaunchTemplate: { LaunchTemplateId: 'lt-00000000000000001', LaunchTemplateName: 'web' } },
    { LaunchTemplate: { LaunchTemplateName: 'web', Version: 'one' } },
    mixed(unnamed),
    mixed({ LaunchTemplate: { ...specification, Overrides: many(41, { InstanceType: 't3.micro' }) } }),
    mixed({ LaunchTemplate: { ...specification, Overrides: many(5, requirements) } }),
    mixed({ LaunchTemplate: specification, InstancesDistribution: { OnDemandBaseCapacity: -1 } }),
    mixed({
      LaunchTemplate: specification,
      InstancesDistribution: { OnDemandPercentageAboveBaseCapacity: 101 },
    }),
    mixed({ LaunchTemplate: specification, InstancesDistribution: { SpotInstancePools: 21 } }),
    mixed({
      LaunchTemplate: specification,
      InstancesDistribution: { SpotInstancePools: 1, SpotAllocationStrategy: 'capacity-optimized' },
    }),
    { LifecycleHookSpecificationList: [{ ...hook(1), LifecycleHookName: 'a b' }] },
    { LifecycleHookSpecificationList: [{ ...hook(1), HeartbeatTimeout: 29 }] },
    { LifecycleHookSpecificationList: Array.from({ length: 51 }, (_, index) => hook(index)) },
  ])
    await call('CreateAutoScalingGroup', { ...group, ...rest });
  // No pools is what others than the lowest price have.
  const ofCapacity = { SpotInstancePools: 0, SpotAllocationStrategy: 'capacity-optimized' };
  const unused = mixed({ LaunchTemplate: specification, InstancesDistribution: ofCapacity });
  await call('CreateAutoScalingGroup', {
    ...group,
    ...unused,
    AutoScalingGroupName: 'unused',
    DesiredCapacity: 0,
  });
  await t.silent('autoscaling:DeleteAutoScalingGroup', { AutoScalingGroupName: 'unused' });
  await t.silent('autoscaling:CreateAutoScalingGroup', { ...group, MaxSize: 2 });
  await server.settled();
  const zones = await t.silent('ec2:DescribeSubnets', {
    Filters: [{ Name: 'availability-zone', Values: ['us-east-1b'] }],
  });
  for (const rest of [
    { LaunchConfigurationName: 'none' },
    { VPCZoneIdentifier: zones.at('Subnets', 0, 'SubnetId'), AvailabilityZones: [ZONE] },
  ])
    await ofGroup('UpdateAutoScalingGroup', rest);
  for (const operation of [
    'InstanceRefreshes',
    'LifecycleHooks',
    'Policies',
    'ScheduledActions',
    'WarmPool',
    'LoadBalancers',
    'LoadBalancerTargetGroups',
  ])
    await call(`Describe${operation}`, { AutoScalingGroupName: 'none' });
  for (const input of [
    { MaxRecords: 101 },
    { MaxRecords: 0 },
    { NextToken: 'x' },
    { Filters: [{ Name: 'name', Values: ['x'] }] },
  ])
    await call('DescribeAutoScalingGroups', input);
  const found = await t.silent('autoscaling:DescribeAutoScalingGroups');
  const InstanceId = found.at('AutoScalingGroups', 0, 'Instances', 0, 'InstanceId');
  const none = 'i-00000000000000001';
  await call('SetInstanceHealth', { InstanceId: none, HealthStatus: 'Healthy' });
  await call('SetInstanceHealth', { InstanceId, HealthStatus: 'Ill' });
  await call('SetInstanceHealth', { InstanceId, HealthStatus: 'Healthy' });
  await ofGroup('AttachInstances', { InstanceIds: [none] });
  const stray = await t.silent('ec2:RunInstances', {
    ImageId: IMAGE,
    InstanceType: 't3.micro',
    MinCount: 3,
    MaxCount: 3,
    Placement: { AvailabilityZone: 'us-east-1b' },
  });
  await server.settled();
  const configuration = {
    LaunchConfigurationName: 'c',
    ImageId: stray.at('Instances', 0, 'ImageId'),
    InstanceType: 't3.micro',
  };
  for (const rest of [
    { ImageId: undefined },
    { SpotPrice: '-1' },
    { SpotPrice: 'much' },
    { SpotPrice: '1', MetadataOptions: { HttpTokens: 'required' } },
    { IamInstanceProfile: 'none' },
  ])
    await call('CreateLaunchConfiguration', { ...configuration, ...rest });
  const strays = stray.all('Instances', 'InstanceId') as string[];
  await ofGroup('AttachInstances', { InstanceIds: strays.slice(0, 1) });
  await ofGroup('AttachInstances', { InstanceIds: strays });
  await t.silent('ec2:StopInstances', { InstanceIds: strays.slice(0, 1) });
  await server.settled();
  await ofGroup('AttachInstances', { InstanceIds: strays.slice(0, 1) });
  await ofGroup('SuspendProcesses', { ScalingProcesses: ['Launch'] });
  await ofGroup('AttachInstances', { InstanceIds: strays.slice(1, 2) });
  await ofGroup('SetDesiredCapacity', { DesiredCapacity: 2 });
  await ofGroup('ResumeProcesses', { ScalingProcesses: ['Launch'] });
  const action = { LifecycleHookName: 'h1', LifecycleActionResult: 'CONTINUE' };
  await ofGroup('PutLifecycleHook', { ...hook(1), LifecycleHookName: 'a/b c' });
  await ofGroup('PutLifecycleHook', hook(1));
  await ofGroup('CompleteLifecycleAction', { ...action, LifecycleActionResult: 'STOP', InstanceId });
  await ofGroup('CompleteLifecycleAction', action);
  await ofGroup('CompleteLifecycleAction', { ...action, LifecycleHookName: 'none', InstanceId });
  await ofGroup('CompleteLifecycleAction', { ...action, InstanceId });
  await ofGroup('RecordLifecycleActionHeartbeat', { LifecycleHookName: 'h1' });
  for (let index = 2; index <= 50; index++)
    await t.silent('autoscaling:PutLifecycleHook', { AutoScalingGroupName, ...hook(index) });
  await ofGroup('PutLifecycleHook', hook(51));
  await ofGroup('PutLifecycleHook', { ...hook(50), HeartbeatTimeout: 30 });
  await ofGroup('EnableMetricsCollection', { Granularity: '1Minute', Metrics: ['None', 'GroupMinSize'] });
  await ofGroup('EnableMetricsCollection', { Granularity: '5Minutes' });
  const metric = { MetricName: 'm', Namespace: 'n', Statistic: 'Sum' };
  for (const configuration of [
    {
      PredefinedMetricSpecification: { PredefinedMetricType: 'ASGAverageCPUUtilization', ResourceLabel: 'l' },
    },
    { PredefinedMetricSpecification: { PredefinedMetricType: 'ALBRequestCountPerTarget' } },
    {},
    { CustomizedMetricSpecification: {} },
    { CustomizedMetricSpecification: { ...metric, Statistic: undefined } },
    { CustomizedMetricSpecification: { ...metric, Metrics: [{ Id: 'a', Expression: '1' }] } },
    { CustomizedMetricSpecification: { ...metric, Period: 45 } },
  ]) {
    await ofGroup('PutScalingPolicy', {
      PolicyName: 'p',
      PolicyType: 'TargetTrackingScaling',
      TargetTrackingConfiguration: { TargetValue: 1, ...configuration },
    });
  }
  const simple = { AdjustmentType: 'ChangeInCapacity', ScalingAdjustment: 1 };
  const first = await ofGroup('PutScalingPolicy', {
    PolicyName: 'p',
    AdjustmentType: 'PercentChangeInCapacity',
    ScalingAdjustment: 1,
    MinAdjustmentMagnitude: 1,
  });
  for (let index = 1; index <= 50; index++) {
    const PolicyName = `p${index}`;
    await t.silent('autoscaling:PutScalingPolicy', { AutoScalingGroupName, PolicyName, ...simple });
  }
  await ofGroup('PutScalingPolicy', { PolicyName: 'p51', ...simple });
  for (const input of [
    { PolicyNames: ['p1', first.at('PolicyARN'), 'none'] },
    { PolicyTypes: ['TargetTrackingScaling'] },
    { PolicyTypes: ['SimpleScaling'], PolicyNames: ['p2'] },
    { PolicyNames: ['p1'], AutoScalingGroupName: undefined },
  ])
    await ofGroup('DescribePolicies', input);
  await call('ExecutePolicy', { PolicyName: 'p1' });
  await call('DeletePolicy', { PolicyName: 'p1' });
  const second = Math.floor(Date.now() / 1000) * 1000;
  const inDays = (days: number, byMs = 0) => new Date(second + days * DAY_MS + byMs);
  const times = { StartTime: inDays(2), EndTime: inDays(1) };
  await ofGroup('PutScheduledUpdateGroupAction', { ScheduledActionName: 's', ...times, MinSize: 1 });
  await ofGroup('PutScheduledUpdateGroupAction', { ScheduledActionName: 's', Recurrence: '* * *' });
  await ofGroup('BatchPutScheduledUpdateGroupAction', {
    ScheduledUpdateGroupActions: [
      { ScheduledActionName: 's', ...times, MinSize: 1 },
      { ScheduledActionName: 't', StartTime: inDays(3), MinSize: 1 },
    ],
  });
  await call('DescribeScheduledActions', { ScheduledActionNames: ['t'] });
  await call('DescribeScheduledActions', { ...times, AutoScalingGroupName });
  for (const [fromMs, toMs] of [
    [0, 0],
    [1000, 2000],
    [-2000, -1000],
  ] as const)
    await call('DescribeScheduledActions', { StartTime: inDays(3, fromMs), EndTime: inDays(3, toMs) });
  const tag = { ResourceId: 'web', ResourceType: 'auto-scaling-group', Key: 'k' };
  for (const Tags of [
    [],
    [{ ...tag, ResourceType: 'instance' }],
    ['one', 'two'].map((ResourceType) => ({ ...tag, ResourceType })),
    [{ ...tag, ResourceId: 'none' }],
    [{ ...tag, Key: 'aws:k' }],
    [tag, tag],
  ]) {
    await call('CreateOrUpdateTags', { Tags });
    await call('DeleteTags', { Tags });
  }
  await ofGroup('PutNotificationConfiguration', { TopicARN: 'x', NotificationTypes: ['none'] });
  await ofGroup('DeleteNotificationConfiguration', { TopicARN: 'x' });
  for (const input of [
    { Preferences: { AlarmSpecification: { Alarms: many(11, 'a') } } },
    { Preferences: { CheckpointPercentages: [50, 20] } },
    { Preferences: { CheckpointPercentages: [0] } },
    { Preferences: { CheckpointPercentages: [20, 20] } },
    { Preferences: { CheckpointPercentages: [20, 101] } },
    { Preferences: { CheckpointPercentages: [50], CheckpointDelay: 172_801 } },
    { Preferences: { BakeTime: -1 } },
    { Preferences: { ScaleInProtectedInstances: 'Never' } },
    { Preferences: { StandbyInstances: 'Never' } },
    { Preferences: { MinHealthyPercentage: 101 } },
    { Preferences: { MinHealthyPercentage: 50, MaxHealthyPercentage: 99 } },
    { Preferences: { InstanceWarmup: -1 } },
    { Preferences: { AutoRollback: true } },
    { Strategy: 'ReplaceRootVolume' },
    { DesiredConfiguration: { MixedInstancesPolicy: unnamed } },
    { DesiredConfiguration: { LaunchTemplate, MixedInstancesPolicy: { LaunchTemplate: specification } } },
  ])
    await ofGroup('StartInstanceRefresh', input);
  await ofGroup('PutWarmPool', { MinSize: 1 });
  const pool = await ofGroup('DescribeWarmPool');
  await call('TerminateInstanceInAutoScalingGroup', {
    InstanceId: pool.at('Instances', 0, 'InstanceId'),
    ShouldDecrementDesiredCapacity: false,
  });
  await ofGroup('DeleteWarmPool');
  await ofGroup('PutWarmPool', { MinSize: 1 });
  await ofGroup('UpdateAutoScalingGroup', {
    ...mixed({ LaunchTemplate: specification }),
  });
  for (const ShouldDecrementDesiredCapacity of [true, false])
    await call('TerminateInstanceInAutoScalingGroup', { InstanceId, ShouldDecrementDesiredCapacity });
  await ofGroup('StartInstanceRefresh', { Preferences: { BakeTime: 3600 } });
  await ofGroup('StartInstanceRefresh');
  t.compare();
});

test('instances of launch configurations, and an end to their lifetime', async () => {
  const { t, call, ofGroup } = await prepared('100000000004', 'configurations');
  const [image, network, groups] = [
    await t.silent('ec2:DescribeImages', {
      Owners: ['amazon'],
      Filters: [{ Name: 'architecture', Values: ['x86_64'] }],
    }),
    await t.silent('ec2:DescribeSubnets', { Filters: [{ Name: 'availability-zone', Values: [ZONE] }] }),
    await t.silent('ec2:DescribeSecurityGroups'),
  ];
  await t.silent('ec2:CreateKeyPair', { KeyName: 'pair' });
  await t.silent('iam:CreateInstanceProfile', { InstanceProfileName: 'profile' });
  const VPCZoneIdentifier = network.at('Subnets', 0, 'SubnetId');
  const IamInstanceProfile = 'arn:aws:iam::100000000004:instance-profile/profile';
  const made = await t.silent('ec2:CreateSecurityGroup', { GroupName: 'extra', Description: 'd' });
  const extra = made.at('GroupId');
  const configurations: readonly (readonly [object, object?])[] = [
    [
      {
        AssociatePublicIpAddress: true,
        BlockDeviceMappings: [
          { DeviceName: '/dev/xvda', Ebs: { VolumeSize: 9, VolumeType: 'gp3' } },
          { DeviceName: '/dev/sdb', Ebs: { VolumeSize: 1, Encrypted: true, DeleteOnTermination: false } },
          { DeviceName: '/dev/sdc', NoDevice: true },
        ],
        EbsOptimized: true,
        IamInstanceProfile: 'profile',
        InstanceMonitoring: { Enabled: false },
        KeyName: 'pair',
        MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 3 },
        PlacementTenancy: 'dedicated',
        SecurityGroups: [groups.at('SecurityGroups', 0, 'GroupId')],
        UserData: 'YQ==',
      },
    ],
    [{ IamInstanceProfile, SecurityGroups: ['default'] }],
    [{ AssociatePublicIpAddress: false }, { VPCZoneIdentifier, AvailabilityZones: undefined }],
    [{ SpotPrice: '0.5', InstanceMonitoring: { Enabled: true } }],
    [{ SecurityGroups: [extra] }],
    [{ SecurityGroups: ['default', 'extra'] }],
    [{ AssociatePublicIpAddress: true, SecurityGroups: ['extra'] }],
  ];
  for (const [index, [rest, ofThisGroup]] of configurations.entries()) {
    const LaunchConfigurationName = `c${index}`;
    const ImageId = image.at('Images', 0, 'ImageId');
    const base = { LaunchConfigurationName, ImageId, InstanceType: 't3.micro' };
    await call('CreateLaunchConfiguration', { ...base, ...rest });
    const own = { AutoScalingGroupName: `g${index}`, LaunchTemplate: undefined, LaunchConfigurationName };
    await t.silent('autoscaling:CreateAutoScalingGroup', { ...group, ...own, ...ofThisGroup });
    await server.settled();
    await t.silent('autoscaling:UpdateAutoScalingGroup', { AutoScalingGroupName: `g${index}`, MinSize: 1 });
    await server.settled();
    await t.call('ec2:DescribeInstances', {
      Filters: [{ Name: 'tag:aws:autoscaling:groupName', Values: [`g${index}`] }],
    });
  }
  await call('DescribeScalingActivities', { AutoScalingGroupName: 'g6', MaxRecords: 1 });
  await t.silent('autoscaling:DeleteAutoScalingGroup', { AutoScalingGroupName: 'g6', ForceDelete: true });
  const instanceOf = async (name: string) => {
    const found = await t.silent('autoscaling:DescribeAutoScalingGroups', { AutoScalingGroupNames: [name] });
    return found.at('AutoScalingGroups', 0, 'Instances', 0, 'InstanceId');
  };
  const InstanceId = await instanceOf('g0');
  for (const rest of [
    {},
    { InstanceType: 't3.small', InstanceMonitoring: { Enabled: true }, SpotPrice: '1' },
  ])
    await call('CreateLaunchConfiguration', {
      LaunchConfigurationName: `from${Object.keys(rest).length}`,
      InstanceId,
      ...rest,
    });
  await call('DescribeLaunchConfigurations');
  await t.silent('autoscaling:CreateAutoScalingGroup', group);
  await server.settled();
  await call('TerminateInstanceInAutoScalingGroup', {
    InstanceId: await instanceOf('web'),
    ShouldDecrementDesiredCapacity: false,
  });
  await call('DescribeAutoScalingGroups', { AutoScalingGroupNames: ['web'] });
  const Metrics = ['GroupMinSize', 'GroupMaxSize'];
  await ofGroup('EnableMetricsCollection', { Granularity: '1Minute', Metrics });
  await ofGroup('DisableMetricsCollection', { Metrics: Metrics.slice(1) });
  await call('DescribeAutoScalingGroups', { AutoScalingGroupNames: ['web'] });
  await t.silent('ec2:CreateLaunchTemplateVersion', {
    LaunchTemplateName: 'web',
    SourceVersion: '1',
    LaunchTemplateData: { InstanceType: 't3.small' },
  });
  const fixed = {
    ...group,
    AutoScalingGroupName: 'fixed',
    LaunchTemplate: { ...LaunchTemplate, Version: '1' },
  };
  await t.silent('autoscaling:CreateAutoScalingGroup', fixed);
  await server.settled();
  // What is launched from now on waits.
  for (const name of ['web', 'fixed', 'g1']) {
    await t.silent('autoscaling:PutLifecycleHook', {
      AutoScalingGroupName: name,
      LifecycleHookName: 'hold',
      LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
    });
    await call('StartInstanceRefresh', {
      AutoScalingGroupName: name,
      DesiredConfiguration: { LaunchTemplate: { ...LaunchTemplate, Version: '2' } },
      Preferences: { AutoRollback: true },
    });
    await server.settled();
    await call('RollbackInstanceRefresh', { AutoScalingGroupName: name });
    const refreshes = await call('DescribeInstanceRefreshes', { AutoScalingGroupName: name });
    const InstanceRefreshIds = [refreshes.at('InstanceRefreshes', 0, 'InstanceRefreshId')];
    for (const ids of [InstanceRefreshIds, ['none']])
      await call('DescribeInstanceRefreshes', { AutoScalingGroupName: name, InstanceRefreshIds: ids });
  }
  await t.silent('autoscaling:DeleteLifecycleHook', { AutoScalingGroupName, LifecycleHookName: 'hold' });
  await ofGroup('UpdateAutoScalingGroup', { MaxInstanceLifetime: DAY_MS / 1000 });
  await server.advance(2 * DAY_MS);
  await server.settled();
  await ofGroup('DescribeScalingActivities');
  const launch = await t.silent('autoscaling:DescribeScalingActivities', { AutoScalingGroupName: 'g3' });
  await call('DescribeScalingActivities', { ActivityIds: [launch.at('Activities', 0, 'ActivityId')] });
  await call('DescribeScalingActivities', { ActivityIds: ['none'] });
  t.compare();
});

test('groups of more than one type and market', async () => {
  const account = '100000000006';
  const { t, call } = await prepared(account, 'mixed');
  const LaunchTemplateSpecification = { LaunchTemplateName: 'web', Version: '1' };
  const Overrides = [
    { InstanceType: 't3.micro', WeightedCapacity: '1' },
    { InstanceType: 't3.small', WeightedCapacity: '2', LaunchTemplateSpecification },
  ];
  const requirements = { VCpuCount: { Min: 1, Max: 2 }, MemoryMiB: { Min: 1024, Max: 2048 } };
  for (const [at, [overrides, InstancesDistribution]] of (
    [
      [undefined, undefined],
      [Overrides, {}],
      [
        Overrides,
        {
          OnDemandAllocationStrategy: 'lowest-price',
          OnDemandBaseCapacity: 1,
          OnDemandPercentageAboveBaseCapacity: 40,
          SpotAllocationStrategy: 'capacity-optimized',
          SpotMaxPrice: '0.05',
        },
      ],
      [Overrides, { SpotInstancePools: 3, SpotMaxPrice: '' }],
      [[{ InstanceRequirements: requirements }], { SpotAllocationStrategy: 'price-capacity-optimized' }],
      [Overrides, { OnDemandPercentageAboveBaseCapacity: 101 }],
      [Overrides, { SpotInstancePools: 21 }],
      [Overrides, { SpotInstancePools: 2, SpotAllocationStrategy: 'capacity-optimized' }],
      [Overrides, { OnDemandAllocationStrategy: 'none' }],
      [Overrides, { SpotAllocationStrategy: 'none' }],
      [[{ InstanceType: 't3.micro', WeightedCapacity: '1000' }], {}],
      [[{ InstanceType: 't3.micro', WeightedCapacity: '1' }, { InstanceType: 't3.small' }], {}],
      [[{ InstanceType: 't3.micro', InstanceRequirements: requirements }], {}],
    ] as const
  ).entries()) {
    const name = `g${at}`;
    await call('CreateAutoScalingGroup', {
      ...{ ...group, AutoScalingGroupName: name, LaunchTemplate: undefined, DesiredCapacity: 0 },
      MixedInstancesPolicy: {
        LaunchTemplate: { LaunchTemplateSpecification, Overrides: overrides },
        InstancesDistribution,
      },
    });
    await call('DescribeAutoScalingGroups', { AutoScalingGroupNames: [name] });
  }
  // By its requirements, over a template whose image is a parameter.
  await call('SetDesiredCapacity', { AutoScalingGroupName: 'g4', DesiredCapacity: 1 });
  await call('DescribeAutoScalingInstances');
  const nobody = await newUser(server, 'nobody', { account });
  await t.call('autoscaling:DescribeAutoScalingGroups', {}, { as: nobody.credentials });
  t.compare();
});

test('condition keys of each call that has any', async () => {
  const account = '100000000005';
  const { t } = await prepared(account, 'condition-keys');
  const ask = await askedKeys(server, t, account, /^autoscaling:|^aws:(?:RequestTag|ResourceTag|TagKeys)/i);
  const Tags = [{ Key: 'team', Value: 'core', PropagateAtLaunch: true }];
  await t.silent('autoscaling:CreateAutoScalingGroup', { ...group, DesiredCapacity: 0, Tags });
  const mixed = (more: object = {}) => ({
    LaunchTemplate: {
      LaunchTemplateSpecification: { LaunchTemplateName: 'web', Version: '1' },
      Overrides: [{ InstanceType: 't3.micro', ImageId: 'ami-1' }, { InstanceType: 't3.small' }],
      ...more,
    },
  });
  const requested: readonly object[] = [
    {},
    { LaunchTemplate: { ...LaunchTemplate, Version: '1' } },
    { LaunchTemplate: { ...LaunchTemplate, Version: '$Default' } },
    { LaunchTemplate: { LaunchTemplateName: 'web' } },
    { LaunchTemplate: undefined, LaunchConfigurationName: 'none' },
    { LaunchTemplate: undefined, MixedInstancesPolicy: mixed() },
    { VPCZoneIdentifier: 'subnet-1, subnet-2' },
    {
      CapacityReservationSpecification: {
        CapacityReservationTarget: {
          CapacityReservationIds: ['cr-1'],
          CapacityReservationResourceGroupArns: ['arn:aws:resource-groups:us-east-1:100000000005:group/g'],
        },
      },
    },
  ];
  const created: readonly object[] = [
    ...requested,
    { Tags: [...Tags, { Key: 'own', Value: 'x' }] },
    { LoadBalancerNames: ['one', 'two'] },
    { TargetGroupARNs: ['arn:aws:elasticloadbalancing:us-east-1:100000000005:targetgroup/g/1'] },
    { TrafficSources: [{ Identifier: 'one', Type: 'elb' }] },
    { MinSize: 1, MaxSize: 2 },
  ];
  const configuration = { LaunchConfigurationName: 'c', ImageId: 'ami-1', InstanceType: 't3.micro' };
  const tag = { ResourceId: 'web', ResourceType: 'auto-scaling-group', Key: 'team', Value: 'web' };
  const calls: readonly (readonly [string, object])[] = [
    ...created.map(
      (rest) => ['CreateAutoScalingGroup', { ...group, AutoScalingGroupName: 'new', ...rest }] as const,
    ),
    ...requested.map((rest) => ['UpdateAutoScalingGroup', { AutoScalingGroupName, ...rest }] as const),
    ['UpdateAutoScalingGroup', { AutoScalingGroupName, MinSize: 1, MaxSize: 2 }],
    [
      'StartInstanceRefresh',
      { AutoScalingGroupName, DesiredConfiguration: { MixedInstancesPolicy: mixed() } },
    ],
    ['DeleteAutoScalingGroup', { AutoScalingGroupName }],
    ['DeleteAutoScalingGroup', { AutoScalingGroupName, ForceDelete: true }],
    ['SetDesiredCapacity', { AutoScalingGroupName, DesiredCapacity: 1 }],
    ['SetDesiredCapacity', { AutoScalingGroupName: 'none', DesiredCapacity: 1 }],
    [
      'PutScheduledUpdateGroupAction',
      { AutoScalingGroupName, ScheduledActionName: 's', MinSize: 1, MaxSize: 2 },
    ],
    ['CreateLaunchConfiguration', { ...configuration, SpotPrice: '0.5' }],
    [
      'CreateLaunchConfiguration',
      {
        ...configuration,
        MetadataOptions: { HttpEndpoint: 'enabled', HttpTokens: 'required', HttpPutResponseHopLimit: 2 },
      },
    ],
    ['CreateOrUpdateTags', { Tags: [tag, { ...tag, Key: 'own' }] }],
    ['DeleteTags', { Tags: [tag] }],
  ];
  for (const [operation, input] of calls) await ask(`autoscaling:${operation}`, input);
  t.compare();
});

test('a warm pool with its instances, from its making to its end', async () => {
  const { t, call, ofGroup } = await prepared('100000000007', 'warm-pool');
  await call('CreateAutoScalingGroup', { ...group, MaxSize: 2 });
  await ofGroup('PutWarmPool', { MinSize: 1, InstanceReusePolicy: { ReuseOnScaleIn: true } });
  await ofGroup('DescribeWarmPool');
  for (const DesiredCapacity of [2, 1]) await ofGroup('SetDesiredCapacity', { DesiredCapacity });
  await ofGroup('DescribeWarmPool');
  await ofGroup('PutWarmPool', { MinSize: 0, MaxGroupPreparedCapacity: 0 });
  await ofGroup('DescribeScalingActivities');
  await ofGroup('DeleteWarmPool');
  await ofGroup('DescribeWarmPool');
  await t.recorded();
  t.compare();
});
