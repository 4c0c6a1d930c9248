/** Volumes, snapshots, images, instances and launch templates of real accounts. Their blocks are not here; in a fork they are blank. */
import type { Scope } from '../../../aws/scope.ts';
import {
  type Adoption,
  answeredEntries,
  entriesOf,
  isFork,
  noteOrigin,
  timeOf,
} from '../../../invoke/imported/described.ts';
import { noteUnread } from '../../../invoke/imported/unread.ts';
import type { LaunchPermission, RequestLaunchTemplateData } from '../../../shapes/generated/ec2.ts';
import { images } from '../image/image.ts';
import { instanceStoreDevices } from '../image/image-device.ts';
import type { ImageRecord } from '../image/image-record.ts';
import { launchTemplates, launchTemplateVersions } from '../launch-template/launch-template.ts';
import { ec2Arn } from '../resource/arn.ts';
import { snapshots } from '../snapshot/snapshot.ts';
import type { SnapshotRecord } from '../snapshot/snapshot-record.ts';
import { expireRestoreStep } from '../snapshot/tier-move.ts';
import { type VolumeRecord, type VolumeState, volumes } from '../volume/volume.ts';
import { adoptEncryption } from './adopt-encryption.ts';
import { FLEETS } from './adopt-fleets.ts';
import { adoptInstances } from './adopt-instances.ts';
import { adoptNetwork } from './adopt-network.ts';
import { PLACEMENT } from './adopt-placement.ts';
import { SPOT } from './adopt-spot.ts';
import {
  type DescribedImage,
  type DescribedSnapshot,
  type DescribedTemplate,
  type DescribedTemplateVersion,
  type DescribedVolume,
  tagsOf,
} from './described-resources.ts';

export async function adoptResources(adoption: Adoption): Promise<void> {
  const { described } = adoption;
  for (const account of described.accounts()) {
    for (const region of described.regions()) {
      const scope = { account, region };
      await adoptNetwork(adoption, scope);
      for (const adopt of [...PLACEMENT, ...SPOT, ...FLEETS]) await adopt(adoption, scope);
      adoptVolumes(adoption, scope);
      adoptSnapshots(adoption, scope);
      await adoptImages(adoption, scope);
      adoptInstances(adoption, scope);
      adoptTemplates(adoption, scope);
      await adoptEncryption(adoption, scope);
    }
  }
}

function adoptVolumes(adoption: Adoption, scope: Scope): void {
  const operation = 'ec2:DescribeVolumes';
  const inFork = isFork(adoption);
  noteUnread(adoption, operation, scope);
  for (const [volume, answer] of answeredEntries<DescribedVolume>(adoption, operation, scope, 'Volumes')) {
    const record: VolumeRecord = {
      ...scope,
      id: volume.VolumeId,
      tags: tagsOf(volume.Tags),
      zone: volume.AvailabilityZone ?? `${scope.region}a`,
      zoneId: volume.AvailabilityZoneId ?? '',
      sizeGiB: volume.Size ?? 1,
      type: (volume.VolumeType as VolumeRecord['type'] | undefined) ?? 'gp3',
      iops: volume.Iops,
      throughputMiBps: volume.Throughput,
      multiAttach: volume.MultiAttachEnabled ?? false,
      snapshotId: volume.SnapshotId ?? '',
      encrypted: volume.Encrypted ?? false,
      kmsKeyId: volume.KmsKeyId,
      state: volumeState(volume, inFork),
      createdAtMs: timeOf(volume.CreateTime),
      attachments: (volume.Attachments ?? []).map((attachment) => ({
        instanceId: attachment.InstanceId ?? '',
        device: attachment.Device ?? '',
        state: attachment.State === 'attaching' && !inFork ? 'attaching' : 'attached',
        attachedAtMs: timeOf(attachment.AttachTime),
        deleteOnTermination: attachment.DeleteOnTermination ?? false,
      })),
      autoEnableIo: false,
    };
    adoption.tx.put(volumes, record);
    noteOrigin(adoption, ec2Arn(scope, 'volume', record.id), operation, answer);
  }
}

const volumeState = ({ State }: DescribedVolume, inFork: boolean): VolumeState =>
  State === 'in-use' || (State === 'creating' && !inFork) ? State : 'available';

