/**
 * What an instance type must have, as groups and fleets ask for it instead of naming types
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceRequirements.html).
 */
import { AwsError } from '../../../aws/aws-error.ts';
import type { InstanceRequirementsRequest, InstanceTypeInfo } from '../../../shapes/generated/ec2.ts';

interface Range {
  readonly Min?: number;
  readonly Max?: number;
}

const invalid = (message: string) => new AwsError('InvalidParameterValue', message);

/** The requirements, where they can be met at all. Throws EC2's error. */
export function requireRequirements(requirements: InstanceRequirementsRequest): InstanceRequirementsRequest {
  const { AllowedInstanceTypes: allowed, ExcludedInstanceTypes: excluded } = requirements;
  if (allowed?.length && excluded?.length) {
    throw new AwsError(
      'InvalidParameterCombination',
      'You cannot specify both AllowedInstanceTypes and ExcludedInstanceTypes.',
    );
  }
  for (const name of Object.keys(RANGES) as (keyof typeof RANGES)[]) {
    const { Min: min = 0, Max: max = Number.POSITIVE_INFINITY } = (requirements[name] ?? {}) as Range;
    if (min < 0 || max < min) throw invalid(`Invalid range for ${name}: its Min is greater than its Max.`);
  }
  return requirements;
}

const gib = (mib: number | undefined) => (mib ?? 0) / 1024;

/** What an attribute that is asked for as a range comes to; undefined where the type has nothing of the kind. */
const RANGES = {
  VCpuCount: ({ VCpuInfo: cpu }) => cpu?.DefaultVCpus,
  MemoryMiB: ({ MemoryInfo: memory }) => memory?.SizeInMiB,
  MemoryGiBPerVCpu: ({ MemoryInfo: memory, VCpuInfo: cpu }) =>
    gib(memory?.SizeInMiB) / (cpu?.DefaultVCpus ?? 1),
  NetworkInterfaceCount: ({ NetworkInfo: network }) => network?.MaximumNetworkInterfaces,
  TotalLocalStorageGB: ({ InstanceStorageInfo: storage }) => storage?.TotalSizeInGB,
  BaselineEbsBandwidthMbps: ({ EbsInfo: ebs }) => ebs?.EbsOptimizedInfo?.BaselineBandwidthInMbps,
  NetworkBandwidthGbps: ({ NetworkInfo: network }) =>
    Math.max(
      0,
      ...(network?.NetworkCards ?? []).map(({ BaselineBandwidthInGbps = 0 }) => BaselineBandwidthInGbps),
    ),
  AcceleratorCount: (info) => acceleratorsOf(info).reduce((sum, { count }) => sum + count, 0),
  AcceleratorTotalMemoryMiB: (info) =>
    acceleratorsOf(info).reduce((sum, { count, memoryMiB }) => sum + count * memoryMiB, 0),
} as const satisfies Partial<
  Record<keyof InstanceRequirementsRequest, (info: InstanceTypeInfo) => number | undefined>
>;

/** Attributes that are included, excluded or required, and what they are where nothing is said. */
const INCLUSIONS = {
  BareMetal: ['excluded', ({ BareMetal }) => BareMetal ?? false],
  BurstablePerformance: ['excluded', ({ BurstablePerformanceSupported: burstable }) => burstable ?? false],
  LocalStorage: ['included', ({ InstanceStorageSupported: supported }) => supported ?? false],
} as const satisfies Partial<
  Record<keyof InstanceRequirementsRequest, readonly [string, (info: InstanceTypeInfo) => boolean]>
>;

/** Attributes of which the type must have one of those that are listed. */
const LISTS = {
  CpuManufacturers: ({ ProcessorInfo: cpu }) => [manufacturer(cpu?.Manufacturer)],
  InstanceGenerations: ({ CurrentGeneration: isCurrent }) => [isCurrent ? 'current' : 'previous'],
  LocalStorageTypes: ({ InstanceStorageInfo: storage }) =>
    storage ? (storage.Disks ?? []).flatMap(({ Type }) => Type ?? []) : ['hdd', 'ssd'],
  AcceleratorTypes: (info) => acceleratorsOf(info).map(({ type }) => type),
  AcceleratorManufacturers: (info) => acceleratorsOf(info).map((each) => manufacturer(each.manufacturer)),
  AcceleratorNames: (info) => acceleratorsOf(info).map(({ name }) => name),
} as const satisfies Partial<
  Record<keyof InstanceRequirementsRequest, (info: InstanceTypeInfo) => readonly string[]>
