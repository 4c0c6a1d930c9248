/**
 * The pools of a fleet, an instance type in a place each, and how a fleet spreads over them
 * (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-fleet-allocation-strategy.html). Capacity is there in all of
 * them alike, so of the strategies that look for it the price decides.
 */
import { AwsError } from '../../../aws/aws-error.ts';
import type { Scope } from '../../../aws/scope.ts';
import type {
  InstanceRequirementsRequest,
  LaunchTemplateAndOverridesResponse,
  RunInstancesRequest,
} from '../../../shapes/generated/ec2.ts';
import type { ReadTransaction } from '../../../store/store.ts';
import { imageKind } from '../image/image.ts';
import { DEFAULT_INSTANCE_TYPE, findInstanceType, instanceTypeNames } from '../instance/instance-type.ts';
import { MAX_INSTANCES } from '../instance/launch-plan.ts';
import { meets } from '../instance-type/instance-requirements.ts';
import { findResource } from '../resource/kind.ts';
import type { Tag } from '../resource/tag.ts';
import { onDemandPrice, spotPrice } from '../spot/spot-price.ts';
import type { FleetRecord, Lifecycle, TargetCapacity } from './fleet.ts';

export interface Pool {
  /** What RunInstances is asked for, but for how many, of which market, and the tags of instances. */
  readonly launch: Partial<RunInstancesRequest>;
  readonly imageId: string;
  readonly instanceTags: readonly Partial<Tag>[];
  /** Of a launch template: as replies name the pool. */
  readonly source?: LaunchTemplateAndOverridesResponse;
  readonly instanceType: string;
  /** Where it is, or for its price would be: which zone an override without a place gets, the launch decides. */
  readonly zone: string;
  /** What tells it from others, where its type is named; types that requirements find may be found twice. */
  readonly identity?: string;
  readonly weight: number;
  readonly priority?: number;
  /** The most that is paid for a unit of capacity, of which an instance gives as many as it weighs (aws-facts I33). */
  readonly unitPrice?: string;
}

/** The type that is named, or every one that has what is asked for and runs the image. */
export async function typesOf(
  tx: ReadTransaction,
  scope: Scope,
  asked: {
    readonly named: string | undefined;
    readonly requirements: InstanceRequirementsRequest | undefined;
    readonly imageId: string;
  },
): Promise<readonly string[]> {
  const { named, requirements, imageId } = asked;
  if (!requirements) return [named ?? DEFAULT_INSTANCE_TYPE];
  const image = await findResource(tx, imageKind, scope, imageId);
  return instanceTypeNames().filter((name) => {
    const { architectures, info } = findInstanceType(name)!;
    return (!image || architectures.includes(image.architecture)) && meets(info, requirements);
  });
}

/** One type in one zone may be named once, whatever its subnets (aws-facts I28). */
export function requireDistinctPools(
  pools: readonly Pool[],
  refused: (message: string) => AwsError = (message) => new AwsError('InvalidFleetConfig', message),
): void {
  const named = pools.flatMap(({ identity }) => identity ?? []);
  if (new Set(named).size === named.length) return;
  throw refused('The fleet configuration contains duplicate instance pools.');
}

/** What an instance counts for, where no weight is given. */
export function unitsOf(instanceType: string, unit: TargetCapacity['unit']): number {
  const type = findInstanceType(instanceType);
  if (!type || unit === undefined || unit === 'units') return 1;
  return unit === 'vcpu' ? type.vcpus : (type.info.MemoryInfo?.SizeInMiB ?? 1);
}

type Priced = Pick<Pool, 'instanceType' | 'zone'>;

const priceOf = ({ instanceType, zone }: Priced, lifecycle: Lifecycle) =>
  lifecycle === 'spot' ? spotPrice(instanceType, zone) : onDemandPrice(instanceType);

/** The pools in the order in which the fleet takes them. */
export function inOrder(pools: readonly Pool[], { request }: FleetRecord, lifecycle: Lifecycle): Pool[] {
  const options = lifecycle === 'spot' ? request.SpotOptions : request.OnDemandOptions;
  const strategy = options?.AllocationStrategy;
  const byPriority = strategy === 'prioritized' || strategy === 'capacity-optimized-prioritized';
  const rankOf = (pool: Pool) =>
    byPriority ? (pool.priority ?? Number.POSITIVE_INFINITY) : priceOf(pool, lifecycle) / pool.weight;
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

/** How many instances each of the best pools is asked for, until the capacity is met, the money is spent or there is no room. */
export function spread(
  ordered: readonly Pool[],
  fleet: FleetRecord,
  lifecycle: Lifecycle,
  wanted: number,
  { spent, room }: { readonly spent: number; readonly room: number },
): Map<Pool, number> {
  const used = ordered.slice(0, poolsToUse(fleet, lifecycle));
  const options = lifecycle === 'spot' ? fleet.request.SpotOptions : fleet.request.OnDemandOptions;
  const budget = Number(options?.MaxTotalPrice ?? Number.POSITIVE_INFINITY) - spent;
  const counts = new Map<Pool, number>();
  let left = wanted;
  let cost = 0;
  let total = 0;
  for (let before = -1; left > 0 && before !== total; ) {
    before = total;
    for (const pool of used) {
      const price = priceOf(pool, lifecycle);
      const count = counts.get(pool) ?? 0;
      if (left <= 0 || total >= room || count >= MAX_INSTANCES || cost + price > budget) continue;
      counts.set(pool, count + 1);
      total++;
      left -= pool.weight;
      cost += price;
    }
  }
  return counts;
}

export const costOf = (of: Priced, lifecycle: Lifecycle, count: number) => priceOf(of, lifecycle) * count;
