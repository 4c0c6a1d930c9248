/** An EBS volume: the record, its states and how AWS shows it. */
import { AwsError } from '../../../aws/aws-error.ts';
import type { Scope } from '../../../aws/scope.ts';
import type { EffectContext } from '../../../invoke/context.ts';
import type { Volume } from '../../../shapes/generated/ec2.ts';
import { type ReadTransaction, table } from '../../../store/store.ts';
import type { FilterFields } from '../describe/filter.ts';
import type { VolumeGrant, WrappedKey } from '../encryption/data-key.ts';
import type { KmsFailure } from '../encryption/kms-failure.ts';
import { ec2Arn } from '../resource/arn.ts';
import { type ResourceRecord, storedKind } from '../resource/kind.ts';
import type { SharedSource } from '../snapshot/shared-snapshot-event.ts';
import { secondsText, wholeSeconds } from '../whole-seconds.ts';
import type { VolumeType } from './volume-type.ts';

/** `deleted` is kept, unseen, after a failed creation: `explain` shows its cause, and its client token is spent. */
export type VolumeState = 'creating' | 'available' | 'in-use' | 'deleting' | 'deleted' | 'error';

export interface Attachment {
  readonly instanceId: string;
  readonly device: string;
  readonly state: 'attaching' | 'attached' | 'detaching' | 'busy';
  readonly attachedAtMs: number;
  readonly deleteOnTermination: boolean;
  /** The instance's grant on the volume's key, while the instance runs. */
  readonly grant?: VolumeGrant;
}

/** How the volume's blocks are made; dropped once they are there. */
export interface VolumeCreation {
  /** Id of the request, which the events of creation carry. */
  readonly requestId: string;
  readonly failure?: KmsFailure;
  /** The data key of a source under another key, wrapped anew for this volume so that EBS can read it. */
  readonly sourceKey?: WrappedKey;
  /** The snapshot at the block host that the blocks come from; its blocks stay until the volume has them. */
  readonly blocksFrom?: string;
  /** The source is not encrypted as the volume is: blocks are copied, not shared. */
  readonly copiesBlocks?: boolean;
  /** The blocks are there already: a launch makes copies before it replies, in AWS's order of calls (aws-facts B2). */
  readonly hasBlocks?: boolean;
  /** EBS's own grant for copying; retired when done. */
  readonly grant?: VolumeGrant;
  /** Another account's snapshot that the volume is made from: its owner gets a record. */
  readonly shared?: SharedSource;
}

export interface VolumeRecord extends ResourceRecord {
  readonly zone: string;
  readonly zoneId: string;
  readonly sizeGiB: number;
  readonly type: VolumeType;
  readonly iops?: number;
  readonly throughputMiBps?: number;
  readonly multiAttach: boolean;
  /** Empty where there was none. */
  readonly snapshotId: string;
  /** Of a copy: the volume that it was made of. */
  readonly sourceVolumeId?: string;
  readonly encrypted: boolean;
  /** As AWS shows it: the key's ARN, or what the request named where no such key is. */
  readonly kmsKeyId?: string;
  readonly dataKey?: WrappedKey;
  readonly state: VolumeState;
  readonly createdAtMs: number;
  readonly attachments: readonly Attachment[];
  readonly creation?: VolumeCreation;
  /** In MiB/s, where the request paid for one. */
  readonly initializationRate?: number;
  /** By a fast snapshot restore. */
  readonly fastRestored?: true;
  /** EnableIO after potential data inconsistency: a switch that AWS keeps with the volume. */
  readonly autoEnableIo: boolean;
  /** What KMS last refused for this volume. */
  readonly failure?: KmsFailure;
  /** Its blocks are damaged, or cannot be read since the server started; its state is `error` meanwhile. */
  readonly isLost?: true;
}

export const volumes = table<VolumeRecord>()({
  name: 'ec2.volumes',
  key: ({ account, region, id }) => [account, region, id],
  indexes: {
    attachedTo: ({ account, region, attachments }) =>
      attachments.map(({ instanceId }) => [account, region, instanceId]),
    blocksFrom: ({ creation }) => (creation?.blocksFrom ? [[creation.blocksFrom]] : []),
    failed: ({ account, region, id, failure }) => (failure?.eventId ? [[account, region, id]] : []),
  },
});

export const volumeKind = storedKind<VolumeRecord>({
  type: 'volume',
  prefix: 'vol',
  table: volumes,
  isVisible: ({ state }) => state !== 'deleted',
  notFound: ([id]) => new AwsError('InvalidVolume.NotFound', `The volume '${id}' does not exist.`),
  malformed: (id) =>
    new AwsError(
      'InvalidParameterValue',
      `Value (${id}) for parameter volumeId is invalid. Expected: 'vol-...'.`,
    ),
  conditions: (volume) => ({
    'ec2:AvailabilityZone': volume.zone,
    'ec2:AvailabilityZoneId': volume.zoneId,
    'ec2:Encrypted': volume.encrypted,
    'ec2:ParentSnapshot': volume.snapshotId ? ec2Arn(volume, 'snapshot', volume.snapshotId) : undefined,
    'ec2:VolumeID': volume.id,
    'ec2:VolumeIops': volume.iops,
    'ec2:VolumeSize': volume.sizeGiB,
    'ec2:VolumeThroughput': volume.throughputMiBps,
    'ec2:VolumeType': volume.type,
  }),
});

