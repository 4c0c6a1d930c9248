/** What CreateFleet and ModifyFleet are asked for, tested as AWS tests it before anything is launched. */
import { AwsError } from '../../../aws/aws-error.ts';
import type { UnservedMember } from '../../../invoke/unserved.ts';
import type {
  CreateFleetRequest,
  FleetLaunchTemplateConfigRequest,
  TargetCapacitySpecificationRequest,
} from '../../../shapes/generated/ec2.ts';
import { requireRequirements } from '../instance-type/instance-requirements.ts';
import { notServed } from '../resource/unserved.ts';
import { type FleetRecord, isLowestPrice, type TargetCapacity } from './fleet.ts';

const OVERRIDE = 'LaunchTemplateConfigs[].Overrides[]';

export const UNSERVED_OVERRIDES: readonly UnservedMember[] = [
  'LaunchTemplateConfigs[].LaunchTemplateSpecification.LaunchTemplateSpecificationUserData',
  `${OVERRIDE}.Placement.Affinity`,
  `${OVERRIDE}.Placement.GroupId`,
  `${OVERRIDE}.Placement.GroupName`,
  `${OVERRIDE}.Placement.HostId`,
  `${OVERRIDE}.Placement.HostResourceGroupArn`,
  `${OVERRIDE}.Placement.PartitionNumber`,
  `${OVERRIDE}.Placement.SpreadDomain`,
  [`${OVERRIDE}.Placement.Tenancy`, 'default', 'dedicated'],
];

const combination = (message: string) => new AwsError('InvalidParameterCombination', message);
const invalid = (message: string) => new AwsError('InvalidParameterValue', message);

/** What only fleets of some types may ask for. */
function requireType(input: CreateFleetRequest, type: FleetRecord['type']): void {
  const spot = input.SpotOptions ?? {};
  const onDemand = input.OnDemandOptions ?? {};
  const onlyFor = (only: FleetRecord['type'], asked: Readonly<Record<string, unknown>>) => {
    const [name] = Object.entries(asked).find(([, value]) => value) ?? [];
    if (!name || type === only) return;
    throw combination(`The parameter ${name} is only supported for fleets of type ${only}.`);
  };
  onlyFor('maintain', {
    CapacityRebalance: spot.MaintenanceStrategies?.CapacityRebalance,
    ExcessCapacityTerminationPolicy: input.ExcessCapacityTerminationPolicy,
    ReplaceUnhealthyInstances: input.ReplaceUnhealthyInstances,
    InstanceInterruptionBehavior:
      spot.InstanceInterruptionBehavior !== 'terminate' && spot.InstanceInterruptionBehavior,
  });
  for (const options of [spot, onDemand]) {
    const { MinTargetCapacity, SingleAvailabilityZone, SingleInstanceType } = options;
    onlyFor('instant', { MinTargetCapacity, SingleAvailabilityZone, SingleInstanceType });
    if (MinTargetCapacity && !SingleAvailabilityZone && !SingleInstanceType) {
      throw combination(
        'MinTargetCapacity requires at least one of SingleAvailabilityZone and SingleInstanceType.',
      );
    }
  }
}

export function requireFleetType(input: CreateFleetRequest): FleetRecord['type'] {
  const type = input.Type ?? 'maintain';
  requireType(input, type);
  const { AllocationStrategy: strategy, InstancePoolsToUseCount: pools } = input.SpotOptions ?? {};
  if (pools !== undefined && !isLowestPrice(strategy)) {
    throw combination(
      'InstancePoolsToUseCount option is only available with the lowestPrice allocation strategy.',
    );
  }
  if (input.ValidUntil !== undefined && input.ValidFrom !== undefined && input.ValidUntil <= input.ValidFrom)
    throw invalid('ValidUntil must be later than ValidFrom.');
  return type;
}

export function requireTarget(asked: TargetCapacitySpecificationRequest): TargetCapacity {
  const { TotalTargetCapacity: total, OnDemandTargetCapacity, SpotTargetCapacity } = asked;
  const defaultType = asked.DefaultTargetCapacityType ?? 'on-demand';
  if (defaultType !== 'on-demand' && defaultType !== 'spot') throw notServed(`${defaultType} capacity`);
  if ([total, OnDemandTargetCapacity, SpotTargetCapacity].some((capacity) => (capacity ?? 0) < 0)) {
    throw invalid('The total target capacity must not be negative.');
  }
  requireWithinQuota(asked, total, 'MaxFleetCountExceeded');
  const rest = total - (OnDemandTargetCapacity ?? 0) - (SpotTargetCapacity ?? 0);
  if (rest < 0) {
    throw invalid('The sum of OnDemandTargetCapacity and SpotTargetCapacity exceeds TotalTargetCapacity.');
  }
  return {
    total,
    onDemand: (OnDemandTargetCapacity ?? 0) + (defaultType === 'on-demand' ? rest : 0),
    spot: (SpotTargetCapacity ?? 0) + (defaultType === 'spot' ? rest : 0),
    defaultType,
    unit: asked.TargetCapacityUnitType,
  };
}

/**
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/fleet-quotas.html. Of vCPUs and memory AWS documents none. The codes are
 * those of the quotas of fleets, since AWS documents no other.
 */
const MAX_CAPACITY = 10_000;

export function requireWithinQuota(
  { TargetCapacityUnitType: unit = 'units' }: { readonly TargetCapacityUnitType?: string },
  capacity: number,
  code: 'MaxFleetCountExceeded' | 'MaxSpotFleetRequestCountExceeded',
): void {
  if (unit !== 'units' || capacity <= MAX_CAPACITY) return;
  throw new AwsError(
    code,
    `The target capacity ${capacity} is more than the quota of ${MAX_CAPACITY} for one fleet.`,
  );
}

/** Each configuration names a launch template; an override names a type or what a type must have, not both. */
export function requireConfigs(configs: readonly FleetLaunchTemplateConfigRequest[]): void {
  if (configs.length === 0) {
    throw new AwsError('MissingParameter', 'The request must contain the parameter LaunchTemplateConfigs');
  }
  for (const { LaunchTemplateSpecification: template, Overrides: overrides = [] } of configs) {
    if (!template?.LaunchTemplateId === !template?.LaunchTemplateName) {
      throw combination(
        'A launch template specification must name either LaunchTemplateId or LaunchTemplateName, and not both.',
      );
    }
    if (!template?.Version) {
      throw new AwsError(
        'MissingParameter',
        'The request must contain the parameter LaunchTemplateSpecification.Version',
      );
    }
    for (const { InstanceType, InstanceRequirements, WeightedCapacity } of overrides) {
      if (InstanceType && InstanceRequirements) {
        throw combination('InstanceType and InstanceRequirements cannot be specified together.');
      }
      if (InstanceRequirements) requireRequirements(InstanceRequirements);
      if (WeightedCapacity !== undefined && !(WeightedCapacity > 0 && WeightedCapacity <= 999)) {
        throw invalid(`Value (${WeightedCapacity}) for parameter weightedCapacity is invalid.`);
      }
    }
  }
}
