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

/** The zones in which launches are tried: those that had no room last are left out, unless all have to be alike. */
export function openZones({ zones, zoneDistribution, backoff }: GroupRecord): readonly string[] {
  if (zoneDistribution === 'balanced-only') return zones;
  const open = zones.filter((zone) => !backoff?.fullZones?.includes(zone));
  return open.length > 0 ? open : zones;
}

export function choosePlacement(group: GroupRecord, taken: readonly Placed[]): Placement {
  const used = (isThere: (placed: Placed) => boolean) =>
    taken.filter(isThere).reduce((sum, { weight = 1 }) => sum + weight, 0);
  const zone = leastUsed(openZones(group), (name) => used((placed) => placed.zone === name));
  const inZone = group.subnets.filter((subnet) => subnet.zone === zone).map(({ id }) => id);
  if (inZone.length === 0) return { zone };
  return { zone, subnetId: leastUsed(inZone, (id) => used(({ subnetId }) => subnetId === id)) };
}

/** The first of those that are used least. */
function leastUsed(names: readonly string[], usesOf: (name: string) => number): string {
  const [first] = names.toSorted((one, other) => usesOf(one) - usesOf(other));
  if (first === undefined) throw new Error('a group has a zone');
  return first;
}
