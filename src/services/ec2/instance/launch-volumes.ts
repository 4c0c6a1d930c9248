/**
 * The volumes of a launch: the image's block devices, changed, left out and added to by the request's mappings, each
 * with the key that the rules of aws-facts B2.4 give it.
 */
import { AwsError } from '../../../aws/aws-error.ts';
import type { Scope } from '../../../aws/scope.ts';
import type { ConditionValues } from '../../../invoke/verdict.ts';
import type { BlockDeviceMapping, EbsBlockDevice } from '../../../shapes/generated/ec2.ts';
import type { ReadTransaction } from '../../../store/store.ts';
import { readAccountEncryption } from '../encryption/account-encryption.ts';
import type { ImageBlockDevice, ImageRecord } from '../image/image-record.ts';
import type { Zone } from '../region/region.ts';
import { ec2Arn } from '../resource/arn.ts';
import { findResource } from '../resource/kind.ts';
import { snapshotKind } from '../snapshot/snapshot.ts';
import type { SnapshotRecord } from '../snapshot/snapshot-record.ts';
import { isDeviceName } from '../volume/device-name.ts';
import { requireInitializationRate } from '../volume/initialization-rate.ts';
import { chooseKey, type KeyChoice, requireSnapshotId } from '../volume/volume-source.ts';
import { type Performance, performanceOf, plannedKeys } from '../volume/volume-type.ts';

export interface PlannedVolume {
  readonly device: string;
  readonly performance: Performance;
  readonly snapshot?: SnapshotRecord;
  /** Undefined for an unencrypted volume. */
  readonly key?: KeyChoice;
  readonly deleteOnTermination: boolean;
  readonly initializationRate?: number;
}

export interface VolumeContext extends Scope {
  readonly tx: ReadTransaction;
}

const refused = (message: string) => new AwsError('InvalidBlockDeviceMapping', message);

export async function planVolumes(
  context: VolumeContext,
  image: Pick<ImageRecord, 'account' | 'rootDeviceName' | 'blockDevices' | 'virtualizationType'>,
  mappings: readonly BlockDeviceMapping[] = [],
): Promise<PlannedVolume[]> {
  const requested = new Map<string, BlockDeviceMapping>();
  for (const mapping of mappings) {
    const device = mapping.DeviceName;
    if (!device) throw new AwsError('MissingParameter', 'The request must contain the parameter DeviceName');
    requireMapped(mapping);
    if (requested.has(device)) throw refused(`Device name '${device}' is mapped more than once.`);
    requested.set(device, mapping);
  }
  const { byDefault } = await readAccountEncryption(context.tx, context);
  const planned: PlannedVolume[] = [];
  for (const device of image.blockDevices) {
    const mapping = requested.get(device.deviceName);
    requested.delete(device.deviceName);
    // Beside a volume, NoDevice says nothing.
    if (mapping?.NoDevice !== undefined && !mapping.Ebs) {
      if (device.deviceName === image.rootDeviceName) throw refused('The root device cannot be left out.');
      continue;
    }
    // Whoever may launch an image may use its snapshots for that, shared or not.
    const inherited = { ...device, snapshot: await snapshotOf(context, image.account, device.snapshotId) };
    planned.push(await planVolume(context, device.deviceName, mapping?.Ebs ?? {}, inherited, byDefault));
  }
  for (const [device, { Ebs: ebs }] of requested) {
    // Instance store volumes (VirtualName) are no disks of ours, and a device that is not there may be left out.
    if (!ebs) continue;
    if (!isDeviceName(device, image.virtualizationType)) throw refused(`Invalid device name ${device}`);
    planned.push(await planVolume(context, device, ebs, undefined, byDefault));
  }
  return planned;
}

function requireMapped({ Ebs: ebs, NoDevice: none, VirtualName: virtual }: BlockDeviceMapping): void {
  if (ebs || none !== undefined || virtual !== undefined) return;
  throw new AwsError('MissingParameter', 'The request must contain the parameter ebs');
}

async function planVolume(
  context: VolumeContext,
  device: string,
  ebs: EbsBlockDevice,
  inherited: (ImageBlockDevice & { readonly snapshot?: SnapshotRecord }) | undefined,
  byDefault: boolean,
): Promise<PlannedVolume> {
  const snapshot = ebs.SnapshotId
    ? await snapshotOf(context, context.account, ebs.SnapshotId)
    : inherited?.snapshot;
  requireInitializationRate(ebs.VolumeInitializationRate, snapshot?.id);
  const least = snapshot?.volumeSizeGiB;
  const sizeGiB = ebs.VolumeSize ?? inherited?.sizeGiB ?? least;
  if (sizeGiB === undefined) {
    throw new AwsError('MissingParameter', 'The request must contain the parameter size or snapshotId');
  }
  if (snapshot && sizeGiB < snapshot.volumeSizeGiB) {
    throw refused(
      `Volume of size ${sizeGiB}GB is smaller than snapshot '${snapshot.id}', expect size >= ${least}GB`,
    );
  }
  const type = ebs.VolumeType ?? inherited?.type ?? 'gp2';
  // A snapshot itself says that it is encrypted; a blank device of an image cannot.
  const blankEncrypted = inherited?.encrypted && !snapshot;
  const sameType = type === inherited?.type;
  return {
    device,
    performance: performanceOf({
      type,
      sizeGiB,
      iops: ebs.Iops ?? (sameType ? namedIops(inherited) : undefined),
      throughputMiBps: ebs.Throughput ?? (sameType ? inherited?.throughputMiBps : undefined),
    }),
    snapshot,
    key: chooseKey(
      context.account,
      { encrypted: ebs.Encrypted ?? (blankEncrypted ? true : undefined), kmsKeyId: ebs.KmsKeyId },
      snapshot,
      byDefault,
      'KmsKeyId',
    ),
    initializationRate: ebs.VolumeInitializationRate,
    deleteOnTermination: ebs.DeleteOnTermination ?? inherited?.deleteOnTermination ?? true,
  };
}

const namedIops = ({ type, iops }: ImageBlockDevice) => (/^(?:gp3|io[12])$/.test(type) ? iops : undefined);

/** The snapshot as `account` may use it. */
async function snapshotOf(
  { tx, region }: VolumeContext,
  account: string,
  id: string | undefined,
): Promise<SnapshotRecord | undefined> {
  if (!id) return undefined;
  const snapshot = await findResource(tx, snapshotKind, { account, region }, requireSnapshotId(id));
  if (snapshot) return snapshot;
  throw snapshotKind.notFound([id]);
}

/** The condition keys of a volume that a launch would make. */
export function plannedVolumeConditions(
  region: string,
  zone: Zone,
  { performance, snapshot, key }: PlannedVolume,
): ConditionValues {
  return {
    'ec2:AvailabilityZone': zone.name,
    'ec2:AvailabilityZoneId': zone.id,
    'ec2:Encrypted': key !== undefined,
    'ec2:KmsKeyId': key?.from === 'request' ? key.keyId : undefined,
    'ec2:ParentSnapshot': snapshot && ec2Arn({ account: '', region }, 'snapshot', snapshot.id),
    ...plannedKeys(performance),
  };
}
