/** Volume types and what each allows (https://docs.aws.amazon.com/ebs/latest/userguide/ebs-volume-types.html). */
import { AwsError } from '../../../aws/aws-error.ts';
import type { ConditionValues } from '../../../invoke/verdict.ts';

export type VolumeType = 'standard' | 'gp2' | 'gp3' | 'io1' | 'io2' | 'st1' | 'sc1';

interface TypeLimits {
  readonly sizeGiB: readonly [min: number, max: number];
  /** Absent where IOPS cannot be asked for. */
  readonly iops?: readonly [min: number, max: number];
  /** What a volume has at least, asked for or not. */
  readonly baselineIops?: number;
  readonly iopsPerGiB?: number;
  readonly mustNameIops?: boolean;
  readonly throughputMiBps?: readonly [min: number, max: number];
  readonly multiAttach?: boolean;
}

const LIMITS: Readonly<Record<VolumeType, TypeLimits>> = {
  standard: { sizeGiB: [1, 1024] },
  gp2: { sizeGiB: [1, 16_384] },
  gp3: {
    sizeGiB: [1, 65_536],
    iops: [100, 80_000],
    baselineIops: 3000,
    iopsPerGiB: 500,
    throughputMiBps: [125, 2000],
  },
  io1: { sizeGiB: [4, 16_384], iops: [100, 64_000], iopsPerGiB: 50, mustNameIops: true, multiAttach: true },
  io2: {
    sizeGiB: [4, 65_536],
    iops: [100, 256_000],
    iopsPerGiB: 1000,
    mustNameIops: true,
    multiAttach: true,
  },
  st1: { sizeGiB: [125, 16_384] },
  sc1: { sizeGiB: [125, 16_384] },
};

/** Bytes of what EC2 counts volumes in. */
export const GIB = 2 ** 30;

export interface Performance {
  readonly type: VolumeType;
  readonly sizeGiB: number;
  readonly iops?: number;
  readonly throughputMiBps?: number;
  readonly multiAttach: boolean;
}

/** Condition keys of a volume that is to be made. The IOPS of gp2 come with its size: none are asked for (aws-facts F7). */
export const plannedKeys = ({ type, sizeGiB, iops, throughputMiBps }: Performance): ConditionValues => ({
  'ec2:VolumeIops': type === 'gp2' ? undefined : iops,
  'ec2:VolumeSize': sizeGiB,
  'ec2:VolumeThroughput': throughputMiBps,
  'ec2:VolumeType': type,
});

/** What a volume gets from what a request names. Throws AWS's error for what the type does not allow. */
export function performanceOf(asked: {
  readonly type?: string;
  readonly sizeGiB: number;
  readonly iops?: number;
  readonly throughputMiBps?: number;
  readonly multiAttach?: boolean;
}): Performance {
  const { sizeGiB, throughputMiBps, multiAttach = false } = asked;
  const type = requireVolumeType(asked.type ?? 'gp2');
  const limits = LIMITS[type];
  const [smallest, largest] = limits.sizeGiB;
  if (sizeGiB < smallest) {
    throw invalid(`Volume of ${sizeGiB}GiB is too small for volume type ${type}; minimum is ${smallest}GiB.`);
  }
  if (sizeGiB > largest) {
    throw invalid(`Volume of ${sizeGiB}GiB is too large for volume type ${type}; maximum is ${largest}GiB.`);
  }
  if (multiAttach && !limits.multiAttach) {
    throw combination(`The parameter multiAttachEnabled is not supported for ${type} volumes.`);
  }
  const iops = iopsOf(type, limits, sizeGiB, asked.iops);
  if (throughputMiBps !== undefined) {
    if (!limits.throughputMiBps)
      throw combination(`The parameter throughput is not supported for ${type} volumes.`);
    const [, most] = limits.throughputMiBps;
    requireWithin('throughput', throughputMiBps, [0, most], type);
    if (throughputMiBps > (iops ?? 0) / 4) {
      const ratio = (throughputMiBps / (iops ?? 1)).toFixed(6);
      throw invalid(
        `Throughput (MiBps) to iops ratio of ${ratio} is too high; maximum is 0.250000 MiBps per iops.`,
      );
    }
  }
  return {
    type,
    sizeGiB,
    iops,
    // Less than what a volume has at least is taken for that.
    throughputMiBps: limits.throughputMiBps && Math.max(throughputMiBps ?? 0, limits.throughputMiBps[0]),
    multiAttach,
  };
}

export function requireVolumeType(type: string): VolumeType {
  if (Object.hasOwn(LIMITS, type)) return type as VolumeType;
  throw new AwsError('UnknownVolumeType', `Unsupported volume type '${type}' for volume creation.`);
}

function iopsOf(type: VolumeType, limits: TypeLimits, sizeGiB: number, asked: number | undefined) {
  if (!limits.iops) {
    if (asked !== undefined) throw combination(`The parameter iops is not supported for ${type} volumes.`);
    // gp2 is given 3 IOPS per GiB.
    return type === 'gp2' ? Math.min(16_000, Math.max(100, 3 * sizeGiB)) : undefined;
  }
  if (asked === undefined) {
    if (!limits.mustNameIops) return limits.baselineIops;
    throw new AwsError('MissingParameter', `The parameter iops must be specified for ${type} volumes.`);
  }
  requireWithin('iops', asked, limits.iops, type);
  const perGiB = limits.iopsPerGiB!;
  const { baselineIops: baseline = 0 } = limits;
  // The baseline is allowed at every size, and what lies below it is measured before it is raised.
  if (asked > perGiB * sizeGiB && asked !== baseline) {
    const ratio = (asked / sizeGiB).toFixed(6);
    throw invalid(`Iops to volume size ratio of ${ratio} is too high; maximum is ${perGiB}`);
  }
  return Math.max(asked, baseline);
}

function requireWithin(
  name: string,
  value: number,
  [min, max]: readonly [number, number],
  type: VolumeType,
): void {
  if (value < min)
    throw invalid(`Volume ${name} of ${value} is too low; minimum is ${min} for ${type} volumes.`);
  if (value > max)
    throw invalid(`Volume ${name} of ${value} is too high; maximum is ${max} for ${type} volumes.`);
}

const invalid = (message: string) => new AwsError('InvalidParameterValue', message);
const combination = (message: string) => new AwsError('InvalidParameterCombination', message);
