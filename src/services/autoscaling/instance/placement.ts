/** Where the next instance goes: the zone that has the fewest, and of its subnets the one that has. */
import type { GroupRecord } from '../group/group.ts';

export interface Placement {
  readonly zone: string;
  /** Absent where the zone's default subnet is meant. */
  readonly subnetId?: string;
}

export function choosePlacements(
  group: GroupRecord,
  taken: readonly Placement[],
  count: number,
): Placement[] {
  const occupied = [...taken];
  for (let index = 0; index < count; index++) occupied.push(choosePlacement(group, occupied));
  return occupied.slice(taken.length);
}

function choosePlacement({ zones, subnets }: GroupRecord, taken: readonly Placement[]): Placement {
  const zone = leastUsed(zones, (name) => taken.filter((placement) => placement.zone === name).length);
  const inZone = subnets.filter((subnet) => subnet.zone === zone).map(({ id }) => id);
  if (inZone.length === 0) return { zone };
  return {
    zone,
    subnetId: leastUsed(inZone, (id) => taken.filter(({ subnetId }) => subnetId === id).length),
  };
}

/** The first of those that are used least. */
function leastUsed(names: readonly string[], usesOf: (name: string) => number): string {
  const [first] = names.toSorted((one, other) => usesOf(one) - usesOf(other));
  if (first === undefined) throw new Error('a group has a zone');
  return first;
}
