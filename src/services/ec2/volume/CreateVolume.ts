/**
 * Makes a volume, blank or from a snapshot, and asks KMS for its data key in the caller's name
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVolume.html). What KMS refuses does not show in
 * the reply: the volume is `creating`, and then it is gone (aws-facts C3).
 */
import { AwsError } from '../../../aws/aws-error.ts';
import type { Scope } from '../../../aws/scope.ts';
import type { CreateVolumeRequest } from '../../../shapes/generated/ec2.ts';
import { ec2 } from '../ec2.ts';
import { readAccountEncryption } from '../encryption/account-encryption.ts';
import { scheduleRetirement } from '../encryption/retire-grants.ts';
import { takeCredit } from '../fast-restore/volume-credits.ts';
import { findZone, requireZone } from '../region/region.ts';
import { createdResources, ec2Arn } from '../resource/arn.ts';
import { idsOfToken, rememberToken, tokenOfDeleted } from '../resource/client-token.ts';
import { findResource, newId, resourceCheck } from '../resource/kind.ts';
import { TAGS_IN_AUDIT, taggedCreationCheck } from '../resource/tag.ts';
import { sharedCheck } from '../snapshot/shared-snapshot-event.ts';
import { snapshotKind } from '../snapshot/snapshot.ts';
import type { SnapshotRecord } from '../snapshot/snapshot-record.ts';
import { requireUsable } from '../snapshot/storage-tier.ts';
import { wholeSeconds } from '../whole-seconds.ts';
import { createVolumeStep } from './create-volume-workflow.ts';
import { requireInitializationRate } from './initialization-rate.ts';
import { newVolume } from './new-volume.ts';
import { showVolume, volumeKind } from './volume.ts';
import { chooseKey, prepareSource, requireSnapshotId } from './volume-source.ts';
import { performanceOf, plannedKeys } from './volume-type.ts';

const NO_SNAPSHOT = new AwsError('InvalidSnapshot.NotFound', 'Snapshot does not exist');