>;

const manufacturer = (name = '') => (name === 'AWS' ? 'amazon-web-services' : name.toLowerCase());

interface Accelerator {
  readonly type: 'gpu' | 'fpga' | 'inference' | 'media';
  readonly name: string;
  readonly manufacturer?: string;
  readonly count: number;
  readonly memoryMiB: number;
}

interface DescribedDevice {
  readonly Name?: string;
  readonly Manufacturer?: string;
  readonly Count?: number;
  readonly MemoryInfo?: { readonly SizeInMiB?: number };
}

/** Trainium chips are described as Neuron devices alone; Inferentia chips are so a second time. */
function acceleratorsOf(info: InstanceTypeInfo): readonly Accelerator[] {
  const neuron = info.InferenceAcceleratorInfo ? [] : (info.NeuronInfo?.NeuronDevices ?? []);
  return [
    ...accelerators('gpu', info.GpuInfo?.Gpus),
    ...accelerators('fpga', info.FpgaInfo?.Fpgas),
    ...accelerators('inference', info.InferenceAcceleratorInfo?.Accelerators),
    ...accelerators(
      'inference',
      neuron.map((device) => ({ ...device, Manufacturer: 'AWS' })),
    ),
    ...accelerators('media', info.MediaAcceleratorInfo?.Accelerators),
  ];
}

const accelerators = (type: Accelerator['type'], devices: readonly DescribedDevice[] = []): Accelerator[] =>
  devices.map(({ Name = '', Manufacturer, Count = 1, MemoryInfo }) => ({
    type,
    // `Gaudi HL-205` is asked for as `gaudi-hl-205`.
    name: Name.toLowerCase().replaceAll(' ', '-'),
    manufacturer: Manufacturer,
    count: Count,
    memoryMiB: MemoryInfo?.SizeInMiB ?? 0,
  }));

export function meets(info: InstanceTypeInfo, requirements: InstanceRequirementsRequest): boolean {
  const { InstanceType: type = '' } = info;
  const { AllowedInstanceTypes: allowed, ExcludedInstanceTypes: excluded } = requirements;
  return (
    (!allowed?.length || allowed.some((pattern) => isLike(type, pattern))) &&
    !excluded?.some((pattern) => isLike(type, pattern)) &&
    (!requirements.RequireHibernateSupport || info.HibernationSupported === true) &&
    (!requirements.RequireEncryptionInTransit || info.NetworkInfo?.EncryptionInTransitSupported === true) &&
    Object.entries(RANGES).every(([name, amountOf]) =>
      isWithin(amountOf(info), requirements[name as keyof typeof RANGES] as Range | undefined),
    ) &&
    Object.entries(INCLUSIONS).every(([name, [byDefault, has]]) =>
      isIncluded(has(info), requirements[name as keyof typeof INCLUSIONS] ?? byDefault),
    ) &&
    Object.entries(LISTS).every(([name, valuesOf]) => {
      const wanted: readonly string[] = requirements[name as keyof typeof LISTS] ?? [];
      return wanted.length === 0 || valuesOf(info).some((value) => wanted.includes(value));
    })
  );
}

function isWithin(value: number | undefined, range: Range | undefined): boolean {
  if (range?.Min === undefined && range?.Max === undefined) return true;
  const { Min = 0, Max = Number.POSITIVE_INFINITY } = range;
  return (value ?? 0) >= Min && (value ?? 0) <= Max;
}

const isIncluded = (has: boolean, inclusion: string) =>
  inclusion === 'included' || has === (inclusion === 'required');

/** `c5*`, `m5a.*`, `*3*`: a star stands for anything. In one pass: the pattern is a user's. */
function isLike(type: string, pattern: string): boolean {
  const [start = '', ...parts] = pattern.split('*');
  if (parts.length === 0) return type === pattern;
  if (!type.startsWith(start)) return false;
  const end = parts.pop()!;
  let at = start.length;
  for (const part of parts) {
    const found = type.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return type.length - end.length >= at && type.endsWith(end);
}
