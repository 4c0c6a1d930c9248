/**
 * An image of snapshots (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RegisterImage.html). Images in S3
 * are not served.
 */
import { AwsError } from '../../../aws/aws-error.ts';
import type { RegisterImageRequest } from '../../../shapes/generated/ec2.ts';
import { ec2 } from '../ec2.ts';
import { createdResources } from '../resource/arn.ts';
import { newId, resourceCheck } from '../resource/kind.ts';
import { taggedCreationCheck } from '../resource/tag.ts';
import { snapshotKind } from '../snapshot/snapshot.ts';
import { requireUsable } from '../snapshot/storage-tier.ts';
import { imageKind, images } from './image.ts';
import { addedDevice, instanceStoreDevices, mappingsByDevice } from './image-device.ts';
import { requireImageName, requireNewImageName } from './image-name.ts';
import type { ImageBlockDevice, ImageRecord } from './image-record.ts';
import { emitImageState } from './image-state.ts';

const ACTION = 'ec2:RegisterImage';

export default ec2.operation('RegisterImage', {
  unserved: [
    'BillingProducts',
    'KernelId',
    'RamdiskId',
    'UefiData',
    'BlockDeviceMappings[].Ebs.EbsCardIndex',
    'BlockDeviceMappings[].Ebs.VolumeInitializationRate',
    'BlockDeviceMappings[].Ebs.OutpostArn',
    'BlockDeviceMappings[].Ebs.AvailabilityZone',
    'BlockDeviceMappings[].Ebs.AvailabilityZoneId',
    ['SriovNetSupport', 'simple'],
  ],
  async checks(context, input) {
    requireImageName(input.Name);
    requireRegistrable(input);
    const { create, tag } = taggedCreationCheck(context, ACTION, imageKind, input, {}, () => ({
      'ec2:Owner': context.account,
    }));
    const ids = new Set(input.BlockDeviceMappings?.flatMap(({ Ebs: ebs }) => ebs?.SnapshotId ?? []));
    return {
      image: create,
      tag,
      snapshots: await Promise.all([...ids].map((id) => resourceCheck(context, snapshotKind, ACTION, id))),
    };
  },

  async preconditions(context, input, { snapshots }) {
    for (const { record } of snapshots) {
      if (record.account !== context.account) {
        throw new AwsError(
          'InvalidParameterValue',
          `The snapshot '${record.id}' is not owned by the caller.`,
        );
      }
      requireUsable(record);
    }
    await requireNewImageName(context.tx, context, input.Name);
  },

  execute(context, input, { image, snapshots }) {
    const { account, region, nowMs } = context;
    const byId = new Map(snapshots.map(({ record }) => [record.id, record]));
    const blockDevices: ImageBlockDevice[] = [];
    for (const [name, { Ebs: ebs }] of mappingsByDevice(input.BlockDeviceMappings)) {
      if (ebs)
        blockDevices.push(addedDevice(name, ebs, ebs.SnapshotId ? byId.get(ebs.SnapshotId) : undefined));
    }
    const record: ImageRecord = {
      account,
      region,
      id: newId(context.entropy, imageKind.prefix),
      tags: image.plan.tags,
      name: input.Name,
      description: input.Description ?? '',
      state: 'available',
      architecture: architectureOf(input),
      rootDeviceName: input.RootDeviceName!,
      blockDevices,
      instanceStoreDevices: instanceStoreDevices(input.BlockDeviceMappings),
      createdAtMs: nowMs,
      launchPermissions: [],
      enaSupport: input.EnaSupport ?? false,
      bootMode: input.BootMode,
      imdsSupport: input.ImdsSupport,
      tpmSupport: input.TpmSupport,
      virtualizationType: input.VirtualizationType === 'hvm' ? undefined : 'paravirtual',
    };
    context.tx.put(images, record);
    emitImageState(context, record);
    return { ImageId: record.id };
  },

  audit: {
    resources: (_input, output, context) => createdResources(context, 'image', [output?.ImageId]),
  },
});

function requireRegistrable(input: RegisterImageRequest): void {
  const { RootDeviceName: root, BlockDeviceMappings: mappings = [] } = input;
  if (input.ImageLocation) {
    throw new AwsError('UnsupportedOperation', 'Latchkey does not serve images in S3 (ImageLocation).');
  }
  if (!root) {
    throw new AwsError(
      'MissingParameter',
      'The request must contain the parameter rootDeviceName for images of EBS snapshots',
    );
  }
  if (!mappings.some(({ DeviceName: name, Ebs: ebs }) => name === root && ebs?.SnapshotId)) {
    throw new AwsError(
      'InvalidBlockDeviceMapping',
      `The root device '${root}' has no snapshot in the block device mapping.`,
    );
  }
  const { VirtualizationType: type } = input;
  if (type !== undefined && type !== 'hvm' && type !== 'paravirtual') {
    throw new AwsError('InvalidParameterValue', `Invalid value '${type}' for virtualizationType.`);
  }
}

/** EC2 takes an image that names none for i386. */
function architectureOf({ Architecture: named = 'i386' }: RegisterImageRequest): ImageRecord['architecture'] {
  if (named === 'i386' || named === 'x86_64' || named === 'arm64') return named;
  throw new AwsError('UnsupportedOperation', `Latchkey does not serve images for ${named}.`);
}