export default ec2.operation('CreateVolume', {
  unserved: ['OutpostArn', 'Operator'],
  async checks(context, input) {
    const snapshotCheck = input.SnapshotId
      ? await resourceCheck(context, snapshotKind, 'ec2:CreateVolume', requireSnapshotId(input.SnapshotId))
      : undefined;
    const snapshot = snapshotCheck?.record as SnapshotRecord | undefined;
    requireInitializationRate(input.VolumeInitializationRate, input.SnapshotId);
    const sizeGiB = sizeOf(input, snapshot);
    const zone = requireZone(context.region, zoneOf(input));
    const performance = performanceOf({
      type: input.VolumeType,
      sizeGiB,
      iops: input.Iops,
      throughputMiBps: input.Throughput,
      multiAttach: input.MultiAttachEnabled,
    });
    const { byDefault } = await readAccountEncryption(context.tx, context);
    const key = chooseKey(
      context.account,
      { encrypted: input.Encrypted, kmsKeyId: input.KmsKeyId },
      snapshot,
      byDefault,
    );
    const plan = { zone, performance, key, snapshot };
    const { create, tag } = taggedCreationCheck(context, 'ec2:CreateVolume', volumeKind, input, plan, () => ({
      'ec2:AvailabilityZone': zone.name,
      'ec2:AvailabilityZoneId': zone.id,
      'ec2:Encrypted': key !== undefined,
      'ec2:KmsKeyId': input.KmsKeyId,
      'ec2:ParentSnapshot': input.SnapshotId && ec2Arn(snapshot ?? context, 'snapshot', input.SnapshotId),
      ...plannedKeys(performance),
    }));
    return {
      volume: create,
      tag,
      snapshot:
        snapshotCheck &&
        sharedCheck(snapshotCheck.missing ? { ...snapshotCheck, missing: NO_SNAPSHOT } : snapshotCheck),
    };
  },

  async preconditions(context, input, { volume }) {
    const { snapshot } = volume.plan;
    if (snapshot) requireUsable(snapshot);
    const [made] = (await idsOfToken(context.tx, context, 'CreateVolume', comparable(context, input))) ?? [];
    if (made && !(await findResource(context.tx, volumeKind, context, made))) throw tokenOfDeleted();
  },

  async calls(ctx, input, { volume }) {
    const { key, snapshot } = volume.plan;
    if (await ctx.read((tx) => idsOfToken(tx, ctx, 'CreateVolume', comparable(ctx, input)))) return undefined;
    const volumeId = newId(ctx.entropy, volumeKind.prefix);
    return { volumeId, source: await prepareSource(ctx, volumeId, key, snapshot) };
  },

  async execute(context, input, { volume }, prepared) {
    const [made] = (await idsOfToken(context.tx, context, 'CreateVolume', comparable(context, input))) ?? [];
    const repeated = made && (await findResource(context.tx, volumeKind, context, made));
    if (repeated) {
      scheduleRetirement(context, [prepared?.source.creation.grant], 0);
      return showVolume(repeated);
    }
    if (!prepared) throw tokenOfDeleted();
    const { zone, key, tags, snapshot } = volume.plan;
    const { volumeId, source } = prepared;
    const record = newVolume(context, volumeId, volume.plan, source, {
      tags,
      zone: zone.name,
      zoneId: zone.id,
      initializationRate: input.VolumeInitializationRate,
      fastRestored: await takeCredit(context, snapshot, zone.name),
    });
    context.tx.put(volumeKind.table, record);
    rememberToken(context.tx, context, 'CreateVolume', comparable(context, input), [volumeId]);
    const delayMs = context.ports.delays.scaled(2000);
    context.schedule(createVolumeStep, { volumeId }, { delayMs });
    // The reply names the key as the request did (aws-facts F3), and has no attachments yet.
    return {
      ...showVolume(record),
      // Whole seconds, though it is known to the millisecond.
      CreateTime: wholeSeconds(context.nowMs),
      KmsKeyId: input.KmsKeyId ?? (key?.from === 'source' ? record.kmsKeyId : undefined),
      Tags: [...tags],
      ...SHOWN_LATER,
    };
  },

  audit: {
    resources: (_input, output, scope) => createdResources(scope, 'volume', [output?.VolumeId]),
    hiddenFromOwner: TAGS_IN_AUDIT,
  },
});

/** What only the listing shows. */
const SHOWN_LATER = { Attachments: undefined, Operator: undefined, OwnerId: undefined, VolumeArn: undefined };

/** What a repeated token is held against: a zone is the same by name and by id, and gp3's throughput goes without saying (aws-facts F29). */
const comparable = ({ region }: Scope, input: CreateVolumeRequest): CreateVolumeRequest => ({
  ...input,
  AvailabilityZone: findZone(region, zoneOf(input))?.name,
  AvailabilityZoneId: undefined,
  Throughput: input.Throughput === 125 ? undefined : input.Throughput,
});

function zoneOf({ AvailabilityZone: name, AvailabilityZoneId: id }: CreateVolumeRequest) {
  if (name && id) {
    throw new AwsError(
      'InvalidParameterCombination',
      'The parameter AvailabilityZone cannot be used with the parameter AvailabilityZoneId',
    );
  }
  if (name || id) return { name, id };
  throw new AwsError('MissingParameter', 'The request must contain the parameter zone');
}

/** A snapshot that is not there is reported after authorization: until then any size does for it. */
function sizeOf(
  { Size: size, SnapshotId: snapshotId }: CreateVolumeRequest,
  snapshot: SnapshotRecord | undefined,
): number {
  // A size below the snapshot's is taken for the snapshot's.
  if (snapshotId) return Math.max(size ?? 1, snapshot?.volumeSizeGiB ?? 1);
  if (size === undefined) {
    throw new AwsError('MissingParameter', 'The request must contain the parameter size/snapshot');
  }
  return size;
}
