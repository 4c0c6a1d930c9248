/**
 * The pools of a fleet, an instance type in a place each, and how a fleet spreads over them
 * (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-fleet-allocation-strategy.html). Capacity is there in all of
 * them alike, so of the strategies that look for it the price decides.
 */
import { AwsError } from '../../../aws/aws-error.ts';
import type { Scope } from '../../../aws/scope.ts';
import type {
  FleetLaunchTemplateConfigRequest,
  FleetLaunchTemplateOverridesRequest,
  RequestLaunchTemplateData,
} from '../../../shapes/generated/ec2.ts';
import type { ReadTransaction } from '../../../store/store.ts';
import { imageKind } from '../image/image.ts';
import { DEFAULT_INSTANCE_TYPE, findInstanceType, instanceTypeNames } from '../instance/instance-type.ts';
import { meets } from '../instance-type/instance-requirements.ts';
import { type ResolvedTemplate, resolveLaunchTemplate } from '../launch-template/launch-template.ts';
import { subnetKind } from '../network/subnet/subnet.ts';
import { findZone, zonesOf } from '../region/region.ts';
import { findResource } from '../resource/kind.ts';
import { onDemandPrice, spotPrice } from '../spot/spot-price.ts';
import type { FleetRecord, Lifecycle, TargetCapacity } from './fleet.ts';

export interface Pool {
  readonly template: ResolvedTemplate;
  readonly override: FleetLaunchTemplateOverridesRequest;
  readonly instanceType: string;
  /** Where it is, or for its price would be: which zone an override without a place gets, the launch decides. */
  readonly zone: string;
  /** Whether the request says where: by a zone, or a subnet that is there. */
  readonly isPlaced: boolean;
  readonly weight: number;
}

export async function poolsOf(
  tx: ReadTransaction,
  scope: Scope,
  configs: readonly FleetLaunchTemplateConfigRequest[],
  target: TargetCapacity,
): Promise<Pool[]> {
  const pools: Pool[] = [];
  for (const { LaunchTemplateSpecification: named, Overrides: overrides } of configs) {
    const template = await resolveLaunchTemplate(tx, scope, named ?? {});
    for (const override of overrides?.length ? overrides : [{}]) {
      pools.push(...(await poolsOfOverride(tx, scope, template, override, target)));
    }
  }
  return pools;
}

async function poolsOfOverride(
  tx: ReadTransaction,
  scope: Scope,
  template: ResolvedTemplate,
  override: FleetLaunchTemplateOverridesRequest,
  target: TargetCapacity,
): Promise<Pool[]> {
  const { data } = template;
  const subnetId = override.SubnetId ?? data.NetworkInterfaces?.[0]?.SubnetId;
  const subnet = subnetId ? await findResource(tx, subnetKind, scope, subnetId) : undefined;
  const zone = subnet?.zone ?? zoneOf(scope.region, override, data);
  const types = await typesOf(tx, scope, override, data);
  return types.map((instanceType) => ({
    template,
    override,
    instanceType,
    zone,
    isPlaced: subnet !== undefined || (!subnetId && isZoneNamed(override, data)),
    weight: override.WeightedCapacity ?? unitsOf(instanceType, target.unit),
  }));
}

function namedZone(
  { AvailabilityZone, AvailabilityZoneId, Placement }: FleetLaunchTemplateOverridesRequest,
  data: RequestLaunchTemplateData,
) {
  return {
    name: AvailabilityZone ?? Placement?.AvailabilityZone ?? data.Placement?.AvailabilityZone,
    id: AvailabilityZoneId ?? Placement?.AvailabilityZoneId,
  };
}

function isZoneNamed(
  override: FleetLaunchTemplateOverridesRequest,
  data: RequestLaunchTemplateData,
): boolean {
  const { name, id } = namedZone(override, data);
  return name !== undefined || id !== undefined;
}

function zoneOf(
  region: string,
  override: FleetLaunchTemplateOverridesRequest,
  data: RequestLaunchTemplateData,
): string {
  const named = namedZone(override, data);
  if (!named.name && !named.id) return zonesOf(region)[0]!.name;
  return findZone(region, named)?.name ?? named.name ?? '';
}

/** One type in one zone may be named once, whatever its subnets; types that requirements find may be found twice (aws-facts I28). */
export function requireDistinctPools(pools: readonly Pool[]): void {
  const seen = new Set<string>();
  for (const { template, override, instanceType, zone, isPlaced } of pools) {
    const { ImageId, SubnetId, Placement } = override;
    if (requirementsOf(override, template.data)) continue;
    const place = isPlaced ? zone : SubnetId;
    const pool = JSON.stringify([template.template.id, instanceType, place, ImageId, Placement?.Tenancy]);
    if (seen.has(pool)) {
      throw new AwsError('InvalidFleetConfig', 'The fleet configuration contains duplicate instance pools.');
    }
    seen.add(pool);
  }
}