/** The volumes attached to an instance, by device. */
export async function volumesOf(
  tx: ReadTransaction,
  scope: Scope,
  instanceId: string,
): Promise<VolumeRecord[]> {
  const attached = await tx.find(volumes, 'attachedTo', {
    prefix: [scope.account, scope.region, instanceId],
  });
  const device = (volume: VolumeRecord) => attachmentTo(volume, instanceId)!.device;
  return attached.sort((one, other) => (device(one) < device(other) ? -1 : 1));
}

export function attachmentTo(volume: VolumeRecord, instanceId: string): Attachment | undefined {
  return volume.attachments.find((attachment) => attachment.instanceId === instanceId);
}

/** The volume with its attachment to the instance changed, or removed where `change` is undefined. */
export function withAttachment(
  volume: VolumeRecord,
  instanceId: string,
  change: Partial<Attachment> | undefined,
): VolumeRecord {
  const attachments = volume.attachments.flatMap((attachment) =>
    attachment.instanceId !== instanceId ? [attachment] : change ? [{ ...attachment, ...change }] : [],
  );
  return { ...volume, attachments, state: settledState({ ...volume, attachments }) };
}

/** Of a volume that nothing is being done to. */
export function settledState({ isLost, attachments }: VolumeRecord): VolumeState {
  if (isLost) return 'error';
  return attachments.length > 0 ? 'in-use' : 'available';
}

/** An `EBS Volume Notification` (aws-facts D1). */
export function emitVolumeEvent(
  context: EffectContext,
  volume: VolumeRecord,
  event: {
    readonly event: 'createVolume' | 'deleteVolume' | 'attachVolume' | 'reattachVolume' | 'modifyVolume';
    readonly result: string;
    readonly failure?: KmsFailure;
    readonly requestId?: string;
  },
): void {
  const { failure, requestId = '' } = event;
  const keyArn = failure && (volume.dataKey?.keyArn ?? volume.kmsKeyId);
  context.emit({
    source: 'aws.ec2',
    detailType: 'EBS Volume Notification',
    resources: [ec2Arn(volume, 'volume', volume.id), ...(keyArn?.startsWith('arn:') ? [keyArn] : [])],
    detail: {
      event: event.event,
      result: event.result,
      cause: failure?.message ?? '',
      'request-id': requestId,
    },
  });
}

export function showAttachment(volumeId: string, attachment: Attachment) {
  return {
    VolumeId: volumeId,
    InstanceId: attachment.instanceId,
    Device: attachment.device,
    State: attachment.state,
    AttachTime: wholeSeconds(attachment.attachedAtMs),
    DeleteOnTermination: attachment.deleteOnTermination,
  };
}

export function showVolume(volume: VolumeRecord): Volume {
  return {
    VolumeId: volume.id,
    VolumeArn: ec2Arn(volume, 'volume', volume.id),
    OwnerId: volume.account,
    Size: volume.sizeGiB,
    SnapshotId: volume.snapshotId,
    SourceVolumeId: volume.sourceVolumeId,
    AvailabilityZone: volume.zone,
    AvailabilityZoneId: volume.zoneId,
    State: volume.state,
    CreateTime: volume.createdAtMs,
    Attachments: volume.attachments.map((attachment) => showAttachment(volume.id, attachment)),
    Encrypted: volume.encrypted,
    KmsKeyId: volume.kmsKeyId,
    Iops: volume.iops,
    Throughput: volume.throughputMiBps,
    VolumeType: volume.type,
    MultiAttachEnabled: volume.multiAttach,
    VolumeInitializationRate: volume.initializationRate,
    FastRestored: volume.fastRestored,
    Operator: { Managed: false, HiddenByDefault: false },
    Tags: volume.tags.length > 0 ? [...volume.tags] : undefined,
  };
}

const ofAttachments =
  (value: (attachment: Attachment) => string | boolean | undefined) => (volume: VolumeRecord) =>
    volume.attachments.map(value);

export const volumeFilters: FilterFields<VolumeRecord> = {
  'attachment.attach-time': ofAttachments(({ attachedAtMs }) => secondsText(attachedAtMs)),
  'attachment.delete-on-termination': ofAttachments(({ deleteOnTermination }) => deleteOnTermination),
  'attachment.device': ofAttachments(({ device }) => device),
  'attachment.instance-id': ofAttachments(({ instanceId }) => instanceId),
  'attachment.status': ofAttachments(({ state }) => state),
  'availability-zone': ({ zone }) => zone,
  'availability-zone-id': ({ zoneId }) => zoneId,
  'create-time': ({ createdAtMs }) => new Date(createdAtMs).toISOString(),
  encrypted: ({ encrypted }) => encrypted,
  'fast-restored': ({ fastRestored = false }) => fastRestored,
  'multi-attach-enabled': ({ multiAttach }) => multiAttach,
  'operator.managed': () => false,
  'operator.principal': () => undefined,
  size: ({ sizeGiB }) => sizeGiB,
  'snapshot-id': ({ snapshotId }) => snapshotId || undefined,
  'source-volume-id': ({ sourceVolumeId }) => sourceVolumeId,
  status: ({ state }) => state,
  'volume-id': ({ id }) => id,
  'volume-type': ({ type }) => type,
};
