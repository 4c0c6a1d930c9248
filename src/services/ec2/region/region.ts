/** Regions and their Availability Zones. */
import { AwsError } from '../../../aws/aws-error.ts';
import { REGIONS } from '../../../aws/regions.ts';

const byName = new Map(REGIONS.map((each) => [each.name, each]));

export interface Zone {
  /** `us-east-1a` */
  readonly name: string;
  /** `use1-az1` */
  readonly id: string;
  readonly region: string;
}

/** A region that is not listed has three zones, so that a new one works before this table knows it. */
export function zonesOf(regionName: string): Zone[] {
  const { code, zoneLetters } = byName.get(regionName) ?? { code: regionName, zoneLetters: 'abc' };
  return [...zoneLetters].map((letter, index) => ({
    name: regionName + letter,
    id: `${code}-az${index + 1}`,
    region: regionName,
  }));
}

/** A zone by name or id, as a request names it. */
export const findZone = (regionName: string, by: { name?: string; id?: string }): Zone | undefined =>
  zonesOf(regionName).find((each) => (by.name ? each.name === by.name : each.id === by.id));

export function requireZone(region: string, named: { name?: string; id?: string }): Zone {
  const zone = findZone(region, named);
  if (zone) return zone;
  throw new AwsError('InvalidZone.NotFound', `The zone '${named.name ?? named.id}' does not exist.`);
}
