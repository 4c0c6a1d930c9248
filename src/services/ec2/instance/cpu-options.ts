/**
 * How many cores and threads a launch asks for (aws-facts F59,
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-cpu-options-rules.html).
 */
import { AwsError } from '../../../aws/aws-error.ts';
import type { CpuOptionsRequest, InstanceTypeInfo } from '../../../shapes/generated/ec2.ts';
import type { InstanceType } from './instance-type.ts';

/** Throws where an instance of the type cannot have so many. */
export function requireCpuOptions(asked: CpuOptionsRequest | undefined, type: InstanceType): void {
  const { CoreCount: cores, ThreadsPerCore: threads } = asked ?? {};
  if (cores === undefined && threads === undefined) return;
  const { VCpuInfo: has = {}, BareMetal: isBareMetal } = type.info;
  if (isBareMetal || (!has.ValidCores && !type.isNitro)) {
    throw new AwsError(
      'UnsupportedOperation',
      `The ${type.name} instance type does not support specifying CpuOptions.`,
    );
  }
  if (cores === undefined || threads === undefined) {
    throw new AwsError(
      'MissingParameter',
      'When specifying CpuOptions you must specify both CoreCount and ThreadsPerCore.',
    );
  }
  requireOneOf('CoreCount', cores, has.ValidCores ?? upTo(has.DefaultCores), type.info);
  requireOneOf('ThreadsPerCore', threads, has.ValidThreadsPerCore ?? upTo(type.threadsPerCore), type.info);
}

/** Of some types it is not known which they may have: none has more than it has by default. */
const upTo = (most = 1): number[] => Array.from({ length: most }, (_, index) => index + 1);

function requireOneOf(
  name: string,
  value: number,
  valid: readonly number[],
  { InstanceType: type }: InstanceTypeInfo,
): void {
  if (valid.includes(value)) return;
  throw new AwsError(
    'InvalidParameterValue',
    `The value ${value} of ${name} is not valid for instance type ${type}. Valid values: ${valid.join(', ')}.`,
  );
}
