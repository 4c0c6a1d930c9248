/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-autoscaling-autoscalinggroup.html (aws-facts H7) */
import type {
  AutoScalingGroup,
  CreateAutoScalingGroupType,
  Tag as GroupTag,
  UpdateAutoScalingGroupType,
} from '../../../shapes/generated/autoscaling.ts';
import { isObject, type Json, type JsonObject, sameValue } from '../template/json.ts';
import { rollInstances } from './autoscaling-rolling-update.ts';
import { ResourceFailure } from './failure.ts';
import { ofInput, type Properties, strings } from './properties.ts';
import type { ResourceContext, ResourceType } from './resource-type.ts';

const HOUR_MS = 3_600_000;
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
    LifecycleHookSpecificationList: {
      type: ofCreate('LifecycleHookSpecificationList'),
      change: 'refused',
    },
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

  async create(context, properties) {
    const AutoScalingGroupName = (properties.AutoScalingGroupName as string) ?? context.physicalName(255);
    await context.call('autoscaling', 'CreateAutoScalingGroup', {
      ...(requestOf(properties) as unknown as CreateAutoScalingGroupType),
      AutoScalingGroupName,
      Tags: groupTags(AutoScalingGroupName, properties.Tags),
    });
    await collectMetrics(context, AutoScalingGroupName, undefined, properties.MetricsCollection);
    await notifyTopics(context, AutoScalingGroupName, {}, properties);
    return AutoScalingGroupName;
  },

  async read(context, { physicalId }, sinceMs) {
    const group = await describe(context, physicalId);
    if (!group) throw new ResourceFailure(`Group ${physicalId} is gone.`);
    const inService = (group.Instances ?? [])
      .filter(({ LifecycleState }) => LifecycleState === 'InService')
      .reduce((capacity, { WeightedCapacity: weight = '1' }) => capacity + Number(weight), 0);
    if (inService >= (group.DesiredCapacity ?? 0))
      return { AutoScalingGroupARN: group.AutoScalingGroupARN ?? '' };
    if (context.nowMs - sinceMs < HOUR_MS) return undefined;
    throw new ResourceFailure(
      `Group did not stabilize. Last scaling activity: ${await lastActivity(context, physicalId)}`,
    );
  },

  async update(context, { physicalId, properties: from }, to) {
    if (!context.progress) await updateGroup(context, physicalId, from, to);
    const group = await describe(context, physicalId);
    if (group) await rollInstances(context, group);
  },

  isReplacedBy({ AutoScalingReplacingUpdate: policy }, from, to) {
    if (!isObject(policy) || String(policy.WillReplace) !== 'true') return false;
    return LAUNCHED.some((name) => !sameValue(from[name], to[name]));
  },

  async delete({ call }, { physicalId }) {
    await call('autoscaling', 'DeleteAutoScalingGroup', {
      AutoScalingGroupName: physicalId,
      ForceDelete: true,
    });
  },

  isGone: async (context, { physicalId }) => (await describe(context, physicalId)) === undefined,
};

/** The properties whose change an update policy acts upon. */
const LAUNCHED = ['LaunchConfigurationName', 'LaunchTemplate', 'MixedInstancesPolicy', 'VPCZoneIdentifier'];

async function updateGroup(
  context: ResourceContext,
  name: string,
  from: JsonObject,
  to: JsonObject,
): Promise<void> {
  const { Tags: _tags, AutoScalingGroupName: _name, ...request } = to;
  await context.call('autoscaling', 'UpdateAutoScalingGroup', {
    ...(requestOf(
      keepsSizes(context) ? withoutSameSizes(from, request) : request,
    ) as unknown as UpdateAutoScalingGroupType),
    AutoScalingGroupName: name,
    ...takenBack(from, to),
  });
  await collectMetrics(context, name, from.MetricsCollection, to.MetricsCollection);
  await notifyTopics(context, name, from, to);
  await updateTags(context, name, from.Tags, to.Tags);
}

