/** Block devices of an image about to be made: those that a source has, changed by the request's mappings. */
import { AwsError } from '../../../aws/aws-error.ts';
import type { BlockDeviceMapping, EbsBlockDevice } from '../../../shapes/generated/ec2.ts';
import { performanceOf } from '../volume/volume-type.ts';
import type { ImageBlockDevice, InstanceStoreDevice } from './image-record.ts';

const refused = (message: string) => new AwsError('InvalidBlockDeviceMapping', message);

/** A device as its volume has it, with what a mapping may change of it; its encryption it may not. */
export function changedDevice(device: ImageBlockDevice, { Ebs: ebs }: BlockDeviceMapping): ImageBlockDevice {
  const name = device.deviceName;
  if (ebs?.Encrypted !== undefined || ebs?.KmsKeyId !== undefined) {
    throw refused(`the encrypted flag cannot be specified since device ${name} has a snapshot specified.`);
  }
  const type = ebs?.VolumeType ?? device.type;
  const isSameType = type === device.type;
  return {
    ...device,
    ...performance(name, {
      type,
      sizeGiB: ebs?.VolumeSize ?? device.sizeGiB,
      iops: ebs?.Iops ?? (isSameType ? requestedIops(device) : undefined),
      throughputMiBps: ebs?.Throughput ?? (isSameType ? device.throughputMiBps : undefined),
    }),
    deleteOnTermination: ebs?.DeleteOnTermination ?? device.deleteOnTermination,
  };
}

/** gp2 has IOPS that nobody can ask for. */
const requestedIops = ({ type, iops }: ImageBlockDevice) =>
  /^(?:gp3|io[12])$/.test(type) ? iops : undefined;

/** A device that the request adds: of a snapshot, or blank. */
export function addedDevice(
  name: string,
  ebs: EbsBlockDevice,
  snapshot: { readonly id: string; readonly volumeSizeGiB: number; readonly encrypted: boolean } | undefined,
): ImageBlockDevice {
  if (ebs.KmsKeyId !== undefined) throw refused(`KmsKeyId cannot be specified for device ${name}.`);
  if (snapshot && ebs.Encrypted !== undefined && ebs.Encrypted !== snapshot.encrypted) {
    throw refused(`the encrypted flag cannot be specified since device ${name} has a snapshot specified.`);
  }
  const sizeGiB = ebs.VolumeSize ?? snapshot?.volumeSizeGiB;
  if (sizeGiB === undefined) {
    throw new AwsError('MissingParameter', `The request must contain the parameter size or snapshotId`);
  }
  if (snapshot && sizeGiB < snapshot.volumeSizeGiB) {
    throw refused(
      `Volume of size ${sizeGiB}GB is smaller than snapshot '${snapshot.id}', expect size >= ${snapshot.volumeSizeGiB}GB`,
    );
  }
  return {
    deviceName: name,
    snapshotId: snapshot?.id,
    ...performance(name, {
      type: ebs.VolumeType,
      sizeGiB,
      iops: ebs.Iops,
      throughputMiBps: ebs.Throughput,
    }),
    encrypted: snapshot?.encrypted ?? ebs.Encrypted ?? false,
    deleteOnTermination: ebs.DeleteOnTermination ?? true,
  };
}

function performance(
  name: string,
  asked: Parameters<typeof performanceOf>[0],
): Pick<ImageBlockDevice, 'type' | 'sizeGiB' | 'iops' | 'throughputMiBps'> {
  const { type, sizeGiB, iops, throughputMiBps } = performanceOf(asked);
  if (!name) throw new AwsError('MissingParameter', 'The request must contain the parameter DeviceName');
  // An image shows the IOPS that were asked for; those of gp2 follow from its size.
  return { type, sizeGiB, iops: type === 'gp2' ? undefined : iops, throughputMiBps };
}

/** The request's mappings by device. Throws where one is named twice. */
export function mappingsByDevice(
  mappings: readonly BlockDeviceMapping[] = [],
): Map<string, BlockDeviceMapping> {
  const byDevice = new Map<string, BlockDeviceMapping>();
  for (const mapping of mappings) {
    const { DeviceName: name } = mapping;
    if (!name) throw new AwsError('MissingParameter', 'The request must contain the parameter DeviceName');
    if (byDevice.has(name)) throw refused(`Duplicate device name '${name}' in the block device mapping.`);
    byDevice.set(name, mapping);
  }
  return byDevice;
}

/** Those of the image that it is made from, but for devices that the request maps otherwise, and the request's. */
export function instanceStoreDevices(
  mappings: readonly BlockDeviceMapping[] = [],
  inherited: readonly InstanceStoreDevice[] = [],
): readonly InstanceStoreDevice[] {
  const mapped = new Set(mappings.map(({ DeviceName: name }) => name));
  const asked = mappings.flatMap(({ DeviceName: deviceName, VirtualName: virtualName, NoDevice: none }) =>
    deviceName && virtualName && none === undefined ? [{ deviceName, virtualName }] : [],
  );
  return [...inherited.filter(({ deviceName }) => !mapped.has(deviceName)), ...asked];
}