const requirementsOf = (
  { InstanceRequirements, InstanceType }: FleetLaunchTemplateOverridesRequest,
  data: RequestLaunchTemplateData,
) => InstanceRequirements ?? (InstanceType ? undefined : data.InstanceRequirements);

/** The type that is named, or every one that has what is asked for and runs the image. */
async function typesOf(
  tx: ReadTransaction,
  scope: Scope,
  override: FleetLaunchTemplateOverridesRequest,
  data: RequestLaunchTemplateData,
): Promise<readonly string[]> {
  const requirements = requirementsOf(override, data);
  if (!requirements) return [override.InstanceType ?? data.InstanceType ?? DEFAULT_INSTANCE_TYPE];
  const image = await findResource(tx, imageKind, scope, override.ImageId ?? data.ImageId ?? '');
  return instanceTypeNames().filter((name) => {
    const { architectures, info } = findInstanceType(name)!;
    return (!image || architectures.includes(image.architecture)) && meets(info, requirements);
  });
}

/** What an instance counts for, where no weight is given. */
function unitsOf(instanceType: string, unit: TargetCapacity['unit']): number {
  const type = findInstanceType(instanceType);
  if (!type || unit === undefined || unit === 'units') return 1;
  return unit === 'vcpu' ? type.vcpus : (type.info.MemoryInfo?.SizeInMiB ?? 1);
}

const priceOf = ({ instanceType, zone }: Pool, lifecycle: Lifecycle) =>
  lifecycle === 'spot' ? spotPrice(instanceType, zone) : onDemandPrice(instanceType);

/** The pools in the order in which the fleet takes them. */
export function inOrder(pools: readonly Pool[], { request }: FleetRecord, lifecycle: Lifecycle): Pool[] {
  const options = lifecycle === 'spot' ? request.SpotOptions : request.OnDemandOptions;
  const strategy = options?.AllocationStrategy ?? 'lowest-price';
  const byPriority = strategy === 'prioritized' || strategy === 'capacity-optimized-prioritized';
  const rankOf = (pool: Pool) =>
    byPriority
      ? (pool.override.Priority ?? Number.POSITIVE_INFINITY)
      : priceOf(pool, lifecycle) / pool.weight;
  const ordered = pools.toSorted((one, other) => compare(rankOf(one), rankOf(other)));
  const [first] = ordered;
  return ordered.filter(
    ({ instanceType, zone }) =>
      (!options?.SingleInstanceType || instanceType === first?.instanceType) &&
      (!options?.SingleAvailabilityZone || zone === first?.zone),
  );
}

const compare = (one: number, other: number) => (one === other ? 0 : one < other ? -1 : 1);

/** How many pools share the load: all of them, or as many as are named, or the best one. */
function poolsToUse({ request: { SpotOptions: options } }: FleetRecord, lifecycle: Lifecycle): number {
  if (lifecycle === 'on-demand') return 1;
  if (options?.AllocationStrategy === 'diversified') return Number.POSITIVE_INFINITY;
  return options?.InstancePoolsToUseCount ?? 1;
}

/** How many instances each of the best pools is asked for, until the capacity is met or the money is spent. */
export function spread(
  ordered: readonly Pool[],
  fleet: FleetRecord,
  lifecycle: Lifecycle,
  wanted: number,
  spent: number,
): Map<Pool, number> {
  const used = ordered.slice(0, poolsToUse(fleet, lifecycle));
  const options = lifecycle === 'spot' ? fleet.request.SpotOptions : fleet.request.OnDemandOptions;
  const budget = Number(options?.MaxTotalPrice ?? Number.POSITIVE_INFINITY) - spent;
  const counts = new Map<Pool, number>();
  let left = wanted;
  let cost = 0;
  while (left > 0) {
    const before = left;
    for (const pool of used) {
      const price = priceOf(pool, lifecycle);
      if (left <= 0 || cost + price > budget) continue;
      counts.set(pool, (counts.get(pool) ?? 0) + 1);
      left -= pool.weight;
      cost += price;
    }
    if (left === before) break;
  }
  return counts;
}

export const costOf = (pool: Pool, lifecycle: Lifecycle, count: number) => priceOf(pool, lifecycle) * count;
