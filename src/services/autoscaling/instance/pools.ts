/**
 * The pools of a mixed instances policy: the instance types that it lists, or that have what it asks for, with their weights
 * and what they cost. EC2 is asked as the group's service-linked role, at each launch anew.
 */
import type { Call } from '../../../invoke/context.ts';
import type { InstanceRequirements, LaunchTemplateOverrides } from '../../../shapes/generated/autoscaling.ts';
import type {
  DescribeInstanceTypesRequest,
  DescribeSpotPriceHistoryRequest,
  GetInstanceTypesFromInstanceRequirementsRequest,
  InstanceTypeInfo,
  LaunchTemplateVersion,
} from '../../../shapes/generated/ec2.ts';
import { validationError } from '../errors.ts';
import type { CapacityUnit, GroupRecord, LaunchSource } from '../group/group.ts';
import { distributionOf, overridesOf } from '../group/mixed-policy.ts';
import { PLAIN_POOL, type Pool } from './allocation.ts';
import { resolveVersion } from './launch-request.ts';

type MixedSource = Extract<LaunchSource, { kind: 'mixed' }>;

const MAX_DESCRIBED_TYPES = 100;

/** Rejects with EC2's error, as a launch would be refused with it. */
export async function resolvePools(
  call: Call,
  { source, capacityUnit = 'units' }: Pick<GroupRecord, 'source' | 'capacityUnit'>,
): Promise<readonly Pool[]> {
  if (source.kind !== 'mixed') return [PLAIN_POOL];
  const version = await resolveVersion(call, source.template, { ResolveAlias: true });
  const listed = await poolsOf(call, source, version);
  const pools = capacityUnit === 'units' ? listed : await weighted(call, listed, capacityUnit);
  return pools.length > 1 && needsPrices(source) ? priced(call, pools) : pools;
}

/** Whether prices decide which pool is taken. */
function needsPrices({ policy }: MixedSource): boolean {
  const { onDemandStrategy, onDemandPercentage, spotStrategy } = distributionOf(policy);
  return onDemandStrategy === 'lowest-price' || (onDemandPercentage < 100 && spotStrategy.includes('price'));
}

/** Prices of On-Demand Instances are in proportion (aws-facts E3.11). */
async function priced(call: Call, pools: readonly Pool[]): Promise<readonly Pool[]> {
  const prices = new Map<string, Record<string, number>>();
  const types = pools.flatMap(({ type }) => type ?? []);
  let NextToken: string | undefined;
  do {
    const page = await call('ec2', 'DescribeSpotPriceHistory', {
      InstanceTypes: types as DescribeSpotPriceHistoryRequest['InstanceTypes'],
      ProductDescriptions: ['Linux/UNIX'],
      NextToken,
    });
    for (const {
      InstanceType = '',
      AvailabilityZone: zone = '',
      SpotPrice: price,
    } of page.SpotPriceHistory ?? []) {
      prices.set(InstanceType, { ...prices.get(InstanceType), [zone]: Number(price) });
    }
    NextToken = page.NextToken || undefined;
  } while (NextToken);
  return pools.map((pool) => ({ ...pool, prices: prices.get(pool.type ?? '') }));
}

async function poolsOf(
  call: Call,
  { policy }: MixedSource,
  version: LaunchTemplateVersion,
): Promise<readonly Pool[]> {
  const { InstanceRequirements: ofTemplate } = version.LaunchTemplateData ?? {};
  const overrides = overridesOf(policy);
  const given: readonly LaunchTemplateOverrides[] =
    overrides.length === 0 && ofTemplate
      ? [{ InstanceRequirements: ofTemplate as InstanceRequirements }]
      : overrides;
  if (given.length === 0) return [PLAIN_POOL];
  const pools: Pool[] = [];
  for (const override of given) {
    const { InstanceType: type, InstanceRequirements: requirements } = override;
    const types = requirements ? await matchingTypes(call, version, override) : [type as string];
    for (const each of types) pools.push(poolOf(override, each));
  }
  return pools;
}

const poolOf = (
  { WeightedCapacity, ImageId: imageId, LaunchTemplateSpecification: other }: LaunchTemplateOverrides,
  type: string,
): Pool => ({
  type,
  weight: WeightedCapacity === undefined ? 1 : Number(WeightedCapacity),
  imageId,
  template: other && {
    id: other.LaunchTemplateId ?? '',
    name: other.LaunchTemplateName ?? '',
    version: other.Version,
  },
});

/** Those that the image runs on. */
async function matchingTypes(
  call: Call,
  version: LaunchTemplateVersion,
  { InstanceRequirements: requirements, ImageId }: LaunchTemplateOverrides,
): Promise<readonly string[]> {
  const imageId = ImageId ?? version.LaunchTemplateData?.ImageId;
  const { Images: [image] = [] } = imageId
    ? await call('ec2', 'DescribeImages', { ImageIds: [imageId] })
    : {};
  type Asked = GetInstanceTypesFromInstanceRequirementsRequest;
  const { InstanceTypes: found = [] } = await call('ec2', 'GetInstanceTypesFromInstanceRequirements', {
    ArchitectureTypes: [image?.Architecture ?? 'x86_64'] as Asked['ArchitectureTypes'],
    VirtualizationTypes: ['hvm'],
    InstanceRequirements: requirements as Asked['InstanceRequirements'],
  });
  const types = found.flatMap(({ InstanceType }) => InstanceType ?? []);
  if (types.length > 0) return types;
  throw validationError('No instance types satisfy the instance requirements.');
}

/** Each type counts for its processors or its memory. */
async function weighted(
  call: Call,
  pools: readonly Pool[],
  unit: Exclude<CapacityUnit, 'units'>,
): Promise<readonly Pool[]> {
  const weights = new Map<string, number>();
  const types = [...new Set(pools.flatMap(({ type }) => type ?? []))];
  for (let at = 0; at < types.length; at += MAX_DESCRIBED_TYPES) {
    const InstanceTypes = types.slice(
      at,
      at + MAX_DESCRIBED_TYPES,
    ) as DescribeInstanceTypesRequest['InstanceTypes'];
    const { InstanceTypes: found = [] } = await call('ec2', 'DescribeInstanceTypes', { InstanceTypes });
    for (const info of found) weights.set(info.InstanceType as string, UNITS[unit](info));
  }
  return pools.map((pool) => ({ ...pool, weight: weights.get(pool.type ?? '') ?? pool.weight }));
}

const UNITS: Readonly<Record<Exclude<CapacityUnit, 'units'>, (info: InstanceTypeInfo) => number>> = {
  vcpu: ({ VCpuInfo: cpu }) => cpu?.DefaultVCpus ?? 1,
  'memory-mib': ({ MemoryInfo: memory }) => memory?.SizeInMiB ?? 1,
};
