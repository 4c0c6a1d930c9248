/**
 * An image of an instance: snapshots of its volumes, taken after a reboot unless the request forbids it
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateImage.html). KMS is not asked: snapshots stay under
 * their volumes' data keys (aws-facts B7).
 */
import { AwsError } from '../../../aws/aws-error.ts';
import type { ResolveContext } from '../../../invoke/context.ts';
import type { CreateImageRequest } from '../../../shapes/generated/ec2.ts';
import { ec2 } from '../ec2.ts';
import { type InstanceRecord, instanceKind } from '../instance/instance.ts';
import { createdResources } from '../resource/arn.ts';
import { findResource, newId, resourceCheck } from '../resource/kind.ts';
import { creationChecks, specifiedTags } from '../resource/tag.ts';
import { snapshotKind } from '../snapshot/snapshot.ts';
import type { SnapshotRecord } from '../snapshot/snapshot-record.ts';
import { requireStandardTier } from '../snapshot/storage-tier.ts';
import {
  freezeBlocks,
  putSnapshot,
  requireCanSnapshot,
  requireRegional,
  requireRoomForSnapshot,
  scheduleCompletion,
} from '../snapshot/take-snapshot.ts';
import { attachmentTo, type VolumeRecord, volumesOf } from '../volume/volume.ts';
import { imageKind, images } from './image.ts';
import { addedDevice, changedDevice, instanceStoreDevices, mappingsByDevice } from './image-device.ts';
import { requireImageName, requireNewImageName } from './image-name.ts';
import type { ImageBlockDevice, ImageRecord } from './image-record.ts';

const ACTION = 'ec2:CreateImage';

/** A device of the image, with the volume that is to be snapshotted for it. */
interface PlannedDevice {
  readonly device: ImageBlockDevice;
  readonly volume?: VolumeRecord;
  /** Of a device that the request adds. */
  readonly snapshot?: SnapshotRecord;
}

export default ec2.operation('CreateImage', {
  unserved: [
    'BlockDeviceMappings[].Ebs.EbsCardIndex',
    'BlockDeviceMappings[].Ebs.VolumeInitializationRate',
    'BlockDeviceMappings[].Ebs.OutpostArn',
    'BlockDeviceMappings[].Ebs.AvailabilityZone',
    'BlockDeviceMappings[].Ebs.AvailabilityZoneId',
  ],
  async checks(context, input) {
    requireImageName(input.Name);
    requireRegional(input.SnapshotLocation);
    const instance = await resourceCheck(context, instanceKind, ACTION, input.InstanceId);
    const devices = instance.record ? await planDevices(context, instance.record, input) : [];
    const tags = specifiedTags(input.TagSpecifications, ['image', 'snapshot']);
    const [imageTags, snapshotTags] = [tags.get('image') ?? [], tags.get('snapshot') ?? []];
    const [image, tagImage] = creationChecks(context, ACTION, 'image', imageTags, () => ({
      'ec2:Owner': context.account,
    }));
    const [snapshot, tagSnapshot] = creationChecks(context, ACTION, 'snapshot', snapshotTags);
    return {
      instance,
      image: { ...image!, plan: { devices, tags: imageTags, snapshotTags } },
      tagImage,
      snapshot,
      tagSnapshot,
    };
  },

  async preconditions(context, input, { instance: { record: instance }, image }) {
    if (instance.state !== 'running' && instance.state !== 'stopped') {
      throw new AwsError(
        'IncorrectInstanceState',
        `The instance '${instance.id}' is not in the 'running' or 'stopped' state.`,
      );
    }
    for (const { volume, snapshot } of image.plan.devices) {
      if (volume) {
        requireCanSnapshot(volume);
        await requireRoomForSnapshot(context.tx, volume);
      }
      requireStandardTier(snapshot);
    }
    await requireNewImageName(context.tx, context, input.Name);
  },

  async calls(ctx, input, { instance: { record: instance }, image }) {
    if (instance.state === 'running' && !input.NoReboot) await ctx.ports.instances.reboot(instance.id);
    const volumes = image.plan.devices.flatMap(({ volume }) => volume ?? []);
    const frozen = await freezeBlocks(ctx, volumes);
    return new Map(volumes.map((volume, index) => [volume.id, frozen[index]!]));
  },

  async execute(context, input, { instance: { record: instance }, image }, frozen) {
    const { account, region, nowMs, tx } = context;
    const { devices, tags, snapshotTags } = image.plan;
    const imageId = newId(context.entropy, imageKind.prefix);
    const description = `Created by CreateImage(${instance.id}) for ${imageId}`;
    for (const { volume } of devices) {
      if (volume) putSnapshot(context, frozen.get(volume.id)!, volume, { description, tags: snapshotTags });
    }
    const source = await findResource(tx, imageKind, context, instance.imageId);
    const record: ImageRecord = {
      account,
      region,
      id: imageId,
      tags,
      name: input.Name,
      description: input.Description ?? '',
      state: 'pending',
      architecture: instance.architecture as ImageRecord['architecture'],
      rootDeviceName: instance.rootDeviceName,
      blockDevices: devices.map(({ device, volume }) =>
        volume ? { ...device, snapshotId: frozen.get(volume.id)?.id } : device,
      ),
      instanceStoreDevices: instanceStoreDevices(input.BlockDeviceMappings, source?.instanceStoreDevices),
      createdAtMs: nowMs,
      launchPermissions: [],
      platform: instance.platform,
      enaSupport: source?.enaSupport ?? true,
      bootMode: input.BootModeOverride ?? source?.bootMode,
      imdsSupport: source?.imdsSupport,
      sourceInstanceId: instance.id,
      source: { imageId: instance.imageId, region },
    };
    tx.put(images, record);
    scheduleCompletion(
      context,
      [...frozen.values()].map(({ id }) => id),
      false,
    );
    return { ImageId: imageId };
  },

  audit: {
    resources: (_input, output, context) => createdResources(context, 'image', [output?.ImageId]),
  },
});

async function planDevices(
  context: ResolveContext,
  instance: InstanceRecord,
  input: CreateImageRequest,
): Promise<PlannedDevice[]> {
  const mappings = mappingsByDevice(input.BlockDeviceMappings);
  const planned: PlannedDevice[] = [];
  for (const volume of await volumesOf(context.tx, instance, instance.id)) {
    const { device: deviceName, deleteOnTermination } = attachmentTo(volume, instance.id)!;
    const mapping = mappings.get(deviceName);
    mappings.delete(deviceName);
    if (mapping?.NoDevice !== undefined && deviceName !== instance.rootDeviceName) continue;
    const { type, sizeGiB, iops, throughputMiBps, encrypted } = volume;
    const device = { deviceName, type, sizeGiB, iops, throughputMiBps, encrypted, deleteOnTermination };
    planned.push({ device: changedDevice(device, mapping ?? {}), volume });
  }
  if (!planned.some(({ device }) => device.deviceName === instance.rootDeviceName)) {
    throw new AwsError('InvalidParameterValue', `The instance '${instance.id}' has no root volume attached.`);
  }
  for (const [deviceName, { Ebs: ebs, NoDevice: left }] of mappings) {
    if (!ebs || left !== undefined) continue;
    const snapshot = ebs.SnapshotId
      ? await findResource(context.tx, snapshotKind, context, ebs.SnapshotId)
      : undefined;
    if (ebs.SnapshotId && !snapshot) throw snapshotKind.notFound([ebs.SnapshotId]);
    planned.push({ device: addedDevice(deviceName, ebs, snapshot), snapshot });
  }
  return planned;
}
