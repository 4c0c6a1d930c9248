/**
 * What a Spot Fleet request asks for, tested, and as the fleet that it stands for
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SpotFleetRequestConfigData.html).
 */
import { AwsError } from '../../../aws/aws-error.ts';
import type {
  CreateFleetRequest,
  FleetLaunchTemplateConfigRequest,
  InstanceRequirementsRequest,
  LaunchTemplateConfig,
  SpotFleetRequestConfigData,
} from '../../../shapes/generated/ec2.ts';
import type { FleetRecord } from '../fleet/fleet.ts';
import { requireConfigs, requireWithinQuota } from '../fleet/fleet-request.ts';
import { requireRequirements } from '../instance-type/instance-requirements.ts';
import { specifiedTags } from '../resource/tag.ts';

export const invalidConfig = (message: string) => new AwsError('InvalidSpotFleetRequestConfig', message);

/** Members that are sent empty ask for nothing, and are described empty: Terraform's provider sends many, and reads them. */
export function withoutBlanks<T>(value: T): T {
  if (Array.isArray(value)) return value.map(withoutBlanks) as T;
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value)
    .map(([name, member]) => [name, withoutBlanks(member)] as const)
    .filter(([, member]) => member !== '' && member !== undefined && !isEmpty(member));
  return Object.fromEntries(kept) as T;
}

const isEmpty = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0;

const hasType = ({ Type: type = 'maintain' }: SpotFleetRequestConfigData, wanted: string) => type === wanted;

export const keepsExcess = ({ ExcessCapacityTerminationPolicy: policy }: SpotFleetRequestConfigData) =>
  policy?.toLowerCase() === 'notermination';

export function requireConfig(config: SpotFleetRequestConfigData, nowMs: number): void {
  const { LaunchSpecifications: specifications = [], LaunchTemplateConfigs: templates = [] } = config;
  if (specifications.length === 0 && templates.length === 0) {
    throw invalidConfig('Either LaunchSpecifications or LaunchTemplateConfigs must be specified.');
  }
  if (specifications.length > 0 && templates.length > 0) {
    throw invalidConfig('LaunchSpecifications and LaunchTemplateConfigs cannot be specified together.');
  }
  requireCapacity(config);
  requireTimes(config, nowMs);
  requireOptions(config);
  if (templates.length > 0) requireConfigs(fleetConfigs(config));
  for (const { InstanceType, InstanceRequirements, ...specification } of specifications) {
    if (!specification.ImageId) throw invalidConfig('A launch specification must name an ImageId.');
    if (!InstanceType === !InstanceRequirements) {
      throw invalidConfig('A launch specification must name an InstanceType or InstanceRequirements.');
    }
    if (InstanceRequirements) requireRequirements(InstanceRequirements as InstanceRequirementsRequest);
    requireWeight(specification.WeightedCapacity);
    requirePrice(specification.SpotPrice);
    specifiedTags(specification.TagSpecifications, ['instance']);
    if (specification.NetworkInterfaces?.some(({ NetworkInterfaceId }) => NetworkInterfaceId)) {
      throw invalidConfig('A network interface ID cannot be specified in a Spot Fleet request.');
    }
  }
}

function requireCapacity(config: SpotFleetRequestConfigData): void {
  const { TargetCapacity: total, OnDemandTargetCapacity: onDemand = 0 } = config;
  if (total < 0 || onDemand < 0) throw invalidConfig('The target capacity must not be negative.');
  if (total === 0 && !hasType(config, 'maintain')) {
    throw invalidConfig('The target capacity can be 0 only in a request of type maintain.');
  }
  requireWithinQuota(config, total, 'MaxSpotFleetRequestCountExceeded');
  if (onDemand > total) throw invalidConfig('OnDemandTargetCapacity must not exceed TargetCapacity.');
  if (onDemand > 0 && config.LaunchSpecifications?.length) {
    throw invalidConfig('On-Demand capacity requires LaunchTemplateConfigs.');
  }
}

function requireTimes(
  { ValidFrom: from, ValidUntil: until }: SpotFleetRequestConfigData,
  nowMs: number,
): void {
  if (until === undefined) return;
  if (from !== undefined && until <= from) throw invalidConfig('ValidUntil must be later than ValidFrom.');
  if (until <= nowMs) throw invalidConfig('ValidUntil must be in the future.');
}

