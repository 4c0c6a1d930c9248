/** The settings of a group: what a request may say of each, what is kept of it, and how AWS shows it. */
import type {
  AutoScalingGroup,
  CapacityReservationSpecification,
  InstanceMaintenancePolicy,
} from '../../../shapes/generated/autoscaling.ts';
import { requireServed, validationError } from '../errors.ts';
import { requireTerminationPolicies } from '../instance/scale-in.ts';
import type { GroupRequest, GroupSettings, HealthyRange } from './group.ts';

const HEALTH_CHECKS = ['EC2', 'EBS', 'ELB', 'VPC_LATTICE'];
const CAPACITY_UNITS = ['units', 'vcpu', 'memory-mib'] as const;
const ZONE_DISTRIBUTIONS = ['balanced-best-effort', 'balanced-only'] as const;
const IMPAIRED_ZONE_BEHAVIORS = ['ReplaceUnhealthy', 'IgnoreUnhealthy'];
const DAY_SECONDS = 86_400;
const YEAR_SECONDS = 365 * DAY_SECONDS;

/** There are no Capacity Reservations here: to prefer them changes nothing, and to launch into them alone is impossible. */
const RESERVATION_PREFERENCES = ['default', 'none', 'capacity-reservations-first'];

/** Throws for settings that cannot be, or are not served. */
export function requireSettings(request: GroupRequest): void {
  const checks = request.HealthCheckType?.split(',').map((name) => name.trim()) ?? [];
  if (checks.some((name) => !HEALTH_CHECKS.includes(name))) {
    throw validationError(`Invalid HealthCheckType. Valid types are: [${HEALTH_CHECKS.join(', ')}].`);
  }
  requireTerminationPolicies(request.TerminationPolicies);
  for (const name of ['DefaultCooldown', 'HealthCheckGracePeriod'] as const) requireNatural(request, name);
  requireWarmup(request.DefaultInstanceWarmup);
  requireLifetime(request.MaxInstanceLifetime);
  requireMaintenancePolicy(request.InstanceMaintenancePolicy);
  requireOneOf('DesiredCapacityType', request.DesiredCapacityType, CAPACITY_UNITS);
  const { CapacityDistributionStrategy: strategy } = request.AvailabilityZoneDistribution ?? {};
  requireOneOf('CapacityDistributionStrategy', strategy, ZONE_DISTRIBUTIONS);
  requireImpairmentPolicy(request);
  requireReservationPreference(request.CapacityReservationSpecification);
}

export function requireNatural<N extends string>(request: { readonly [Name in N]?: number }, name: N): void {
  if ((request[name] ?? 0) < 0) throw validationError(`${name} must be greater than or equal to 0.`);
}

function requireWarmup(seconds = 0): void {
  if (seconds < -1) throw validationError('DefaultInstanceWarmup must be greater than or equal to -1.');
}

function requireOneOf(name: string, value: string | undefined, allowed: readonly string[]): void {
  if (value === undefined || allowed.includes(value)) return;
  throw validationError(`Invalid ${name}. Valid values are: [${allowed.join(', ')}].`);
}

function requireLifetime(seconds = 0): void {
  if (seconds === 0 || (seconds >= DAY_SECONDS && seconds <= YEAR_SECONDS)) return;
  throw validationError(
    `Max instance lifetime must be equal to 0 or between ${DAY_SECONDS} and ${YEAR_SECONDS} seconds.`,
  );
}

function requireMaintenancePolicy(policy: InstanceMaintenancePolicy | undefined): void {
  if (policy) rangeOf(policy);
}

/**
 * The range that two percentages stand for; undefined where both are -1, which takes it back.
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstanceMaintenancePolicy.html
 */
function rangeOf({
  MinHealthyPercentage: minPercentage,
  MaxHealthyPercentage: maxPercentage,
}: InstanceMaintenancePolicy): HealthyRange | undefined {
  if (minPercentage === undefined || maxPercentage === undefined) {
    throw validationError(
      'Both MinHealthyPercentage and MaxHealthyPercentage must be specified in an instance maintenance policy.',
    );
  }
  if (minPercentage === -1 && maxPercentage === -1) return undefined;
  requirePercentages(minPercentage, maxPercentage);
  return { minPercentage, maxPercentage };
}

export function requirePercentages(minPercentage: number, maxPercentage: number): void {
  if (minPercentage < 0 || minPercentage > 100) {
    throw validationError('MinHealthyPercentage must be between 0 and 100.');
  }
  if (maxPercentage < 100 || maxPercentage > 200) {
    throw validationError('MaxHealthyPercentage must be between 100 and 200.');
  }
  if (maxPercentage - minPercentage > 100) {
    throw validationError(
      'The difference between MinHealthyPercentage and MaxHealthyPercentage cannot be greater than 100.',
    );
  }
}