function adoptSnapshots(adoption: Adoption, scope: Scope): void {
  const operation = 'ec2:DescribeSnapshots';
  noteUnread(adoption, operation, scope);
  for (const snapshot of entriesOf<DescribedSnapshot>(adoption, operation, scope, 'Snapshots')) {
    if (snapshot.OwnerId !== undefined && snapshot.OwnerId !== scope.account) continue;
    const input = { Attribute: 'createVolumePermission', SnapshotId: snapshot.SnapshotId };
    const sharing = adoption.described.get('ec2:DescribeSnapshotAttribute', scope, input);
    const tiering = tieringOf(snapshot);
    const { restoreExpiresAtMs: expiresAtMs } = tiering ?? {};
    if (expiresAtMs !== undefined && isFork(adoption)) {
      const restored = { snapshotId: snapshot.SnapshotId, expiresAtMs };
      adoption.schedule(expireRestoreStep, restored, scope, expiresAtMs);
    }
    adoption.tx.put(snapshots, {
      ...scope,
      id: snapshot.SnapshotId,
      tags: tagsOf(snapshot.Tags),
      volumeId: snapshot.VolumeId ?? 'vol-ffffffff',
      volumeSizeGiB: snapshot.VolumeSize ?? 1,
      description: snapshot.Description ?? '',
      state: snapshotState(adoption, snapshot),
      stateMessage: snapshot.StateMessage,
      progressPercent: 100,
      startedAtMs: timeOf(snapshot.StartTime),
      ...(snapshot.CompletionTime !== undefined && { completedAtMs: timeOf(snapshot.CompletionTime) }),
      fullSizeBytes: snapshot.FullSnapshotSizeInBytes,
      encrypted: snapshot.Encrypted ?? false,
      kmsKeyId: snapshot.KmsKeyId,
      hasBlocks: false,
      createVolumePermissions: permissions(sharing?.output?.CreateVolumePermissions),
      tiering,
    });
  }
}

function tieringOf({ StorageTier, RestoreExpiryTime }: DescribedSnapshot): SnapshotRecord['tiering'] {
  if (StorageTier === 'archive') return { tier: StorageTier };
  return RestoreExpiryTime === undefined
    ? undefined
    : { tier: 'standard', restoreExpiresAtMs: timeOf(RestoreExpiryTime) };
}

const snapshotState = (adoption: Adoption, { State }: DescribedSnapshot): SnapshotRecord['state'] =>
  State === 'error' || (State === 'pending' && !isFork(adoption)) ? State : 'completed';

const permissions = (all: unknown): string[] =>
  ((all ?? []) as LaunchPermission[]).flatMap(
    ({ UserId, Group, OrganizationArn, OrganizationalUnitArn }) =>
      UserId ?? Group ?? OrganizationArn ?? OrganizationalUnitArn ?? [],
  );

async function adoptImages(adoption: Adoption, scope: Scope): Promise<void> {
  const operation = 'ec2:DescribeImages';
  noteUnread(adoption, operation, scope, '', { Owners: ['self'] });
  for (const image of entriesOf<DescribedImage>(adoption, operation, scope, 'Images')) {
    const input = { Attribute: 'launchPermission', ImageId: image.ImageId };
    const sharing = adoption.described.get('ec2:DescribeImageAttribute', scope, input);
    const { OwnerId: account = scope.account } = image;
    const isForeign = account !== scope.account;
    // Whoever may describe another's image may launch it.
    const sharedWith = isForeign && !image.Public ? [scope.account] : [];
    const known = isForeign && (await adoption.tx.get(images, [account, scope.region, image.ImageId]));
    if (known) {
      const launchPermissions = [...new Set([...known.launchPermissions, ...sharedWith])];
      adoption.tx.put(images, { ...known, launchPermissions });
      continue;
    }
    const shared = [...permissions(sharing?.output?.LaunchPermissions), ...sharedWith];
    const adopted = imageOf({ account, region: scope.region }, image, {
      shared,
      state: imageState(adoption, image),
    });
    adoption.tx.put(images, adopted);
    if (isForeign) await adoptSnapshotsOf(adoption, adopted);
  }
}

/** AWS describes another account's image and not its snapshots, from which it launches all the same. */
async function adoptSnapshotsOf({ tx }: Adoption, image: ImageRecord): Promise<void> {
  const { account, region, createdAtMs } = image;
  for (const { snapshotId: id, sizeGiB, encrypted } of image.blockDevices) {
    // Under which key it is, nobody says.
    if (id === undefined || encrypted || (await tx.get(snapshots, [account, region, id]))) continue;
    tx.put(snapshots, {
      ...{ account, region, id, encrypted, tags: [], description: '', volumeId: 'vol-ffffffff' },
      volumeSizeGiB: sizeGiB,
      ...{ state: 'completed', progressPercent: 100, startedAtMs: createdAtMs, completedAtMs: createdAtMs },
      hasBlocks: false,
      createVolumePermissions: [],
    });
  }
}

