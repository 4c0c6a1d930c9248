/** Groups in stacks: mixed policies, warm pools, policies and schedules, and what is taken back with a property. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  DescribePoliciesCommand,
  DescribeWarmPoolCommand,
} from '@aws-sdk/client-auto-scaling';
import { imageOf } from '../worlds/ec2.ts';
import type { TestServer } from '../worlds/server.ts';
import { type Stacks, shareStacks } from '../worlds/stacks.ts';

let server: TestServer;
let stacks: Stacks;
let imageId: string;
shareStacks(async (world) => {
  ({ server, stacks } = world);
  imageId = await imageOf(server);
});

const ref = (Ref: string) => ({ Ref });
const template = () => ({
  Type: 'AWS::EC2::LaunchTemplate',
  Properties: { LaunchTemplateData: { ImageId: imageId, InstanceType: 't3.micro' } },
});
const specification = {
  LaunchTemplateId: ref('Template'),
  Version: { 'Fn::GetAtt': ['Template', 'LatestVersionNumber'] },
};

async function group(stack: string) {
  const AutoScalingGroupNames = [await stacks.physicalId(stack, 'Group')];
  const { AutoScalingGroups } = await server
    .client(AutoScalingClient)
    .send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames }));
  return AutoScalingGroups![0]!;
}

const mixed = (properties: object) => ({
  Resources: {
    Template: template(),
    Group: {
      Type: 'AWS::AutoScaling::AutoScalingGroup',
      Properties: {
        MinSize: '0',
        MaxSize: '8',
        DesiredCapacity: '5',
        AvailabilityZones: { 'Fn::GetAZs': '' },
        MixedInstancesPolicy: {
          LaunchTemplate: {
            LaunchTemplateSpecification: specification,
            Overrides: [
              { InstanceType: 't3.small', WeightedCapacity: '2' },
              { InstanceType: 't3.micro', WeightedCapacity: '1' },
            ],
          },
          InstancesDistribution: {
            OnDemandBaseCapacity: 2,
            OnDemandPercentageAboveBaseCapacity: 0,
            SpotAllocationStrategy: 'price-capacity-optimized',
          },
        },
        AvailabilityZoneDistribution: { CapacityDistributionStrategy: 'balanced-only' },
        ...properties,
      },
    },
  },
});

test('a mixed group is complete once its capacity is in service, and settings go with their properties', async () => {
  const settings = {
    CapacityRebalance: true,
    InstanceMaintenancePolicy: { MinHealthyPercentage: 90, MaxHealthyPercentage: 120 },
    MaxInstanceLifetime: 86_400,
    MetricsCollection: [{ Granularity: '1Minute', Metrics: ['GroupMinSize'] }],
  };
  const made = await stacks.create('mixed', mixed(settings));
  assert.equal(made.StackStatus, 'CREATE_COMPLETE', (await stacks.story('mixed')).join('\n'));
  const before = await group('mixed');
  const { MetricsCollection: _collection, ...shown } = settings;
  for (const [name, value] of Object.entries(shown)) {
    assert.deepEqual(before[name as keyof typeof before], value, name);
  }
  assert.equal(before.AvailabilityZoneDistribution!.CapacityDistributionStrategy, 'balanced-only');
  assert.deepEqual(
    before.EnabledMetrics!.map(({ Metric }) => Metric),
    ['GroupMinSize'],
  );
  const changed = await stacks.update('mixed', mixed({}));
  assert.equal(changed.StackStatus, 'UPDATE_COMPLETE', (await stacks.story('mixed')).join('\n'));
  const now = await group('mixed');
  assert.deepEqual(
    [now.CapacityRebalance, now.InstanceMaintenancePolicy, now.MaxInstanceLifetime, now.EnabledMetrics],
    [false, undefined, undefined, []],
  );
  assert.equal((await stacks.remove('mixed')).StackStatus, 'DELETE_COMPLETE');
});

const warm = (pool: object, target: number) => ({
  Resources: {
    Template: template(),
    Group: {
      Type: 'AWS::AutoScaling::AutoScalingGroup',
      Properties: {
        MinSize: '1',
        MaxSize: '3',
        AvailabilityZones: { 'Fn::GetAZs': '' },
        LaunchTemplate: specification,
      },
    },
    Pool: { Type: 'AWS::AutoScaling::WarmPool', Properties: { AutoScalingGroupName: ref('Group'), ...pool } },
    Track: {
      Type: 'AWS::AutoScaling::ScalingPolicy',
      Properties: {
        AutoScalingGroupName: ref('Group'),
        PolicyType: 'TargetTrackingScaling',
        TargetTrackingConfiguration: {
          PredefinedMetricSpecification: { PredefinedMetricType: 'ASGAverageCPUUtilization' },
          TargetValue: target,
        },
      },
    },
    Predict: {
      Type: 'AWS::AutoScaling::ScalingPolicy',
      Properties: {
        AutoScalingGroupName: ref('Group'),
        PolicyType: 'PredictiveScaling',
        PredictiveScalingConfiguration: {
          MetricSpecifications: [
            {
              TargetValue: 40,
              PredefinedMetricPairSpecification: { PredefinedMetricType: 'ASGCPUUtilization' },
            },
          ],
        },
      },
    },
    Step: {
      Type: 'AWS::AutoScaling::ScalingPolicy',
      Properties: {
        AutoScalingGroupName: ref('Group'),
        PolicyType: 'StepScaling',
        AdjustmentType: 'ChangeInCapacity',
        StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: 1 }],
      },
    },
    Night: {
      Type: 'AWS::AutoScaling::ScheduledAction',
      Properties: { AutoScalingGroupName: ref('Group'), Recurrence: '0 22 * * *', DesiredCapacity: 1 },
    },
  },
});

test('a warm pool, policies and a schedule are made, changed and deleted with their group', async () => {
  const made = await stacks.create('warm', warm({ MaxGroupPreparedCapacity: 2, PoolState: 'Running' }, 50));
  assert.equal(made.StackStatus, 'CREATE_COMPLETE', (await stacks.story('warm')).join('\n'));
  await server.settled();
  const { AutoScalingGroupName } = await group('warm');
  const client = server.client(AutoScalingClient);
  const pool = async () => client.send(new DescribeWarmPoolCommand({ AutoScalingGroupName }));
  assert.deepEqual(
    (await pool()).Instances!.map(({ LifecycleState }) => LifecycleState),
    ['Warmed:Running'],
  );
  const changed = await stacks.update('warm', warm({ MinSize: 1 }, 60));
  assert.equal(changed.StackStatus, 'UPDATE_COMPLETE', (await stacks.story('warm')).join('\n'));
  assert.deepEqual((await pool()).WarmPoolConfiguration, { MinSize: 1, PoolState: 'Stopped' });
  const { ScalingPolicies } = await client.send(new DescribePoliciesCommand({ AutoScalingGroupName }));
  const track = ScalingPolicies!.find(({ PolicyType }) => PolicyType === 'TargetTrackingScaling');
  assert.deepEqual([track!.TargetTrackingConfiguration!.TargetValue, track!.Alarms!.length], [60, 2]);
  const gone = await stacks.remove('warm');
  assert.equal(gone.StackStatus, 'DELETE_COMPLETE', (await stacks.story(gone.StackId!)).join('\n'));
});
