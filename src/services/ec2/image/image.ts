/** An Amazon Machine Image: the record, who may launch it, and how AWS shows it. */
import { AwsError } from '../../../aws/aws-error.ts';
import type { Image } from '../../../shapes/generated/ec2.ts';
import { type ReadTransaction, table } from '../../../store/store.ts';
import { type FilterFields, matchingNothing } from '../describe/filter.ts';
import { asSeenFrom } from '../resource/foreign-tags.ts';
import { storedKind, type Viewer } from '../resource/kind.ts';
import { secondsText } from '../whole-seconds.ts';
import type { ImageBlockDevice, ImageRecord, InstanceStoreDevice } from './image-record.ts';
import { keysOfAccount, sharedKey } from './image-sharing.ts';
import { publicImage } from './public-images.ts';

export const images = table<ImageRecord>()({
  name: 'ec2.images',
  key: ({ account, region, id }) => [account, region, id],
  indexes: {
    id: ({ region, id }) => [[region, id]],
    /** By who else may launch it: an account, an organization, a unit, or `all`. */
    sharedWith: ({ region, launchPermissions }) => launchPermissions.map((name) => [region, sharedKey(name)]),
    name: (image) => (isThere(image) ? [[image.account, image.region, image.name]] : []),
    /** By the snapshots that it is made of. */
    snapshot: (image) =>
      isThere(image) ? snapshotIds(image).map((snapshotId) => [image.account, image.region, snapshotId]) : [],
    /** Pending images, by the snapshots whose completion they wait for. */
    awaiting: ({ account, region, state, blockDevices }) =>
      state === 'pending'
        ? blockDevices.flatMap(({ snapshotId }) => (snapshotId ? [[account, region, snapshotId]] : []))
        : [],
  },
});

const isThere = ({ state }: ImageRecord) => state !== 'deregistered';

export const snapshotIds = ({ blockDevices }: ImageRecord): string[] => [
  ...new Set(blockDevices.flatMap(({ snapshotId }) => snapshotId ?? [])),
];

export const isPublicImage = ({ launchPermissions }: ImageRecord) => launchPermissions.includes('all');

export const imageKind = storedKind<ImageRecord>({
  type: 'image',
  prefix: 'ami',
  table: images,
  isVisible: isThere,
  hidden: (id) => new AwsError('InvalidAMIID.Unavailable', `The image ID '${id}' is no longer available`),
  notFound: (ids) =>
    new AwsError(
      'InvalidAMIID.NotFound',
      ids.length === 1
        ? `The image id '[${ids[0]}]' does not exist`
        : `The image ids '[${ids.join(', ')}]' do not exist`,
    ),
  foreign: (id) => new AwsError('AuthFailure', `Not authorized for image:${id}`, 403),
  malformed: (id) => new AwsError('InvalidAMIID.Malformed', `Invalid id: "${id}" (expecting "ami-...")`),
  conditions: (image) => ({
    'ec2:ImageID': image.id,
    'ec2:ImageType': 'machine',
    'ec2:Owner': image.ownerAlias ?? image.account,
    'ec2:Public': isPublicImage(image),
    'ec2:RootDeviceType': 'ebs',
  }),
  othersMayTag: true,
  find: findVisibleImage,
});

async function findVisibleImage(
  tx: ReadTransaction,
  viewer: Viewer,
  id: string,
): Promise<ImageRecord | undefined> {
  const [stored] = await tx.find(images, 'id', { prefix: [viewer.region, id], limit: 1 });
  const found = stored ?? publicImage(viewer.region, id);
  return found && (await mayLaunch(tx, found, viewer)) ? asSeenFrom(tx, viewer, found) : undefined;
}

/** Why there is no image to launch from: nobody has it, or whoever has it keeps it. */
export async function noImage(tx: ReadTransaction, { region }: Viewer, id: string): Promise<AwsError> {
  const [kept] = await tx.find(images, 'id', { prefix: [region, id], limit: 1 });
  return kept && isThere(kept)
    ? new AwsError('AuthFailure', `Not authorized for images: [${id}]`, 403)
    : imageKind.notFound([id]);
}

async function mayLaunch(tx: ReadTransaction, image: ImageRecord, viewer: Viewer): Promise<boolean> {
  if (image.account === viewer.account || isPublicImage(image)) return true;
  return image.launchPermissions.length > 0 && isSharedBy(image, await keysOfAccount(tx, viewer));
}

export const isSharedBy = ({ launchPermissions }: ImageRecord, keys: readonly string[]): boolean =>
  launchPermissions.some((name) => keys.includes(sharedKey(name)));

const locationOf = ({ ownerAlias, account, name }: ImageRecord) => `${ownerAlias ?? account}/${name}`;

