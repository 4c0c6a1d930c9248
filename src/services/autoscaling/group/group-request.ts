/** What CreateAutoScalingGroup and UpdateAutoScalingGroup have in common: the members they name, tested and taken over. */
import { isDeepStrictEqual } from 'node:util';
import type { ConditionValues } from '../../../invoke/verdict.ts';
import type {
  CreateAutoScalingGroupType,
  MixedInstancesPolicy,
  UpdateAutoScalingGroupType,
} from '../../../shapes/generated/autoscaling.ts';
import { requireServed, validationError } from '../errors.ts';
import type { GroupRecord, GroupRequest } from './group.ts';
import { requireNatural, requireSettings } from './group-settings.ts';

const NOT_SERVED = [
  'InstanceLifecyclePolicy',
] as const satisfies readonly (keyof UpdateAutoScalingGroupType)[];

const NOT_SERVED_AT_CREATION = [
  'LoadBalancerNames',
  'Operator',
  'TargetGroupARNs',
  'TrafficSources',
] as const satisfies readonly (keyof CreateAutoScalingGroupType)[];

/** What a group is anyway: a tool that writes back what it has read says nothing new. */
const DEFAULT_LIFECYCLE_POLICY = { RetentionTriggers: { TerminateHookAbandon: 'terminate' } };

/** Throws for what cannot be, or is not served, whatever the group. */
export function requireRequest(request: GroupRequest): void {
  const { InstanceLifecyclePolicy: policy } = request;
  const isDefault = isDeepStrictEqual(policy, DEFAULT_LIFECYCLE_POLICY);
  requireServed({ InstanceLifecyclePolicy: isDefault ? undefined : policy }, NOT_SERVED);
  requireServed<Partial<CreateAutoScalingGroupType>>(request, NOT_SERVED_AT_CREATION);
  requireSettings(request);
  for (const name of ['MinSize', 'MaxSize', 'DesiredCapacity'] as const) requireNatural(request, name);
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
