/** What CreateAutoScalingGroup and UpdateAutoScalingGroup have in common: the members they name, tested and taken over. */
import { isDeepStrictEqual } from 'node:util';
import type { ConditionValues } from '../../../invoke/verdict.ts';
import type {
  CreateAutoScalingGroupType,
  MixedInstancesPolicy,
  UpdateAutoScalingGroupType,
} from '../../../shapes/generated/autoscaling.ts';
import { requireServed, validationError } from '../errors.ts';
import { requireTerminationPolicies } from '../instance/scale-in.ts';
import type { GroupRecord } from './group.ts';

export type GroupRequest = Partial<CreateAutoScalingGroupType> | UpdateAutoScalingGroupType;

const NOT_SERVED = [
  'AvailabilityZoneDistribution',
  'AvailabilityZoneIds',
  'AvailabilityZoneImpairmentPolicy',
  'CapacityRebalance',
  'CapacityReservationSpecification',
  'DeletionProtection',
  'InstanceLifecyclePolicy',
  'InstanceMaintenancePolicy',
  'MaxInstanceLifetime',
  'PlacementGroup',
] as const satisfies readonly (keyof UpdateAutoScalingGroupType)[];

const NOT_SERVED_AT_CREATION = [
  'InstanceId',
  'LoadBalancerNames',
  'Operator',
  'TargetGroupARNs',
  'TrafficSources',
] as const satisfies readonly (keyof CreateAutoScalingGroupType)[];

const HEALTH_CHECKS = ['EC2', 'EBS', 'ELB', 'VPC_LATTICE'];

/** What a group is anyway: a tool that writes back what it has read says nothing new. */
const DEFAULTS: Partial<Record<keyof UpdateAutoScalingGroupType, object>> = {
  AvailabilityZoneDistribution: { CapacityDistributionStrategy: 'balanced-best-effort' },
  AvailabilityZoneImpairmentPolicy: { ZonalShiftEnabled: false },
  CapacityReservationSpecification: { CapacityReservationPreference: 'default' },
  InstanceLifecyclePolicy: { RetentionTriggers: { TerminateHookAbandon: 'terminate' } },
  InstanceMaintenancePolicy: { MinHealthyPercentage: -1, MaxHealthyPercentage: -1 },
};

const withoutDefaults = (request: GroupRequest): GroupRequest =>
  Object.fromEntries(
    Object.entries(request).filter(
      ([name, value]) => !isDeepStrictEqual(value, DEFAULTS[name as keyof typeof DEFAULTS]),
    ),
  );

/** Throws for what cannot be, or is not served, whatever the group. */
export function requireRequest(request: GroupRequest): void {
  const {
    DeletionProtection: protection,
    MaxInstanceLifetime: lifetime,
    DesiredCapacityType: unit,
  } = request;
  requireServed(
    {
      ...withoutDefaults(request),
      DeletionProtection: protection === 'none' ? undefined : protection,
      MaxInstanceLifetime: lifetime || undefined,
      PlacementGroup: request.PlacementGroup || undefined,
      DesiredCapacityType: unit === 'units' ? undefined : unit,
    },
    [...NOT_SERVED, 'DesiredCapacityType'],
  );
  requireServed<Partial<CreateAutoScalingGroupType>>(request, NOT_SERVED_AT_CREATION);
  const checks = request.HealthCheckType?.split(',').map((name) => name.trim()) ?? [];
  if (checks.some((name) => !HEALTH_CHECKS.includes(name))) {
    throw validationError(`Invalid HealthCheckType. Valid types are: [${HEALTH_CHECKS.join(', ')}].`);
  }
  requireTerminationPolicies(request.TerminationPolicies);
  for (const name of [
    'MinSize',
    'MaxSize',
    'DesiredCapacity',
    'DefaultCooldown',
    'HealthCheckGracePeriod',
  ] as const) {
    const value = request[name];
    if (value !== undefined && value < 0)
      throw validationError(`${name} must be greater than or equal to 0.`);
  }
}

export type Sizes = Pick<GroupRecord, 'minSize' | 'maxSize' | 'desiredCapacity'>;

export const areSizes = ({ minSize, maxSize, desiredCapacity }: Sizes) =>
  minSize >= 0 && minSize <= desiredCapacity && desiredCapacity <= maxSize;

export function requireSizes({ minSize, maxSize, desiredCapacity }: Sizes): void {
  if (maxSize < minSize) {
    throw validationError(`Max bound, ${maxSize}, must be greater than or equal to min bound, ${minSize}`);
  }
  if (desiredCapacity < minSize || desiredCapacity > maxSize) {
    throw validationError(
      `Desired capacity:${desiredCapacity} must be between the specified min size:${minSize} and max size:${maxSize}`,
    );
  }
}

/** The sizes that an update asks for: a new bound moves the desired capacity along, where that is not named. */
export function updatedSizes(
  {
    MinSize,
    MaxSize,
    DesiredCapacity,
  }: Pick<UpdateAutoScalingGroupType, 'MinSize' | 'MaxSize' | 'DesiredCapacity'>,
  group: GroupRecord,
): Sizes {
  const { minSize = group.minSize, maxSize = group.maxSize } = { minSize: MinSize, maxSize: MaxSize };
  const follows = Math.min(Math.max(group.desiredCapacity, minSize), maxSize);
  return { minSize, maxSize, desiredCapacity: DesiredCapacity ?? follows };
}