export function showImage(image: ImageRecord): Image {
  return {
    ImageId: image.id,
    ImageLocation: locationOf(image),
    State: image.state,
    OwnerId: image.account,
    ImageOwnerAlias: image.ownerAlias,
    CreationDate: secondsText(image.createdAtMs),
    Public: isPublicImage(image),
    Architecture: image.architecture,
    ImageType: 'machine',
    Platform: image.platform,
    PlatformDetails: image.platform === 'windows' ? 'Windows' : 'Linux/UNIX',
    UsageOperation: image.platform === 'windows' ? 'RunInstances:0002' : 'RunInstances',
    BlockDeviceMappings: [
      ...image.blockDevices.map(showBlockDevice),
      ...(image.instanceStoreDevices ?? []).map(showInstanceStore),
    ],
    Description: image.description || undefined,
    EnaSupport: image.enaSupport,
    Hypervisor: 'xen',
    Name: image.name,
    RootDeviceName: image.rootDeviceName,
    RootDeviceType: 'ebs',
    SriovNetSupport: 'simple',
    StateReason: image.stateReason,
    VirtualizationType: image.virtualizationType ?? 'hvm',
    BootMode: image.bootMode,
    ImdsSupport: image.imdsSupport,
    TpmSupport: image.tpmSupport,
    SourceInstanceId: image.sourceInstanceId,
    SourceImageId: image.source?.imageId,
    SourceImageRegion: image.source?.region,
    Tags: image.tags.length > 0 ? [...image.tags] : undefined,
  };
}

const showInstanceStore = ({ deviceName, virtualName }: InstanceStoreDevice) => ({
  DeviceName: deviceName,
  VirtualName: virtualName,
});

function showBlockDevice(device: ImageBlockDevice) {
  return {
    DeviceName: device.deviceName,
    Ebs: {
      DeleteOnTermination: device.deleteOnTermination,
      SnapshotId: device.snapshotId,
      VolumeSize: device.sizeGiB,
      VolumeType: device.type,
      Iops: device.iops,
      Throughput: device.throughputMiBps,
      Encrypted: device.encrypted,
    },
  };
}

const ofDevices =
  (value: (device: ImageBlockDevice) => string | number | boolean | undefined) => (image: ImageRecord) =>
    image.blockDevices.map(value);

export const imageFilters: FilterFields<ImageRecord> = {
  ...matchingNothing(
    'image-watermark.source-image-creation-time',
    'image-watermark.source-image-id',
    'image-watermark.source-image-region',
    'image-watermark.watermark-creation-time',
    'image-watermark.watermark-key',
    'instance-type-specification.supported-instance-type',
    'instance-type-specification.unsupported-instance-type',
    'public-ssm-parameter-name',
    'scan-result.critical-fix-available-since',
    'scan-result.finding-scan-date',
    'scan-result.high-fix-available-since',
    'scan-result.highest-finding-severity-label',
    'scan-result.informational-fix-available-since',
    'scan-result.low-fix-available-since',
    'scan-result.medium-fix-available-since',
  ),
  architecture: ({ architecture }) => architecture,
  'block-device-mapping.delete-on-termination': ofDevices((device) => device.deleteOnTermination),
  'block-device-mapping.device-name': ({ blockDevices, instanceStoreDevices = [] }) =>
    [...blockDevices, ...instanceStoreDevices].map(({ deviceName }) => deviceName),
  'block-device-mapping.encrypted': ofDevices((device) => device.encrypted),
  'block-device-mapping.snapshot-id': ofDevices((device) => device.snapshotId),
  'block-device-mapping.volume-size': ofDevices((device) => device.sizeGiB),
  'block-device-mapping.volume-type': ofDevices((device) => device.type),
  'boot-mode': ({ bootMode }) => bootMode,
  'creation-date': ({ createdAtMs }) => secondsText(createdAtMs),
  description: ({ description }) => description,
  'ena-support': ({ enaSupport }) => enaSupport,
  'free-tier-eligible': () => true,
  hypervisor: () => 'xen',
  'image-allowed': () => true,
  'image-id': ({ id }) => id,
  'image-type': () => 'machine',
  'is-public': isPublicImage,
  'kernel-id': () => undefined,
  'manifest-location': locationOf,
  name: ({ name }) => name,
  'owner-alias': ({ ownerAlias }) => ownerAlias,
  'owner-id': ({ account }) => account,
  platform: ({ platform }) => platform,
  'product-code': () => undefined,
  'product-code.type': () => undefined,
  'ramdisk-id': () => undefined,
  'root-device-name': ({ rootDeviceName }) => rootDeviceName,
  'root-device-type': () => 'ebs',
  'source-image-id': ({ source }) => source?.imageId,
  'source-image-region': ({ source }) => source?.region,
  'source-instance-id': ({ sourceInstanceId }) => sourceInstanceId,
  'sriov-net-support': () => 'simple',
  state: ({ state }) => state,
  'state-reason-code': ({ stateReason }) => stateReason?.Code,
  'state-reason-message': ({ stateReason }) => stateReason?.Message,
  'virtualization-type': ({ virtualizationType }) => virtualizationType ?? 'hvm',
};
