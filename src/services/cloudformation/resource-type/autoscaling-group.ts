/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-autoscaling-autoscalinggroup.html (aws-facts H7) */
import { asText } from '../../../aws/as-text.ts';
import { HOUR_MS } from '../../../platform/durations.ts';
import type {
  AutoScalingGroup,
  CreateAutoScalingGroupType,
  UpdateAutoScalingGroupType,
} from '../../../shapes/generated/autoscaling.ts';
import { isObject, type JsonObject, sameValue } from '../template/json.ts';
import {
  collectMetrics,
  groupTags,
  notifyTopics,
  updateGroupTags,
  updateHooks,
} from './autoscaling-group-extras.ts';
import { cancelRefresh, refreshInstances, refreshPolicyOf } from './autoscaling-instance-refresh.ts';
import { endRolling, rollInstances } from './autoscaling-rolling-update.ts';
import { ResourceFailure, StillBusy } from './failure.ts';
import { ofInput, type Properties, strings } from './properties.ts';
import type { ResourceContext, ResourceType } from './resource-type.ts';
import { takenAway } from './taken-away.ts';

const ofCreate = (member: string) => ofInput('autoscaling', 'CreateAutoScalingGroup', member);

const TAGS: Properties = {
  Key: { type: 'String', required: true },
  Value: { type: 'String', required: true },
  PropagateAtLaunch: { type: 'Boolean', required: true },
};

const METRICS: Properties = {
  Granularity: { type: 'String', required: true },
  Metrics: { type: strings },
};

const NOTIFICATION: Properties = {
  TopicARN: { type: 'String', required: true },
  NotificationTypes: { type: strings },
};

export const autoScalingGroup: ResourceType = {
  name: 'AWS::AutoScaling::AutoScalingGroup',
  nameProperty: 'AutoScalingGroupName',
  properties: {
    AutoScalingGroupName: { type: 'String', change: 'replacement' },
    AvailabilityZoneDistribution: { type: ofCreate('AvailabilityZoneDistribution') },
    AvailabilityZoneIds: { type: strings },
    AvailabilityZoneImpairmentPolicy: { type: ofCreate('AvailabilityZoneImpairmentPolicy') },
    AvailabilityZones: { type: strings },
    CapacityRebalance: { type: 'Boolean' },
    CapacityReservationSpecification: { type: ofCreate('CapacityReservationSpecification') },
    Context: { type: 'String' },
    Cooldown: { type: 'Integer' },
    DefaultInstanceWarmup: { type: 'Integer' },
    DeletionProtection: { type: 'String' },
    DesiredCapacity: { type: 'Integer' },
    DesiredCapacityType: { type: 'String' },
    HealthCheckGracePeriod: { type: 'Integer' },
    HealthCheckType: { type: 'String' },
    InstanceId: { type: 'String', change: 'replacement' },
    InstanceMaintenancePolicy: { type: ofCreate('InstanceMaintenancePolicy') },
    LaunchConfigurationName: { type: 'String' },
    LaunchTemplate: { type: ofCreate('LaunchTemplate') },
    LifecycleHookSpecificationList: { type: ofCreate('LifecycleHookSpecificationList') },
    MaxInstanceLifetime: { type: 'Integer' },
    MaxSize: { type: 'Integer', required: true },
    MetricsCollection: { type: { list: { object: METRICS } } },
    MinSize: { type: 'Integer', required: true },
    MixedInstancesPolicy: { type: ofCreate('MixedInstancesPolicy') },
    NewInstancesProtectedFromScaleIn: { type: 'Boolean' },
    NotificationConfiguration: { type: { object: NOTIFICATION } },
    NotificationConfigurations: { type: { list: { object: NOTIFICATION } } },
    ServiceLinkedRoleARN: { type: 'String' },
    PlacementGroup: { type: 'String' },
    Tags: { type: { list: { object: TAGS } } },
    TerminationPolicies: { type: strings },
    VPCZoneIdentifier: { type: strings },
  },
  unserved: [
    'InstanceLifecyclePolicy',
    'LoadBalancerNames',
    'SkipZonalShiftValidation',
    'TargetGroupARNs',
    'TrafficSources',
  ],
  attributes: ['AutoScalingGroupARN'],
  creationPolicies: ['AutoScalingCreationPolicy', 'ResourceSignal'],
  stackTagMembers: { PropagateAtLaunch: true },

  async create(ctx, properties) {
    const AutoScalingGroupName = (properties.AutoScalingGroupName as string) ?? ctx.physicalName(255);
    await ctx.call('autoscaling', 'CreateAutoScalingGroup', {
      ...(requestOf(properties) as unknown as CreateAutoScalingGroupType),
      AutoScalingGroupName,
      Tags: groupTags(AutoScalingGroupName, properties.Tags),
    });
    await collectMetrics(ctx, AutoScalingGroupName, undefined, properties.MetricsCollection);
    await notifyTopics(ctx, AutoScalingGroupName, {}, properties);
    return AutoScalingGroupName;
  },

  async read(ctx, { physicalId }, sinceMs) {
    const group = await describe(ctx, physicalId);
    if (!group) throw new ResourceFailure(`Group ${physicalId} is gone.`);
    const inService = (group.Instances ?? [])
      .filter(({ LifecycleState }) => LifecycleState === 'InService')
      .reduce((capacity, { WeightedCapacity: weight = '1' }) => capacity + Number(weight), 0);
    if (inService >= (group.DesiredCapacity ?? 0))
      return { AutoScalingGroupARN: group.AutoScalingGroupARN ?? '' };
    if (ctx.nowMs - sinceMs < HOUR_MS) return undefined;
    throw new ResourceFailure(
      `Group did not stabilize. Last scaling activity: ${await lastActivity(ctx, physicalId)}`,
    );
  },

  async update(ctx, { physicalId, properties: from }, to) {
    const refreshPolicy = refreshPolicyOf(ctx);
    if (!ctx.progress) await updateGroup(ctx, physicalId, from, to);
    const group = await describe(ctx, physicalId);
    if (!group) return;
    if (refreshPolicy) await refreshInstances(ctx, refreshPolicy, group, { from, to });
    else await roll(ctx, group);
  },

  async cancel(ctx, { physicalId }) {
    const group = await describe(ctx, physicalId);
    if (group && ctx.progress?.refreshId) await cancelRefresh(ctx, physicalId);
    else if (group) await endRolling(ctx, group);
  },

  isReplacedBy({ AutoScalingReplacingUpdate: policy }, from, to) {
    if (!isObject(policy) || asText(policy.WillReplace ?? '') !== 'true') return false;
    return LAUNCHED.some((name) => !sameValue(from[name], to[name]));
  },

  async delete({ call }, { physicalId }) {
    await call('autoscaling', 'DeleteAutoScalingGroup', {
      AutoScalingGroupName: physicalId,
      ForceDelete: true,
    });
  },

  isGone: async (ctx, { physicalId }) => (await describe(ctx, physicalId)) === undefined,
};

