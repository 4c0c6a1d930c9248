/** Where the next instance goes: the zone that has the least, and of its subnets the one that has. */
import type { GroupRecord } from '../group/group.ts';

export interface Placement {
  readonly zone: string;
  /** Absent where the zone's default subnet is meant. */
  readonly subnetId?: string;
}

export interface Placed extends Placement {
  /** In units of the desired capacity; one where nothing is said. */
  readonly weight?: number;
}

/** How much there is of each of several things. */
export class Tally<K> {
  readonly #amounts = new Map<K, number>();

  of(key: K): number {
    return this.#amounts.get(key) ?? 0;
  }

  add(key: K, amount: number): void {
    this.#amounts.set(key, this.of(key) + amount);
  }
}

/** How much of a group is in which place. */
export class Spread {
  readonly #inZones = new Tally<string>();
  readonly #inSubnets = new Tally<string>();
  #capacity = 0;

  constructor(placed: Iterable<Placed>) {
    for (const each of placed) this.add(each);
  }

  get capacity(): number {
    return this.#capacity;
  }

  add({ zone, subnetId, weight = 1 }: Placed): void {
    this.#capacity += weight;
    this.#inZones.add(zone, weight);
    if (subnetId !== undefined) this.#inSubnets.add(subnetId, weight);
  }

  next(group: GroupRecord): Placement {
    const zone = leastUsed(openZones(group), (name) => this.#inZones.of(name));
    const inZone = group.subnets.filter((subnet) => subnet.zone === zone).map(({ id }) => id);
    if (inZone.length === 0) return { zone };
    return { zone, subnetId: leastUsed(inZone, (id) => this.#inSubnets.of(id)) };
  }
}

/** The zones in which launches are tried: those that had no room last are left out, unless all have to be alike. */
export function openZones({ zones, zoneDistribution, backoff }: GroupRecord): readonly string[] {
  if (zoneDistribution === 'balanced-only') return zones;
  const open = zones.filter((zone) => !backoff?.fullZones?.includes(zone));
  return open.length > 0 ? open : zones;
}

/** The first of those that are used least. */
function leastUsed(names: readonly string[], usesOf: (name: string) => number): string {
  const [first] = names.toSorted((one, other) => usesOf(one) - usesOf(other));
  if (first === undefined) throw new Error('a group has a zone');
  return first;
}
