/** What instance types can be looked for by (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceTypes.html). */
import type { FilterFields, FilterValue } from '../describe/filter.ts';
import type { InstanceType } from '../instance/instance-type.ts';

/** Filters by where their value stands in what is shown. */
const PATHS: Readonly<Record<string, string>> = {
  'auto-recovery-supported': 'AutoRecoverySupported',
  'bare-metal': 'BareMetal',
  'burstable-performance-supported': 'BurstablePerformanceSupported',
  'current-generation': 'CurrentGeneration',
  'dedicated-hosts-supported': 'DedicatedHostsSupported',
  'ebs-info.attachment-limit-type': 'EbsInfo.AttachmentLimitType',
  'ebs-info.maximum-ebs-attachments': 'EbsInfo.MaximumEbsAttachments',
  'ebs-info.ebs-optimized-info.baseline-bandwidth-in-mbps':
    'EbsInfo.EbsOptimizedInfo.BaselineBandwidthInMbps',
  'ebs-info.ebs-optimized-info.baseline-iops': 'EbsInfo.EbsOptimizedInfo.BaselineIops',
  'ebs-info.ebs-optimized-info.baseline-throughput-in-mbps':
    'EbsInfo.EbsOptimizedInfo.BaselineThroughputInMBps',
  'ebs-info.ebs-optimized-info.maximum-bandwidth-in-mbps': 'EbsInfo.EbsOptimizedInfo.MaximumBandwidthInMbps',
  'ebs-info.ebs-optimized-info.maximum-iops': 'EbsInfo.EbsOptimizedInfo.MaximumIops',
  'ebs-info.ebs-optimized-info.maximum-throughput-in-mbps':
    'EbsInfo.EbsOptimizedInfo.MaximumThroughputInMBps',
  'ebs-info.ebs-optimized-support': 'EbsInfo.EbsOptimizedSupport',
  'ebs-info.encryption-support': 'EbsInfo.EncryptionSupport',
  'ebs-info.nvme-support': 'EbsInfo.NvmeSupport',
  'free-tier-eligible': 'FreeTierEligible',
  'hibernation-supported': 'HibernationSupported',
  hypervisor: 'Hypervisor',
  'instance-storage-info.disk.count': 'InstanceStorageInfo.Disks.Count',
  'instance-storage-info.disk.size-in-gb': 'InstanceStorageInfo.Disks.SizeInGB',
  'instance-storage-info.disk.type': 'InstanceStorageInfo.Disks.Type',
  'instance-storage-info.encryption-support': 'InstanceStorageInfo.EncryptionSupport',
  'instance-storage-info.nvme-support': 'InstanceStorageInfo.NvmeSupport',
  'instance-storage-info.total-size-in-gb': 'InstanceStorageInfo.TotalSizeInGB',
  'instance-storage-supported': 'InstanceStorageSupported',
  'memory-info.size-in-mib': 'MemoryInfo.SizeInMiB',
  'network-info.bandwidth-weightings': 'NetworkInfo.BandwidthWeightings',
  'network-info.efa-info.maximum-efa-interfaces': 'NetworkInfo.EfaInfo.MaximumEfaInterfaces',
  'network-info.efa-supported': 'NetworkInfo.EfaSupported',
  'network-info.ena-support': 'NetworkInfo.EnaSupport',
  'network-info.flexible-ena-queues-support': 'NetworkInfo.FlexibleEnaQueuesSupport',
  'network-info.encryption-in-transit-supported': 'NetworkInfo.EncryptionInTransitSupported',
  'network-info.ipv4-addresses-per-interface': 'NetworkInfo.Ipv4AddressesPerInterface',
  'network-info.ipv6-addresses-per-interface': 'NetworkInfo.Ipv6AddressesPerInterface',
  'network-info.ipv6-supported': 'NetworkInfo.Ipv6Supported',
  'network-info.maximum-network-cards': 'NetworkInfo.MaximumNetworkCards',
  'network-info.maximum-network-interfaces': 'NetworkInfo.MaximumNetworkInterfaces',
  'network-info.network-performance': 'NetworkInfo.NetworkPerformance',
  'nitro-enclaves-support': 'NitroEnclavesSupport',
  'nitro-tpm-support': 'NitroTpmSupport',
  'nitro-tpm-info.supported-versions': 'NitroTpmInfo.SupportedVersions',
  'processor-info.supported-architecture': 'ProcessorInfo.SupportedArchitectures',
  'processor-info.sustained-clock-speed-in-ghz': 'ProcessorInfo.SustainedClockSpeedInGhz',
  'processor-info.supported-features': 'ProcessorInfo.SupportedFeatures',
  'reboot-migration-support': 'RebootMigrationSupport',
  'supported-boot-mode': 'SupportedBootModes',
  'supported-root-device-type': 'SupportedRootDeviceTypes',
  'supported-usage-class': 'SupportedUsageClasses',
  'supported-virtualization-type': 'SupportedVirtualizationTypes',
  'vcpu-info.default-cores': 'VCpuInfo.DefaultCores',
  'vcpu-info.default-threads-per-core': 'VCpuInfo.DefaultThreadsPerCore',
  'vcpu-info.default-vcpus': 'VCpuInfo.DefaultVCpus',
  'vcpu-info.valid-cores': 'VCpuInfo.ValidCores',
  'vcpu-info.valid-threads-per-core': 'VCpuInfo.ValidThreadsPerCore',
};

function valueAt(value: unknown, steps: readonly string[]): unknown {
  const [step, ...rest] = steps;
  if (step === undefined) return value;
  if (Array.isArray(value)) return value.flatMap((each) => valueAt(each, steps) ?? []);
  if (typeof value !== 'object' || value === null) return undefined;
  return valueAt((value as Readonly<Record<string, unknown>>)[step], rest);
}

export const instanceTypeFilters: FilterFields<InstanceType> = {
  'instance-type': ({ name }) => name,
  ...Object.fromEntries(
    Object.entries(PATHS).map(([filter, path]) => [
      filter,
      ({ info }: InstanceType) => valueAt(info, path.split('.')) as FilterValue,
    ]),
  ),
};
