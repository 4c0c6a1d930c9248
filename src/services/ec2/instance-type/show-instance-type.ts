/** How AWS shows an instance type (https://docs.aws.amazon.com/ec2/latest/instancetypes/). */
import type { InstanceTypeInfo } from '../../../shapes/generated/ec2.ts';
import type { FilterFields } from '../describe/filter.ts';
import type { InstanceType } from '../instance/instance-type.ts';

/** The most network interfaces, and IPv4 addresses on each, by size. */
const INTERFACES: Readonly<Record<string, readonly [interfaces: number, addresses: number]>> = {
  nano: [2, 2],
  micro: [2, 2],
  small: [3, 4],
  medium: [3, 6],
  large: [3, 10],
  xlarge: [4, 15],
  '2xlarge': [4, 15],
  '4xlarge': [8, 30],
  '8xlarge': [8, 30],
  '12xlarge': [8, 30],
  '16xlarge': [15, 50],
};

const FREE_TIER: ReadonlySet<string> = new Set(['t2.micro', 't3.micro']);
/** EBS-optimized by default, though they are not Nitro. */
const OPTIMIZED_XEN: ReadonlySet<string> = new Set(['m4', 'c4', 'r4']);

const familyOf = ({ name }: InstanceType) => name.slice(0, name.indexOf('.'));
const sizeOf = ({ name }: InstanceType) => name.slice(name.indexOf('.') + 1);
const isCurrent = (type: InstanceType) => type.isNitro || familyOf(type) === 't2';
const manufacturerOf = (type: InstanceType) =>
  type.architecture === 'arm64' ? 'AWS' : familyOf(type).endsWith('a') ? 'AMD' : 'Intel';
const coresOf = ({ vcpus, threadsPerCore }: InstanceType) => vcpus / threadsPerCore;
const ebsOptimizedOf = (type: InstanceType) =>
  type.isNitro || OPTIMIZED_XEN.has(familyOf(type)) ? 'default' : 'unsupported';
/** Every type here takes encrypted volumes, except the oldest. */
const encryptionOf = (type: InstanceType) =>
  /^(?:t1|m1)$/.test(familyOf(type)) ? 'unsupported' : 'supported';
const bootModesOf = ({ isNitro, architecture }: InstanceType) =>
  architecture === 'arm64' ? ['uefi'] : isNitro ? ['legacy-bios', 'uefi'] : ['legacy-bios'];
const interfacesOf = (type: InstanceType) => INTERFACES[sizeOf(type)] ?? [4, 15];

export function showInstanceType(type: InstanceType): InstanceTypeInfo {
  const [interfaces, addresses] = interfacesOf(type);
  return {
    InstanceType: type.name,
    CurrentGeneration: isCurrent(type),
    FreeTierEligible: FREE_TIER.has(type.name),
    SupportedUsageClasses: ['on-demand', 'spot'],
    SupportedRootDeviceTypes: ['ebs'],
    SupportedVirtualizationTypes: ['hvm'],
    BareMetal: false,
    Hypervisor: type.isNitro ? 'nitro' : 'xen',
    ProcessorInfo: { SupportedArchitectures: [type.architecture], Manufacturer: manufacturerOf(type) },
    VCpuInfo: {
      DefaultVCpus: type.vcpus,
      DefaultCores: coresOf(type),
      DefaultThreadsPerCore: type.threadsPerCore,
    },
    MemoryInfo: { SizeInMiB: type.memoryMiB },
    InstanceStorageSupported: false,
    EbsInfo: {
      EbsOptimizedSupport: ebsOptimizedOf(type),
      EncryptionSupport: encryptionOf(type),
      NvmeSupport: type.isNitro ? 'required' : 'unsupported',
    },
    NetworkInfo: {
      MaximumNetworkInterfaces: interfaces,
      MaximumNetworkCards: 1,
      DefaultNetworkCardIndex: 0,
      Ipv4AddressesPerInterface: addresses,
      EnaSupport: type.isNitro ? 'required' : 'unsupported',
      EfaSupported: false,
    },
    PlacementGroupInfo: { SupportedStrategies: ['partition', 'spread'] },
    HibernationSupported: false,
    BurstablePerformanceSupported: type.isBurstable,
    DedicatedHostsSupported: false,
    AutoRecoverySupported: true,
    SupportedBootModes: bootModesOf(type),
    NitroEnclavesSupport: 'unsupported',
    NitroTpmSupport: 'unsupported',
  };
}

export const instanceTypeFilters: FilterFields<InstanceType> = {
  'auto-recovery-supported': () => true,
  'bare-metal': () => false,
  'burstable-performance-supported': ({ isBurstable }) => isBurstable,
  'current-generation': isCurrent,
  'dedicated-hosts-supported': () => false,
  'ebs-info.ebs-optimized-support': ebsOptimizedOf,
  'ebs-info.encryption-support': encryptionOf,
  'ebs-info.nvme-support': ({ isNitro }) => (isNitro ? 'required' : 'unsupported'),
  'free-tier-eligible': ({ name }) => FREE_TIER.has(name),
  'hibernation-supported': () => false,
  hypervisor: ({ isNitro }) => (isNitro ? 'nitro' : 'xen'),
  'instance-storage-supported': () => false,
  'instance-type': ({ name }) => name,
  'memory-info.size-in-mib': ({ memoryMiB }) => memoryMiB,
  'network-info.efa-supported': () => false,
  'network-info.ena-support': ({ isNitro }) => (isNitro ? 'required' : 'unsupported'),
  'network-info.ipv4-addresses-per-interface': (type) => interfacesOf(type)[1],
  'network-info.maximum-network-interfaces': (type) => interfacesOf(type)[0],
  'nitro-enclaves-support': () => 'unsupported',
  'nitro-tpm-support': () => 'unsupported',
  'processor-info.supported-architecture': ({ architecture }) => architecture,
  'supported-boot-mode': bootModesOf,
  'supported-root-device-type': () => 'ebs',
  'supported-usage-class': () => ['on-demand', 'spot'],
  'supported-virtualization-type': () => 'hvm',
  'vcpu-info.default-cores': coresOf,
  'vcpu-info.default-threads-per-core': ({ threadsPerCore }) => threadsPerCore,
  'vcpu-info.default-vcpus': ({ vcpus }) => vcpus,
};