function requireOptions(config: SpotFleetRequestConfigData): void {
  const { AllocationStrategy: strategy = 'lowestPrice', InstancePoolsToUseCount: pools = 1 } = config;
  if (pools < 1) throw invalidConfig('InstancePoolsToUseCount must be at least 1.');
  if (pools > 1 && strategy !== 'lowestPrice') {
    throw invalidConfig('InstancePoolsToUseCount requires the allocation strategy lowestPrice.');
  }
  if (strategy === 'capacityOptimizedPrioritized' && config.LaunchSpecifications?.length) {
    throw invalidConfig('The allocation strategy capacityOptimizedPrioritized requires a launch template.');
  }
  const onlyMaintained = {
    ExcessCapacityTerminationPolicy: keepsExcess(config),
    SpotMaintenanceStrategies: config.SpotMaintenanceStrategies?.CapacityRebalance,
    InstanceInterruptionBehavior: (config.InstanceInterruptionBehavior ?? 'terminate') !== 'terminate',
  };
  const [name] = Object.entries(onlyMaintained).find(([, asked]) => asked) ?? [];
  if (name && !hasType(config, 'maintain')) {
    throw invalidConfig(`${name} is only supported in a request of type maintain.`);
  }
  requirePrice(config.SpotPrice);
  requirePrice(config.SpotMaxTotalPrice);
  requirePrice(config.OnDemandMaxTotalPrice);
  for (const { Overrides: overrides = [] } of config.LaunchTemplateConfigs ?? [])
    for (const { SpotPrice } of overrides) requirePrice(SpotPrice);
}

function requirePrice(price: string | undefined): void {
  if (price === undefined || (/^\d{1,9}(?:\.\d{1,9})?$/.test(price) && Number(price) > 0)) return;
  throw invalidConfig(`'${price}' is not a valid price: it must be a positive number.`);
}

function requireWeight(weight: number | undefined): void {
  if (weight === undefined || (weight > 0 && weight <= 999)) return;
  throw invalidConfig(`'${weight}' is not a valid weighted capacity.`);
}

/** The same strategies in the spelling of EC2 Fleet. */
const STRATEGIES: Readonly<Record<string, string>> = {
  capacityOptimized: 'capacity-optimized',
  capacityOptimizedPrioritized: 'capacity-optimized-prioritized',
  lowestPrice: 'lowest-price',
  priceCapacityOptimized: 'price-capacity-optimized',
};

type SpotOptions = NonNullable<CreateFleetRequest['SpotOptions']>;
type OnDemandOptions = NonNullable<CreateFleetRequest['OnDemandOptions']>;

const strategyOf = (strategy = 'lowestPrice') => STRATEGIES[strategy] ?? strategy;

/** The configuration as EC2 Fleet would be asked for the same, by which the fleet goes; it is described as it was sent. */
export function fleetOf(
  sent: SpotFleetRequestConfigData,
): Pick<FleetRecord, 'config' | 'request' | 'target' | 'type'> {
  const config = withoutBlanks(sent);
  const { TargetCapacity: total, OnDemandTargetCapacity: onDemand = 0, TargetCapacityUnitType } = config;
  return {
    config: sent,
    type: hasType(config, 'request') ? 'request' : 'maintain',
    target: {
      total,
      onDemand,
      spot: total - onDemand,
      defaultType: 'spot',
      unit: TargetCapacityUnitType as FleetRecord['target']['unit'],
    },
    request: {
      Context: config.Context,
      ExcessCapacityTerminationPolicy: keepsExcess(config) ? 'no-termination' : 'termination',
      LaunchTemplateConfigs: fleetConfigs(config),
      SpotOptions: {
        AllocationStrategy: strategyOf(config.AllocationStrategy) as SpotOptions['AllocationStrategy'],
        InstancePoolsToUseCount: config.InstancePoolsToUseCount,
        InstanceInterruptionBehavior:
          config.InstanceInterruptionBehavior as SpotOptions['InstanceInterruptionBehavior'],
        MaintenanceStrategies: config.SpotMaintenanceStrategies as SpotOptions['MaintenanceStrategies'],
        MaxTotalPrice: config.SpotMaxTotalPrice,
      },
      OnDemandOptions: {
        AllocationStrategy: strategyOf(
          config.OnDemandAllocationStrategy,
        ) as OnDemandOptions['AllocationStrategy'],
        MaxTotalPrice: config.OnDemandMaxTotalPrice,
      },
      TerminateInstancesWithExpiration: config.TerminateInstancesWithExpiration,
      ValidFrom: config.ValidFrom,
      ValidUntil: config.ValidUntil,
    },
  };
}

/** What an override names no price for, the request's own price is for. */
function fleetConfigs({
  LaunchTemplateConfigs: configs = [],
  SpotPrice: price,
}: SpotFleetRequestConfigData): FleetLaunchTemplateConfigRequest[] {
  return configs.map(({ LaunchTemplateSpecification, Overrides }: LaunchTemplateConfig) => ({
    LaunchTemplateSpecification,
    Overrides: (Overrides?.length ? Overrides : [{}]).map(({ SpotPrice, ...override }) => ({
      ...override,
      MaxPrice: SpotPrice ?? price,
    })) as FleetLaunchTemplateConfigRequest['Overrides'],
  }));
}