/** Kept and shown. Zonal shifts are started elsewhere, in a service that nobody serves here. */
function requireImpairmentPolicy({ AvailabilityZoneImpairmentPolicy: policy }: GroupRequest): void {
  const { ZonalShiftEnabled: isEnabled, ImpairedZoneHealthCheckBehavior: behavior } = policy ?? {};
  requireOneOf('ImpairedZoneHealthCheckBehavior', behavior, IMPAIRED_ZONE_BEHAVIORS);
  if (isEnabled && behavior === undefined) {
    throw validationError('ImpairedZoneHealthCheckBehavior is required when ZonalShiftEnabled is true.');
  }
}

function requireReservationPreference(specification: CapacityReservationSpecification | undefined): void {
  const { CapacityReservationPreference: preference } = specification ?? {};
  requireServed(specification ?? {}, ['CapacityReservationTarget']);
  requireOneOf('CapacityReservationPreference', preference, [
    ...RESERVATION_PREFERENCES,
    'capacity-reservations-only',
  ]);
  if (preference === 'capacity-reservations-only') {
    throw validationError('Latchkey does not serve Capacity Reservations: nothing could be launched.');
  }
}

export const defaultSettings = (serviceRoleArn: string): GroupSettings => ({
  defaultCooldownSeconds: 300,
  healthCheckType: 'EC2',
  healthCheckGraceSeconds: 0,
  terminationPolicies: ['Default'],
  protectsNewInstances: false,
  serviceRoleArn,
});

/** What a request says over what stood before. */
export function settingsOf(request: GroupRequest, before: GroupSettings): GroupSettings {
  const {
    InstanceMaintenancePolicy: maintenance,
    AvailabilityZoneDistribution: distribution,
    MaxInstanceLifetime: lifetime = before.maxLifetimeSeconds,
  } = request;
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
    // -1 takes a warm-up back, 0 a lifetime.
    defaultWarmupSeconds:
      request.DefaultInstanceWarmup === -1
        ? undefined
        : (request.DefaultInstanceWarmup ?? before.defaultWarmupSeconds),
    maxLifetimeSeconds: lifetime || undefined,
    rebalancesCapacity: request.CapacityRebalance ?? before.rebalancesCapacity,
    maintenance: maintenance ? rangeOf(maintenance) : before.maintenance,
    zoneDistribution: (distribution?.CapacityDistributionStrategy ??
      before.zoneDistribution) as GroupSettings['zoneDistribution'],
    zoneImpairment: request.AvailabilityZoneImpairmentPolicy ?? before.zoneImpairment,
    reservationPreference:
      request.CapacityReservationSpecification?.CapacityReservationPreference ?? before.reservationPreference,
    placementGroup: request.PlacementGroup ?? before.placementGroup,
    deletionProtection: request.DeletionProtection ?? before.deletionProtection,
    capacityUnit: (request.DesiredCapacityType as GroupSettings['capacityUnit']) ?? before.capacityUnit,
  };
}

export function showSettings(settings: GroupSettings) {
  const { maintenance } = settings;
  return {
    DefaultCooldown: settings.defaultCooldownSeconds,
    HealthCheckType: settings.healthCheckType,
    HealthCheckGracePeriod: settings.healthCheckGraceSeconds,
    TerminationPolicies: [...settings.terminationPolicies],
    NewInstancesProtectedFromScaleIn: settings.protectsNewInstances,
    ServiceLinkedRoleARN: settings.serviceRoleArn,
    Context: settings.context,
    DefaultInstanceWarmup: settings.defaultWarmupSeconds,
    MaxInstanceLifetime: settings.maxLifetimeSeconds,
    CapacityRebalance: settings.rebalancesCapacity,
    InstanceMaintenancePolicy: maintenance && {
      MinHealthyPercentage: maintenance.minPercentage,
      MaxHealthyPercentage: maintenance.maxPercentage,
    },
    AvailabilityZoneDistribution: {
      CapacityDistributionStrategy: settings.zoneDistribution ?? 'balanced-best-effort',
    },
    AvailabilityZoneImpairmentPolicy: settings.zoneImpairment,
    CapacityReservationSpecification: {
      CapacityReservationPreference: settings.reservationPreference ?? 'default',
    },
    PlacementGroup: settings.placementGroup || undefined,
    DeletionProtection: settings.deletionProtection,
    DesiredCapacityType: settings.capacityUnit,
    InstanceLifecyclePolicy: { RetentionTriggers: { TerminateHookAbandon: 'terminate' } },
  } satisfies Partial<AutoScalingGroup>;
}
