/** What only some instance types can: to hibernate, to run enclaves, to encrypt their memory (aws-facts F38). */
import { AwsError } from '../../../aws/aws-error.ts';
import type { InstanceTypeInfo, RunInstancesRequest } from '../../../shapes/generated/ec2.ts';
import type { ImageRecord } from '../image/image-record.ts';
import { requireCredits } from '../instance-type/default-credits.ts';
import type { SpotTerms } from '../spot/spot-terms.ts';
import { requireCpuOptions } from './cpu-options.ts';
import type { InstanceType } from './instance-type.ts';
import type { PlannedVolume } from './launch-volumes.ts';

const MIB_IN_GIB = 1024;
/** Of Linux the limit is that of the types that can hibernate. */
const MAX_WINDOWS_GIB = 16;

export interface LaunchOptions {
  readonly hibernation?: true;
  readonly enclaves?: true;
  readonly amdSevSnp?: 'enabled' | 'disabled';
}

export interface LaunchedWith {
  readonly type: InstanceType;
  readonly image: ImageRecord;
  readonly volumes: readonly PlannedVolume[];
  readonly spot: SpotTerms | undefined;
}

/** What the request asks for of these, where its type, its image and its volumes can. */
export function planOptions(input: RunInstancesRequest, launched: LaunchedWith): LaunchOptions {
  // To be hibernated when it is interrupted, a Spot Instance is made for it (aws-facts I35).
  const hibernates = input.HibernationOptions?.Configured || launched.spot?.interruption === 'hibernate';
  const { Enabled: enclaves } = input.EnclaveOptions ?? {};
  const { AmdSevSnp: amdSevSnp } = input.CpuOptions ?? {};
  if (hibernates && enclaves) {
    throw new AwsError(
      'InvalidParameterCombination',
      'Hibernation and enclaves cannot both be enabled on the same instance.',
    );
  }
  if (hibernates) requireHibernation(launched);
  requireCpuOptions(input.CpuOptions, launched.type);
  requireCredits(input.CreditSpecification, launched.type);
  const { info } = launched.type;
  if (enclaves && info.NitroEnclavesSupport !== 'supported') throw unsupported('Nitro Enclaves', info);
  if (amdSevSnp === 'enabled') requireSevSnp(launched);
  return {
    ...(hibernates && { hibernation: true }),
    ...(enclaves && { enclaves: true }),
    ...(amdSevSnp && { amdSevSnp }),
  };
}

function requireHibernation({ type, image, volumes }: LaunchedWith): void {
  const { HibernationSupported: isSupported, MemoryInfo: memory } = type.info;
  const memoryGiB = (memory?.SizeInMiB ?? 0) / MIB_IN_GIB;
  const root = volumes.find(({ device }) => device === image.rootDeviceName);
  if (!isSupported) throw noHibernation(`instance type ${type.name} does not support it`);
  if (image.platform === 'windows' && memoryGiB > MAX_WINDOWS_GIB) {
    throw noHibernation(`instance type ${type.name} has too much memory for Windows`);
  }
  if (!root?.key) throw noHibernation('the root volume is not encrypted');
  if (root.performance.sizeGiB < memoryGiB) throw noHibernation('the root volume does not hold the memory');
}

const noHibernation = (why: string) =>
  new AwsError(
    'UnsupportedHibernationConfiguration',
    `The instance could not be launched with hibernation enabled: ${why}.`,
  );

function requireSevSnp({ type, image }: LaunchedWith): void {
  const { ProcessorInfo: processor } = type.info;
  if (!processor?.SupportedFeatures?.includes('amd-sev-snp')) throw unsupported('AMD SEV-SNP', type.info);
  if (image.bootMode === 'uefi' || image.bootMode === 'uefi-preferred') return;
  throw new AwsError(
    'InvalidParameterCombination',
    `AMD SEV-SNP needs an image whose boot mode is uefi or uefi-preferred, and ${image.id} is none.`,
  );
}

const unsupported = (what: string, { InstanceType: type }: InstanceTypeInfo) =>
  new AwsError('Unsupported', `Instance type ${type} does not support ${what}.`);

interface Optioned {
  readonly options?: LaunchOptions;
}

export const showHibernation = ({ options }: Optioned) => ({ Configured: options?.hibernation ?? false });
export const showEnclaves = ({ options }: Optioned) => ({ Enabled: options?.enclaves ?? false });