/** Sizes that the template does not change stay as they are by now, where the update policy says so. */
function keepsSizes({ updatePolicy = {} }: ResourceContext): boolean {
  const { AutoScalingScheduledAction: policy } = updatePolicy;
  return isObject(policy) && String(policy.IgnoreUnmodifiedGroupSizeProperties) === 'true';
}

const SIZES = ['MinSize', 'MaxSize', 'DesiredCapacity'];

const withoutSameSizes = (from: JsonObject, to: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(to).filter(([name, value]) => !SIZES.includes(name) || !sameValue(from[name], value)),
  );

/** What a property is once a template no longer has it. */
const UNSET: Partial<UpdateAutoScalingGroupType> = {
  AvailabilityZoneDistribution: { CapacityDistributionStrategy: 'balanced-best-effort' },
  CapacityRebalance: false,
  CapacityReservationSpecification: { CapacityReservationPreference: 'default' },
  DefaultInstanceWarmup: -1,
  DeletionProtection: 'none',
  InstanceMaintenancePolicy: { MinHealthyPercentage: -1, MaxHealthyPercentage: -1 },
  MaxInstanceLifetime: 0,
  NewInstancesProtectedFromScaleIn: false,
};

const takenBack = (from: JsonObject, to: JsonObject): Partial<UpdateAutoScalingGroupType> =>
  Object.fromEntries(
    Object.entries(UNSET).filter(([name]) => from[name] !== undefined && to[name] === undefined),
  );

async function collectMetrics(
  { call }: ResourceContext,
  AutoScalingGroupName: string,
  from: Json | undefined,
  to: Json | undefined,
): Promise<void> {
  if (sameValue(from, to)) return;
  if (from !== undefined) await call('autoscaling', 'DisableMetricsCollection', { AutoScalingGroupName });
  for (const collection of (to ?? []) as unknown as readonly MetricsCollection[]) {
    await call('autoscaling', 'EnableMetricsCollection', { AutoScalingGroupName, ...collection });
  }
}

interface MetricsCollection {
  readonly Granularity: string;
  readonly Metrics?: string[];
}

interface TopicNotification {
  readonly TopicARN: string;
  readonly NotificationTypes?: string[];
}

/** The older property has one of what the newer has a list of. */
const notificationsOf = ({ NotificationConfiguration: one, NotificationConfigurations: many }: JsonObject) =>
  [one ?? [], many ?? []].flat() as unknown as readonly TopicNotification[];

async function notifyTopics(
  { call }: ResourceContext,
  AutoScalingGroupName: string,
  from: JsonObject,
  to: JsonObject,
): Promise<void> {
  const [before, after] = [notificationsOf(from), notificationsOf(to)];
  if (sameValue(before as unknown as Json, after as unknown as Json)) return;
  for (const { TopicARN } of before) {
    if (after.some((each) => each.TopicARN === TopicARN)) continue;
    await call('autoscaling', 'DeleteNotificationConfiguration', { AutoScalingGroupName, TopicARN });
  }
  for (const { TopicARN, NotificationTypes = [] } of after) {
    const notification = { AutoScalingGroupName, TopicARN, NotificationTypes };
    await call('autoscaling', 'PutNotificationConfiguration', notification);
  }
}

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

const groupTags = (name: string, tags: Json | undefined): GroupTag[] =>
  ((tags ?? []) as unknown as readonly GroupTag[]).map((tag) => ({
    ...tag,
    ResourceId: name,
    ResourceType: 'auto-scaling-group',
  }));

async function updateTags(
  { call }: ResourceContext,
  name: string,
  from: Json | undefined,
  to: Json | undefined,
): Promise<void> {
  const [before, after] = [groupTags(name, from), groupTags(name, to)];
  const removed = before.filter(({ Key }) => !after.some((tag) => tag.Key === Key));
  const added = after.filter((tag) => !before.some((each) => JSON.stringify(each) === JSON.stringify(tag)));
  if (removed.length > 0) await call('autoscaling', 'DeleteTags', { Tags: removed });
  if (added.length > 0) await call('autoscaling', 'CreateOrUpdateTags', { Tags: added });
}
