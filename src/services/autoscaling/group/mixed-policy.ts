/**
 * A mixed instances policy: which instance types a group launches, how much each weighs, and how much of its capacity is
 * on demand and how much Spot (https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-mixed-instances-groups.html).
 */
import type {
  InstancesDistribution,
  LaunchTemplateOverrides,
  MixedInstancesPolicy,
} from '../../../shapes/generated/autoscaling.ts';
import { requireServed, validationError } from '../errors.ts';

const MAX_OVERRIDES = 40;
const MAX_REQUIREMENTS = 4;
const MAX_WEIGHT = 999;
const MAX_SPOT_POOLS = 20;
const ON_DEMAND_STRATEGIES = ['lowest-price', 'prioritized'];
const SPOT_STRATEGIES = [
  'capacity-optimized',
  'capacity-optimized-prioritized',
  'lowest-price',
  'price-capacity-optimized',
];

export const overridesOf = ({ LaunchTemplate: launch }: MixedInstancesPolicy) => launch?.Overrides ?? [];

export const hasRequirements = (policy: MixedInstancesPolicy) =>
  overridesOf(policy).some(({ InstanceRequirements }) => InstanceRequirements !== undefined);

/** Throws for a policy that cannot be, or is not served. */
export function requireMixedPolicy(policy: MixedInstancesPolicy): void {
  const { LaunchTemplateId: id, LaunchTemplateName: name } =
    policy.LaunchTemplate?.LaunchTemplateSpecification ?? {};
  if (!id && !name)
    throw validationError('A MixedInstancesPolicy must contain a valid LaunchTemplateSpecification.');
  const overrides = overridesOf(policy);
  if (overrides.length > MAX_OVERRIDES) {
    throw validationError(`A MixedInstancesPolicy can have at most ${MAX_OVERRIDES} overrides.`);
  }
  for (const override of overrides) requireOverride(override);
  requireLikeOverrides(overrides);
  requireDistribution(policy.InstancesDistribution ?? {}, hasRequirements(policy));
}

function requireOverride({
  InstanceType: type,
  InstanceRequirements: requirements,
  WeightedCapacity: weight,
}: LaunchTemplateOverrides): void {
  if (type && requirements) {
    throw validationError('An override cannot contain both an InstanceType and InstanceRequirements.');
  }
  if (!type && !requirements) {
    throw validationError('Each override must contain an InstanceType or InstanceRequirements.');
  }
  if (weight === undefined) return;
  if (!/^\d{1,3}$/.test(weight) || Number(weight) === 0) {
    throw validationError(`WeightedCapacity must be an integer between 1 and ${MAX_WEIGHT}.`);
  }
}

/** Types are listed or described by what they must have, all weigh something or none does, and none is there twice. */
function requireLikeOverrides(overrides: readonly LaunchTemplateOverrides[]): void {
  const required = overrides.filter(({ InstanceRequirements }) => InstanceRequirements).length;
  if (required > 0 && required < overrides.length) {
    throw validationError('All overrides must contain an InstanceType, or all of them InstanceRequirements.');
  }
  if (required > MAX_REQUIREMENTS) {
    throw validationError(
      `A MixedInstancesPolicy can have at most ${MAX_REQUIREMENTS} overrides with InstanceRequirements.`,
    );
  }
  const weighted = overrides.filter(({ WeightedCapacity }) => WeightedCapacity !== undefined).length;
  if (weighted > 0 && weighted < overrides.length) {
    throw validationError('A WeightedCapacity must be specified for all of the instance types, or for none.');
  }
  const types = overrides.flatMap(({ InstanceType }) => InstanceType ?? []);
  const twice = types.find((type, index) => types.indexOf(type) !== index);
  if (twice) throw validationError(`The instance type ${twice} is in more than one override.`);
}

function requireDistribution(distribution: InstancesDistribution, hasRequired: boolean): void {
  requireServed(distribution, ['DistributionSegments']);
  const {
    OnDemandAllocationStrategy: onDemand,
    OnDemandBaseCapacity: base = 0,
    OnDemandPercentageAboveBaseCapacity: percentage = 100,
    SpotAllocationStrategy: spot,
    SpotInstancePools: pools,
    SpotMaxPrice: price = '',
  } = distribution;
  requireStrategy('OnDemandAllocationStrategy', onDemand, ON_DEMAND_STRATEGIES);
  requireStrategy('SpotAllocationStrategy', spot, SPOT_STRATEGIES);
  if (hasRequired && onDemand === 'prioritized') {
    throw validationError(
      'The prioritized OnDemandAllocationStrategy is not supported with InstanceRequirements.',
    );
  }
  if (base < 0) throw validationError('OnDemandBaseCapacity must be greater than or equal to 0.');
  if (percentage < 0 || percentage > 100) {
    throw validationError('OnDemandPercentageAboveBaseCapacity must be between 0 and 100.');
  }
  if (pools && (spot ?? 'lowest-price') !== 'lowest-price') {
    throw validationError(
      'SpotInstancePools option is only available with the lowest-price allocation strategy.',
    );
  }
  if (pools !== undefined && (pools < 0 || pools > MAX_SPOT_POOLS)) {
    throw validationError(`SpotInstancePools must be between 1 and ${MAX_SPOT_POOLS}.`);
  }
  if (price !== '' && !(Number(price) > 0)) {
    throw validationError(`Invalid SpotMaxPrice: ${price}. It must be a price in US dollars, such as 0.05.`);
  }
}

function requireStrategy(name: string, value: string | undefined, allowed: readonly string[]): void {
  if (value === undefined || allowed.includes(value)) return;
  throw validationError(`Invalid ${name}. Valid strategies are: [${allowed.join(', ')}].`);
}

export interface Distribution {
  readonly onDemandStrategy: string;
  readonly onDemandBase: number;
  readonly onDemandPercentage: number;
  readonly spotStrategy: string;
  /** How many of the cheapest pools of a zone `lowest-price` draws on. */
  readonly spotPools: number;
  readonly spotMaxPrice?: string;
}

/** The distribution with what AWS takes for granted. */
export function distributionOf(policy: MixedInstancesPolicy): Distribution {
  const { InstancesDistribution: asked = {} } = policy;
  return {
    onDemandStrategy:
      asked.OnDemandAllocationStrategy ?? (hasRequirements(policy) ? 'lowest-price' : 'prioritized'),
    onDemandBase: asked.OnDemandBaseCapacity ?? 0,
    onDemandPercentage: asked.OnDemandPercentageAboveBaseCapacity ?? 100,
    spotStrategy: asked.SpotAllocationStrategy ?? 'lowest-price',
    spotPools: asked.SpotInstancePools || 2,
    spotMaxPrice: asked.SpotMaxPrice || undefined,
  };
}

export const showDistribution = (policy: MixedInstancesPolicy): InstancesDistribution => {
  const shown = distributionOf(policy);
  return {
    OnDemandAllocationStrategy: shown.onDemandStrategy,
    OnDemandBaseCapacity: shown.onDemandBase,
    OnDemandPercentageAboveBaseCapacity: shown.onDemandPercentage,
    SpotAllocationStrategy: shown.spotStrategy,
    SpotInstancePools: shown.spotStrategy === 'lowest-price' ? shown.spotPools : undefined,
    SpotMaxPrice: shown.spotMaxPrice,
  };
};