function lifeOf({
  DeprecationTime,
  DeregistrationProtection: protection,
}: DescribedImage): Partial<ImageRecord> {
  const isProtected = protection === 'enabled-with-cooldown' || protection === 'enabled-without-cooldown';
  return {
    deprecatesAtMs: DeprecationTime === undefined ? undefined : timeOf(DeprecationTime),
    deregistrationProtection: isProtected ? protection : undefined,
  };
}

const imageState = (adoption: Adoption, { State }: DescribedImage): ImageRecord['state'] =>
  State === 'failed' || State === 'disabled' || (State === 'pending' && !isFork(adoption))
    ? State
    : 'available';

function imageOf(
  scope: Scope,
  image: DescribedImage,
  { state, shared }: { readonly state: ImageRecord['state']; readonly shared: readonly string[] },
): ImageRecord {
  return {
    ...scope,
    id: image.ImageId,
    ownerAlias: image.ImageOwnerAlias,
    tags: tagsOf(image.Tags),
    name: image.Name ?? image.ImageId,
    description: image.Description ?? '',
    state,
    ...lifeOf(image),
    architecture:
      image.Architecture === 'arm64' ? 'arm64' : image.Architecture === 'i386' ? 'i386' : 'x86_64',
    rootDeviceName: image.RootDeviceName ?? '/dev/xvda',
    blockDevices: (image.BlockDeviceMappings ?? []).flatMap(({ DeviceName = '', Ebs: ebs }) =>
      ebs
        ? [
            {
              deviceName: DeviceName,
              snapshotId: ebs.SnapshotId,
              sizeGiB: ebs.VolumeSize ?? 8,
              type: ebs.VolumeType ?? 'gp3',
              iops: ebs.Iops,
              throughputMiBps: ebs.Throughput,
              encrypted: ebs.Encrypted ?? false,
              deleteOnTermination: ebs.DeleteOnTermination ?? true,
            },
          ]
        : [],
    ),
    instanceStoreDevices: instanceStoreDevices(image.BlockDeviceMappings),
    createdAtMs: timeOf(image.CreationDate),
    launchPermissions: [...shared, ...(image.Public ? ['all'] : [])],
    platform: image.Platform === 'windows' ? 'windows' : undefined,
    enaSupport: image.EnaSupport ?? true,
    bootMode: image.BootMode,
    imdsSupport: image.ImdsSupport,
    tpmSupport: image.TpmSupport,
    ...(image.VirtualizationType === 'paravirtual' && { virtualizationType: image.VirtualizationType }),
    sourceInstanceId: image.SourceInstanceId,
    ...(image.SourceImageId && {
      source: { imageId: image.SourceImageId, region: image.SourceImageRegion ?? scope.region },
    }),
    ...(image.StateReason?.Code && {
      stateReason: { Code: image.StateReason.Code, Message: image.StateReason.Message ?? '' },
    }),
  };
}

function adoptTemplates(adoption: Adoption, scope: Scope): void {
  for (const template of entriesOf<DescribedTemplate>(
    adoption,
    'ec2:DescribeLaunchTemplates',
    scope,
    'LaunchTemplates',
  )) {
    const latest = template.LatestVersionNumber ?? 1;
    adoption.tx.put(launchTemplates, {
      ...scope,
      id: template.LaunchTemplateId,
      tags: tagsOf(template.Tags),
      name: template.LaunchTemplateName ?? template.LaunchTemplateId,
      createdAtMs: timeOf(template.CreateTime),
      createdBy: template.CreatedBy ?? '',
      defaultVersion: template.DefaultVersionNumber ?? latest,
      latestVersion: latest,
      lastNumber: latest,
    });
  }
  const versions = entriesOf<DescribedTemplateVersion>(
    adoption,
    'ec2:DescribeLaunchTemplateVersions',
    scope,
    'LaunchTemplateVersions',
  );
  for (const version of versions) {
    adoption.tx.put(launchTemplateVersions, {
      ...scope,
      templateId: version.LaunchTemplateId,
      number: version.VersionNumber ?? 1,
      description: version.VersionDescription,
      createdAtMs: timeOf(version.CreateTime),
      createdBy: version.CreatedBy ?? '',
      data: (version.LaunchTemplateData ?? {}) as RequestLaunchTemplateData,
    });
  }
}
