/** Regions and their Availability Zones (https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html). */
import { AwsError } from '../../../aws/aws-error.ts';

export interface Region {
  readonly name: string;
  /** What zone ids begin with: `use1` of `use1-az1`. */
  readonly code: string;
  readonly zoneLetters: string;
  readonly optIn: boolean;
}

const region = (name: string, code: string, zoneLetters = 'abc', optIn = false): Region => ({
  name,
  code,
  zoneLetters,
  optIn,
});

export const REGIONS: readonly Region[] = [
  region('af-south-1', 'afs1', 'abc', true),
  region('ap-east-1', 'ape1', 'abc', true),
  region('ap-northeast-1', 'apne1', 'acd'),
  region('ap-northeast-2', 'apne2', 'abcd'),
  region('ap-northeast-3', 'apne3'),
  region('ap-south-1', 'aps1'),
  region('ap-south-2', 'aps2', 'abc', true),
  region('ap-southeast-1', 'apse1'),
  region('ap-southeast-2', 'apse2'),
  region('ap-southeast-3', 'apse3', 'abc', true),
  region('ap-southeast-4', 'apse4', 'abc', true),
  region('ca-central-1', 'cac1', 'abd'),
  region('ca-west-1', 'caw1', 'abc', true),
  region('eu-central-1', 'euc1'),
  region('eu-central-2', 'euc2', 'abc', true),
  region('eu-north-1', 'eun1'),
  region('eu-south-1', 'eus1', 'abc', true),
  region('eu-south-2', 'eus2', 'abc', true),
  region('eu-west-1', 'euw1'),
  region('eu-west-2', 'euw2'),
  region('eu-west-3', 'euw3'),
  region('il-central-1', 'ilc1', 'abc', true),
  region('me-central-1', 'mec1', 'abc', true),
  region('me-south-1', 'mes1', 'abc', true),
  region('sa-east-1', 'sae1'),
  region('us-east-1', 'use1', 'abcdef'),
  region('us-east-2', 'use2'),
  region('us-west-1', 'usw1', 'ac'),
  region('us-west-2', 'usw2', 'abcd'),
];

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
  const { code, zoneLetters } = byName.get(regionName) ?? region(regionName, regionName);
  return [...zoneLetters].map((letter, index) => ({
    name: regionName + letter,
    id: `${code}-az${index + 1}`,
    region: regionName,
  }));
}

/** A zone by name or id, as a request names it. Throws `InvalidParameterValue`. */
export function requireZone(regionName: string, by: { name?: string; id?: string }): Zone {
  const zone = zonesOf(regionName).find((each) => (by.name ? each.name === by.name : each.id === by.id));
  if (zone) return zone;
  throw new AwsError('InvalidZone.NotFound', `The zone '${by.name ?? by.id}' does not exist.`);
}