const sourcesOf = ({
  LaunchConfigurationName,
  LaunchTemplate,
  MixedInstancesPolicy,
  ...rest
}: GroupRequest) =>
  [
    LaunchConfigurationName,
    LaunchTemplate,
    MixedInstancesPolicy,
    'InstanceId' in rest ? rest.InstanceId : undefined,
  ].filter((source) => source !== undefined);

export function requireOneSource(request: GroupRequest, { isRequired }: { isRequired: boolean }): void {
  const { length } = sourcesOf(request);
  if (length === 1 || (length === 0 && !isRequired)) return;
  throw validationError(
    'Valid requests must contain either LaunchTemplate, LaunchConfigurationName, InstanceId or MixedInstancesPolicy parameter.',
  );
}

export const subnetIdsOf = (request: GroupRequest): string[] =>
  (request.VPCZoneIdentifier ?? '')
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '');

/** The members that are plain settings, over those that stood before. */
export function settingsOf(request: GroupRequest, before: Settings): Settings {
  return {
    defaultCooldownSeconds: request.DefaultCooldown ?? before.defaultCooldownSeconds,
    healthCheckType: request.HealthCheckType ?? before.healthCheckType,
    healthCheckGraceSeconds: request.HealthCheckGracePeriod ?? before.healthCheckGraceSeconds,
    terminationPolicies: request.TerminationPolicies?.length
      ? request.TerminationPolicies
      : before.terminationPolicies,
    protectsNewInstances: request.NewInstancesProtectedFromScaleIn ?? before.protectsNewInstances,
    serviceRoleArn: request.ServiceLinkedRoleARN ?? before.serviceRoleArn,
    context: request.Context ?? before.context,
    defaultWarmupSeconds: warmup(request.DefaultInstanceWarmup) ?? before.defaultWarmupSeconds,
  };
}

type Settings = Pick<
  GroupRecord,
  | 'defaultCooldownSeconds'
  | 'healthCheckType'
  | 'healthCheckGraceSeconds'
  | 'terminationPolicies'
  | 'protectsNewInstances'
  | 'serviceRoleArn'
  | 'context'
  | 'defaultWarmupSeconds'
>;

/** -1 takes a warm-up back. */
const warmup = (seconds: number | undefined) => (seconds === -1 ? undefined : seconds);

export const defaultSettings = (serviceRoleArn: string): Settings => ({
  defaultCooldownSeconds: 300,
  healthCheckType: 'EC2',
  healthCheckGraceSeconds: 0,
  terminationPolicies: ['Default'],
  protectsNewInstances: false,
  serviceRoleArn,
});

/** The condition keys of creating and updating a group. They also cover what is then refused as not served. */
export function requestConditions(request: GroupRequest): ConditionValues {
  const { LaunchTemplate: template, MixedInstancesPolicy: mixed, CapacityReservationSpecification } = request;
  const specification = template ?? mixed?.LaunchTemplate?.LaunchTemplateSpecification;
  const version = specification?.Version;
  const overrides = mixed?.LaunchTemplate?.Overrides ?? [];
  const reservation = CapacityReservationSpecification?.CapacityReservationTarget;
  return {
    'autoscaling:MinSize': request.MinSize,
    'autoscaling:MaxSize': request.MaxSize,
    'autoscaling:LaunchConfigurationName': request.LaunchConfigurationName,
    'autoscaling:LaunchTemplateVersionSpecified':
      specification && version !== undefined && version !== '$Latest' && version !== '$Default',
    ...policyConditions(mixed),
    'autoscaling:InstanceTypes': some(overrides.flatMap(({ InstanceType }) => InstanceType ?? [])),
    'autoscaling:VPCZoneIdentifiers': some(subnetIdsOf(request)),
    'autoscaling:CapacityReservationIds': reservation?.CapacityReservationIds,
    'autoscaling:CapacityReservationResourceGroupArns': reservation?.CapacityReservationResourceGroupArns,
  };
}

/** Those that starting an instance refresh has, too. */
export function policyConditions(mixed: MixedInstancesPolicy | undefined): ConditionValues {
  const overrides = mixed?.LaunchTemplate?.Overrides ?? [];
  const segments = mixed?.InstancesDistribution?.DistributionSegments ?? [];
  return {
    'autoscaling:ImageId': some(overrides.flatMap(({ ImageId }) => ImageId ?? [])),
    'autoscaling:TargetCapacityTypes': some(
      segments.flatMap(({ TargetCapacityTypes }) => TargetCapacityTypes ?? []),
    ),
  };
}

/** Of those, the ones of creating alone. */
export const creationConditions = (request: CreateAutoScalingGroupType): ConditionValues => ({
  ...requestConditions(request),
  'autoscaling:LoadBalancerNames': some(request.LoadBalancerNames ?? []),
  'autoscaling:TargetGroupARNs': some(request.TargetGroupARNs ?? []),
  'autoscaling:TrafficSourceIdentifiers': some(
    (request.TrafficSources ?? []).map(({ Identifier }) => Identifier),
  ),
  'autoscaling:OperatorPrincipal': request.Operator?.Principal,
});

/** A key without values is an absent key. */
const some = (values: readonly string[]) => (values.length > 0 ? values : undefined);
