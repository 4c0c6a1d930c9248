/** Regions of AWS's commercial partition (https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html). */
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
  region('ap-east-2', 'ape2', 'abc', true),
  region('ap-northeast-1', 'apne1', 'acd'),
  region('ap-northeast-2', 'apne2', 'abcd'),
  region('ap-northeast-3', 'apne3'),
  region('ap-south-1', 'aps1'),
  region('ap-south-2', 'aps2', 'abc', true),
  region('ap-southeast-1', 'apse1'),
  region('ap-southeast-2', 'apse2'),
  region('ap-southeast-3', 'apse3', 'abc', true),
  region('ap-southeast-4', 'apse4', 'abc', true),
  region('ap-southeast-5', 'apse5', 'abc', true),
  region('ap-southeast-6', 'apse6', 'abc', true),
  region('ap-southeast-7', 'apse7', 'abc', true),
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
  region('mx-central-1', 'mxc1', 'abc', true),
  region('sa-east-1', 'sae1'),
  region('us-east-1', 'use1', 'abcdef'),
  region('us-east-2', 'use2'),
  region('us-west-1', 'usw1', 'ac'),
  region('us-west-2', 'usw2', 'abcd'),
];

/** Whether it is formed as the name of a Region, of any partition, that of tomorrow included. */
export const isRegionName = (text: string): boolean => /^[a-z]{2}(-[a-z]+)+-\d$/.test(text);
