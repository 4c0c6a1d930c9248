/**
 * What the next instances of a group are: in which zone, on demand or Spot, and of which of the pools that its mixed
 * instances policy names (https://docs.aws.amazon.com/autoscaling/ec2/userguide/allocation-strategies.html). A pool never
 * runs dry here, so strategies that look for capacity take the pools as they are listed (aws-facts E3.11).
 */
import type { GroupRecord, TemplateSource } from '../group/group.ts';
import { type Distribution, distributionOf } from '../group/mixed-policy.ts';
import { type Placed, Spread, Tally } from './placement.ts';

export type Market = 'on-demand' | 'spot';

/** What a launch may be of; a group without a mixed instances policy has one, of which its template says everything. */
export interface Pool {
  readonly type?: string;
  /** How many units of the desired capacity an instance counts for. */
  readonly weight: number;
  readonly imageId?: string;
  /** Where it is not the policy's own. */
  readonly template?: TemplateSource;
  /** Of a Spot Instance, by zone, in US dollars an hour. */
  readonly prices?: Readonly<Record<string, number>>;
}

export const PLAIN_POOL: Pool = { weight: 1 };

/** What a group has, or will have, as far as the next launch depends on it. */
export interface Occupant extends Placed {
  readonly type?: string;
  readonly market?: Market;
}

export interface PlannedLaunch extends Occupant {
  readonly market: Market;
  readonly weight: number;
  /** What to launch, the first that can be had. */
  readonly pools: readonly Pool[];
}

export const capacityOf = (occupants: readonly Placed[]) =>
  occupants.reduce((sum, { weight = 1 }) => sum + weight, 0);

/**
 * The launches that bring a group from what it has to a capacity, at most so many; more than the capacity where the last one
 * weighs more.
 */
export function planLaunches(
  group: GroupRecord,
  pools: readonly Pool[],
  taken: readonly Occupant[],
  capacity: number,
  most: number = Number.POSITIVE_INFINITY,
): PlannedLaunch[] {
  const occupied = new Occupancy(taken);
  const planned: PlannedLaunch[] = [];
  while (occupied.spread.capacity < capacity && planned.length < most) {
    const next = planLaunch(group, pools, occupied, capacity);
    planned.push(next);
    occupied.add(next);
  }
  return planned;
}

/** What there is of a group in sum, as the next launch depends on it. */
class Occupancy {
  readonly spread = new Spread([]);
  readonly #spotPools = new Tally<string>();
  #spot = 0;

  constructor(taken: readonly Occupant[]) {
    for (const each of taken) this.add(each);
  }

  add(occupant: Occupant): void {
    this.spread.add(occupant);
    if (!isSpot(occupant)) return;
    const { zone, type, weight = 1 } = occupant;
    this.#spot += weight;
    this.#spotPools.add(`${zone} ${type}`, weight);
  }

  get onDemand(): number {
    return this.spread.capacity - this.#spot;
  }

  spotOf(zone: string, type: string | undefined): number {
    return this.#spotPools.of(`${zone} ${type}`);
  }
}

function planLaunch(
  group: GroupRecord,
  pools: readonly Pool[],
  occupied: Occupancy,
  capacity: number,
): PlannedLaunch {
  const placement = occupied.spread.next(group);
  const { source } = group;
  const distribution = source.kind === 'mixed' ? distributionOf(source.policy) : undefined;
  const market = distribution ? nextMarket(distribution, occupied, capacity) : 'on-demand';
  const ordered = distribution ? inOrder(distribution, market, pools, placement.zone, occupied) : pools;
  const [first = PLAIN_POOL] = ordered;
  return { ...placement, market, pools: ordered, type: first.type, weight: first.weight };
}

/** How much of a capacity is to be on demand; AWS rounds in its favour. */
function onDemandShare({ onDemandBase, onDemandPercentage }: Distribution, capacity: number): number {
  const base = Math.min(onDemandBase, capacity);
  return base + Math.ceil(((capacity - base) * onDemandPercentage) / 100);
}

const isSpot = ({ market }: Occupant) => market === 'spot';

const nextMarket = (distribution: Distribution, { onDemand }: Occupancy, capacity: number): Market =>
  onDemand < onDemandShare(distribution, capacity) ? 'on-demand' : 'spot';

/** The market of which a group has more than its policy asks for. */
export function excessMarket(
  { source, desiredCapacity }: GroupRecord,
  occupants: readonly Occupant[],
): Market | undefined {
  if (source.kind !== 'mixed') return undefined;
  const spot = capacityOf(occupants.filter(isSpot));
  const share = onDemandShare(distributionOf(source.policy), desiredCapacity);
  if (capacityOf(occupants) - spot > share) return 'on-demand';
  return spot > desiredCapacity - share ? 'spot' : undefined;
}

function inOrder(
  { onDemandStrategy, spotStrategy, spotPools }: Distribution,
  market: Market,
  pools: readonly Pool[],
  zone: string,
  occupied: Occupancy,
): readonly Pool[] {
  const strategy = market === 'spot' ? spotStrategy : onDemandStrategy;
  if (strategy !== 'lowest-price' && strategy !== 'price-capacity-optimized') return pools;
  const unitPrice = ({ prices, weight }: Pool) => (prices?.[zone] ?? 0) / weight;
  const cheapest = pools.toSorted((one, other) => unitPrice(one) - unitPrice(other));
  if (market === 'on-demand' || strategy !== 'lowest-price') return cheapest;
  const used = ({ type }: Pool) => occupied.spotOf(zone, type);
  const drawn = cheapest.slice(0, spotPools).toSorted((one, other) => used(one) - used(other));
  return [...drawn, ...cheapest.slice(spotPools)];
}
