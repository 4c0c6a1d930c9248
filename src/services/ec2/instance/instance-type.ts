/**
 * Instance types, as DescribeInstanceTypes answers them (https://docs.aws.amazon.com/ec2/latest/instancetypes/). The table
 * has a column for each fact with its distinct values, and a row of indexes for each type (tools/distill-instance-types.ts).
 */
import { AwsError } from '../../../aws/aws-error.ts';
import { shippedJson } from '../../../platform/node/shipped-json.ts';
import type { InstanceTypeInfo } from '../../../shapes/generated/ec2.ts';

export interface InstanceType {
  readonly name: string;
  readonly vcpus: number;
  readonly threadsPerCore: number;
  /** Most know one; the older Intel types know `i386` too. */
  readonly architectures: readonly string[];
  readonly isBurstable: boolean;
  readonly isNitro: boolean;
  /** Interfaces that are Elastic Fabric Adapters; 0 where it can have none. */
  readonly maxFabricAdapters: number;
  /** Whether `EbsOptimized` may be asked for. */
  readonly isEbsOptimizable: boolean;
  readonly info: InstanceTypeInfo;
}

const table = shippedJson<{
  readonly columns: readonly (readonly [path: string, values: readonly unknown[]])[];
  readonly types: Readonly<Record<string, readonly number[]>>;
}>('../instance-type/instance-types.json', import.meta.url);

export const instanceTypeNames = (): readonly string[] => Object.keys(table().types);

const known = new Map<string, InstanceType>();

export function findInstanceType(name: string): InstanceType | undefined {
  let type = known.get(name);
  const { types } = table();
  if (!type && Object.hasOwn(types, name)) {
    type = typeOf(name, infoOf(types[name]!));
    known.set(name, type);
  }
  return type;
}

function infoOf(row: readonly number[]): InstanceTypeInfo {
  const info: Record<string, unknown> = {};
  for (const [index, [path, values]] of table().columns.entries()) {
    const value = values[row[index]!];
    if (value === null) continue;
    const steps = path.split('.');
    const last = steps.pop()!;
    let at = info;
    for (const step of steps) {
      at[step] ??= {};
      at = at[step] as Record<string, unknown>;
    }
    at[last] = value;
  }
  return info as InstanceTypeInfo;
}

function typeOf(name: string, facts: InstanceTypeInfo): InstanceType {
  const info = { ...facts, InstanceType: name as InstanceTypeInfo['InstanceType'] };
  const vcpus = info.VCpuInfo?.DefaultVCpus ?? 1;
  return {
    name,
    vcpus,
    threadsPerCore: info.VCpuInfo?.DefaultThreadsPerCore ?? (vcpus === 1 ? 1 : 2),
    architectures: info.ProcessorInfo?.SupportedArchitectures ?? [],
    isBurstable: info.BurstablePerformanceSupported ?? false,
    // Bare metal has no hypervisor, and the Nitro system all the same.
    maxFabricAdapters: info.NetworkInfo?.EfaInfo?.MaximumEfaInterfaces ?? 0,
    isNitro: info.Hypervisor === 'nitro' || (info.BareMetal ?? false),
    isEbsOptimizable: info.EbsInfo?.EbsOptimizedSupport !== 'unsupported',
    info,
  };
}

/** EC2 launches this where the request names none. */
export const DEFAULT_INSTANCE_TYPE = 'm1.small';

export function requireInstanceType(name: string): InstanceType {
  const type = findInstanceType(name);
  if (type) return type;
  throw new AwsError('InvalidParameterValue', `Invalid value '${name}' for InstanceType.`);
}

/** Throws where a type cannot run what an image or an instance holds. */
export function requireArchitecture(type: InstanceType, architecture: string): void {
  if (type.architectures.includes(architecture)) return;
  throw new AwsError(
    'InvalidParameterValue',
    `The architecture '${type.architectures.join(',')}' of the specified instance type does not match the architecture ` +
      `'${architecture}' of the specified AMI. Specify an instance type and an AMI that have matching ` +
      `architectures, and try again. You can use 'describe-instance-types' or 'describe-images' to discover the ` +
      'architecture of the instance type or AMI.',
  );
}

/** Throws where a type cannot have so many Elastic Fabric Adapters as these interfaces are. */
export function requireFabricAdapters(
  { name, maxFabricAdapters: limit }: InstanceType,
  interfaceTypes: readonly (string | undefined)[],
): void {
  const wanted = interfaceTypes.filter((each) => each === 'efa').length;
  if (wanted <= limit) return;
  throw limit === 0
    ? new AwsError('Unsupported', `EFA interfaces are not supported on instance type ${name}.`)
    : new AwsError(
        'AttachmentLimitExceeded',
        `EFA interface count ${wanted} exceeds the limit for ${name}: ${limit}.`,
      );
}
