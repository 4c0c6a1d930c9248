/** Instance types: what a launch needs to know of them (https://docs.aws.amazon.com/ec2/latest/instancetypes/). */
import { AwsError } from '../../../aws/aws-error.ts';

export interface InstanceType {
  readonly name: string;
  readonly vcpus: number;
  readonly threadsPerCore: number;
  readonly memoryMiB: number;
  readonly architecture: 'x86_64' | 'arm64';
  readonly isBurstable: boolean;
  readonly isNitro: boolean;
}

interface Family {
  readonly architecture: 'x86_64' | 'arm64';
  readonly threadsPerCore: 1 | 2;
  readonly isNitro: boolean;
  /** Size: vCPUs and GiB. */
  readonly sizes: Readonly<Record<string, readonly [vcpus: number, memoryGiB: number]>>;
}

const sizes = (perLarge: number, extra: Family['sizes'] = {}): Family['sizes'] => ({
  ...extra,
  large: [2, perLarge],
  xlarge: [4, perLarge * 2],
  '2xlarge': [8, perLarge * 4],
  '4xlarge': [16, perLarge * 8],
  '8xlarge': [32, perLarge * 16],
  '12xlarge': [48, perLarge * 24],
  '16xlarge': [64, perLarge * 32],
});

const burstable: Family['sizes'] = {
  nano: [2, 0.5],
  micro: [2, 1],
  small: [2, 2],
  medium: [2, 4],
  large: [2, 8],
  xlarge: [4, 16],
  '2xlarge': [8, 32],
};

const nitro = { threadsPerCore: 2, isNitro: true, architecture: 'x86_64' } as const;
const graviton = { threadsPerCore: 1, isNitro: true, architecture: 'arm64' } as const;
const xen = { threadsPerCore: 1, isNitro: false, architecture: 'x86_64' } as const;

const FAMILIES: Readonly<Record<string, Family>> = {
  t1: { ...xen, sizes: { micro: [1, 0.612] } },
  t2: { ...xen, sizes: { ...burstable, nano: [1, 0.5], micro: [1, 1], small: [1, 2] } },
  t3: { ...nitro, sizes: burstable },
  t3a: { ...nitro, sizes: burstable },
  t4g: { ...graviton, sizes: burstable },
  m1: { ...xen, sizes: { small: [1, 1.7], medium: [1, 3.75], large: [2, 7.5], xlarge: [4, 15] } },
  m3: { ...xen, sizes: { medium: [1, 3.75], large: [2, 7.5], xlarge: [4, 15], '2xlarge': [8, 30] } },
  m4: { ...xen, threadsPerCore: 2, sizes: sizes(8) },
  m5: { ...nitro, sizes: sizes(8) },
  m5a: { ...nitro, sizes: sizes(8) },
  m6i: { ...nitro, sizes: sizes(8) },
  m6g: { ...graviton, sizes: sizes(8, { medium: [1, 4] }) },
  m7i: { ...nitro, sizes: sizes(8) },
  m7g: { ...graviton, sizes: sizes(8, { medium: [1, 4] }) },
  c4: { ...xen, threadsPerCore: 2, sizes: sizes(3.75) },
  c5: { ...nitro, sizes: sizes(4) },
  c6i: { ...nitro, sizes: sizes(4) },
  c6g: { ...graviton, sizes: sizes(4, { medium: [1, 2] }) },
  c7i: { ...nitro, sizes: sizes(4) },
  c7g: { ...graviton, sizes: sizes(4, { medium: [1, 2] }) },
  r4: { ...xen, threadsPerCore: 2, sizes: sizes(15.25) },
  r5: { ...nitro, sizes: sizes(16) },
  r6i: { ...nitro, sizes: sizes(16) },
  r6g: { ...graviton, sizes: sizes(16, { medium: [1, 8] }) },
};

export const INSTANCE_TYPES: readonly InstanceType[] = Object.entries(FAMILIES).flatMap(([family, each]) =>
  Object.entries(each.sizes).map(([size, [vcpus, memoryGiB]]) => ({
    name: `${family}.${size}`,
    vcpus,
    threadsPerCore: vcpus === 1 ? 1 : each.threadsPerCore,
    memoryMiB: Math.round(memoryGiB * 1024),
    architecture: each.architecture,
    isBurstable: family.startsWith('t'),
    isNitro: each.isNitro,
  })),
);

const byName = new Map(INSTANCE_TYPES.map((type) => [type.name, type]));

export const findInstanceType = (name: string) => byName.get(name);

/** EC2 launches this where the request names none. */
export const DEFAULT_INSTANCE_TYPE = 'm1.small';

export function requireInstanceType(name: string): InstanceType {
  const type = byName.get(name);
  if (type) return type;
  throw new AwsError('InvalidParameterValue', `Invalid value '${name}' for InstanceType.`);
}