async function roll(ctx: ResourceContext, group: AutoScalingGroup): Promise<void> {
  try {
    await rollInstances(ctx, group);
  } catch (failure) {
    if (!(failure instanceof StillBusy)) await endRolling(ctx, group);
    throw failure;
  }
}

/** The properties whose change an update policy acts upon. */
const LAUNCHED = ['LaunchConfigurationName', 'LaunchTemplate', 'MixedInstancesPolicy', 'VPCZoneIdentifier'];

async function updateGroup(
  ctx: ResourceContext,
  name: string,
  from: JsonObject,
  to: JsonObject,
): Promise<void> {
  const { Tags: _tags, AutoScalingGroupName: _name, LifecycleHookSpecificationList: _hooks, ...named } = to;
  const request = {
    ...(keepsSizes(ctx) ? withoutSameSizes(from, named) : named),
    ...takenAway(from, to, UNSET),
  };
  await ctx.call('autoscaling', 'UpdateAutoScalingGroup', {
    ...(requestOf(request) as unknown as UpdateAutoScalingGroupType),
    AutoScalingGroupName: name,
  });
  await collectMetrics(ctx, name, from.MetricsCollection, to.MetricsCollection);
  await notifyTopics(ctx, name, from, to);
  await updateHooks(ctx, name, from.LifecycleHookSpecificationList, to.LifecycleHookSpecificationList);
  await updateGroupTags(ctx, name, from.Tags, to.Tags);
}

/** Sizes that the template does not change stay as they are by now, where the update policy says so, and nothing is rolled back. */
function keepsSizes({ isRollback, updatePolicy = {} }: ResourceContext): boolean {
  const { AutoScalingScheduledAction: policy } = updatePolicy;
  return (
    !isRollback && isObject(policy) && asText(policy.IgnoreUnmodifiedGroupSizeProperties ?? '') === 'true'
  );
}

const SIZES = ['MinSize', 'MaxSize', 'DesiredCapacity'];

const withoutSameSizes = (from: JsonObject, to: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(to).filter(([name, value]) => !SIZES.includes(name) || !sameValue(from[name], value)),
  );

/** What a property is once a template no longer has it. */
const UNSET = {
  AvailabilityZoneDistribution: { CapacityDistributionStrategy: 'balanced-best-effort' },
  AvailabilityZoneImpairmentPolicy: { ZonalShiftEnabled: false },
  CapacityRebalance: false,
  CapacityReservationSpecification: { CapacityReservationPreference: 'default' },
  Cooldown: 300,
  DefaultInstanceWarmup: -1,
  DeletionProtection: 'none',
  HealthCheckGracePeriod: 0,
  HealthCheckType: 'EC2',
  InstanceMaintenancePolicy: { MinHealthyPercentage: -1, MaxHealthyPercentage: -1 },
  MaxInstanceLifetime: 0,
  NewInstancesProtectedFromScaleIn: false,
  PlacementGroup: '',
  TerminationPolicies: ['Default'],
};

/** The API has another name and form for two of the properties, and operations of their own for others. */
function requestOf({
  Cooldown,
  MetricsCollection: _collection,
  NotificationConfiguration: _notification,
  NotificationConfigurations: _notifications,
  VPCZoneIdentifier: subnets,
  ...same
}: JsonObject): JsonObject {
  return {
    ...same,
    ...(Cooldown !== undefined && { DefaultCooldown: Cooldown }),
    ...(subnets !== undefined && { VPCZoneIdentifier: (subnets as readonly string[]).join(',') }),
  };
}

async function describe({ call }: ResourceContext, name: string): Promise<AutoScalingGroup | undefined> {
  const answer = await call('autoscaling', 'DescribeAutoScalingGroups', { AutoScalingGroupNames: [name] });
  return answer.AutoScalingGroups?.[0];
}

/** The last one that has come to something. */
async function lastActivity({ call }: ResourceContext, AutoScalingGroupName: string): Promise<string> {
  const answer = await call('autoscaling', 'DescribeScalingActivities', { AutoScalingGroupName });
  const messages = (answer.Activities ?? []).map(({ StatusMessage }) => StatusMessage);
  return messages.find((message) => message !== undefined) ?? 'none';
}
