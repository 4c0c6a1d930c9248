/**
 * Puts another root volume in the place of a running instance's: of its launch, of a snapshot, or of an image
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateReplaceRootVolumeTask.html). EC2 asks KMS within the
 * request, as a launch does; the replacement follows (replace-root-volume-workflow.ts).
 */
import { AwsError } from '../../../aws/aws-error.ts';
import type { ResolveContext } from '../../../invoke/context.ts';
import type { CreateReplaceRootVolumeTaskRequest } from '../../../shapes/generated/ec2.ts';
import { ec2 } from '../ec2.ts';
import { readAccountEncryption } from '../encryption/account-encryption.ts';
import { grantToInstance } from '../encryption/data-key.ts';
import { hasFailed } from '../encryption/kms-failure.ts';
import { scheduleRetirement } from '../encryption/retire-grants.ts';
import { takeCredit } from '../fast-restore/volume-credits.ts';
import { imageKind } from '../image/image.ts';
import type { ImageRecord } from '../image/image-record.ts';
import { type InstanceRecord, instanceKind } from '../instance/instance.ts';
import { createdResources } from '../resource/arn.ts';
import { idsOfToken, rememberToken } from '../resource/client-token.ts';
import { findResource, newId, requireResource, resourceCheck } from '../resource/kind.ts';
import { creationChecks, taggedCreationCheck } from '../resource/tag.ts';
import { snapshotKind } from '../snapshot/snapshot.ts';
import type { SnapshotRecord } from '../snapshot/snapshot-record.ts';
import { requireStandardTier } from '../snapshot/storage-tier.ts';
import { requireInitializationRate } from '../volume/initialization-rate.ts';
import { newVolume } from '../volume/new-volume.ts';
import { attachmentTo, type VolumeRecord, volumeKind, volumes, volumesOf } from '../volume/volume.ts';
import { chooseKey, prepareSource } from '../volume/volume-source.ts';
import { type Performance, performanceOf } from '../volume/volume-type.ts';
import { rootVolumeTaskKind, rootVolumeTasks, showRootVolumeTask } from './replace-root-volume-task.ts';
import { replaceRootVolumeStep } from './replace-root-volume-workflow.ts';

const ACTION = 'ec2:CreateReplaceRootVolumeTask';

export default ec2.operation('CreateReplaceRootVolumeTask', {
  unserved: ['VolumeId'],
  async checks(context, input) {
    if (input.SnapshotId && input.ImageId) {
      throw new AwsError(
        'InvalidParameterCombination',
        'The parameter SnapshotId cannot be used with the parameter ImageId',
      );
    }
    const instance = await resourceCheck(context, instanceKind, ACTION, input.InstanceId);
    const image = input.ImageId ? await resourceCheck(context, imageKind, ACTION, input.ImageId) : undefined;
    const replacement =
      instance.record && (await planReplacement(context, instance.record, input, image?.record));
    const { create, tag } = taggedCreationCheck(context, ACTION, rootVolumeTaskKind, input, { replacement });
    const [volume] = creationChecks(context, ACTION, 'volume', [], () => ({
      'ec2:AvailabilityZone': instance.record?.zone,
      'ec2:Encrypted': replacement?.key !== undefined,
      'ec2:VolumeSize': replacement?.performance.sizeGiB,
      'ec2:VolumeType': replacement?.performance.type,
    }));
    return {
      instance,
      image,
      snapshot: input.SnapshotId
        ? await resourceCheck(context, snapshotKind, ACTION, input.SnapshotId)
        : undefined,
      task: create,
      tag,
      volume,
    };
  },

  async preconditions(context, input, { instance: { record: instance }, task }) {
    if (await idsOfToken(context.tx, context, 'CreateReplaceRootVolumeTask', input)) return;
    if (instance.state !== 'running') {
      throw new AwsError(
        'IncorrectInstanceState',
        `The instance '${instance.id}' is not in the 'running' state.`,
      );
    }
    const { replacement } = task.plan;
    if (!replacement) {
      throw new AwsError(
        'IncorrectInstanceState',
        `The instance '${instance.id}' does not have a volume attached at root (${instance.rootDeviceName})`,
      );
    }
    requireInitializationRate(input.VolumeInitializationRate, replacement.snapshot?.id);
    requireStandardTier(replacement.snapshot);
    const tasks = await context.tx.list(rootVolumeTasks, { prefix: [context.account, context.region] });
    if (!tasks.some(({ instanceId, endedAtMs }) => instanceId === instance.id && endedAtMs === undefined))
      return;
    throw new AwsError(
      'IncorrectState',
      `A root volume replacement task is already in progress for the instance '${instance.id}'.`,
    );
  },

  async calls(ctx, input, { instance, task }) {
    const { replacement } = task.plan;
    if (!replacement || (await ctx.read((tx) => idsOfToken(tx, ctx, 'CreateReplaceRootVolumeTask', input)))) {
      return undefined;
    }
    const volumeId = newId(ctx.entropy, volumeKind.prefix);
    const source = await prepareSource(ctx, volumeId, replacement.key, replacement.snapshot);
    if (source.creation.failure || !source.dataKey) return { volumeId, source };
    const granted = await grantToInstance(ctx, source.dataKey, instance.record.id);
    return hasFailed(granted)
      ? { volumeId, source, failure: granted.failure }
      : { volumeId, source, grant: granted.value };
  },

  async execute(context, input, { instance: { record: instance }, task }, prepared) {
    const [made] = (await idsOfToken(context.tx, context, 'CreateReplaceRootVolumeTask', input)) ?? [];
    const { replacement, tags } = task.plan;
    if (made || !prepared || !replacement) {
      scheduleRetirement(context, [prepared?.grant, prepared?.source.creation.grant], 0);
      const known = await requireResource(context.tx, rootVolumeTaskKind, context, made ?? '');
      return { ReplaceRootVolumeTask: showRootVolumeTask(known) };
    }
    const { account, region, nowMs } = context;
    const { volumeId, source, grant, failure } = prepared;
    const volume = newVolume(context, volumeId, replacement, source, {
      tags: replacement.root.tags,
      zone: instance.zone,
      zoneId: instance.zoneId,
      initializationRate: input.VolumeInitializationRate,
      fastRestored: await takeCredit(context, replacement.snapshot, instance.zone),
    });
    context.tx.put(volumes, { ...volume, failure: volume.failure ?? failure });
    const record = {
      account,
      region,
      id: newId(context.entropy, rootVolumeTaskKind.prefix),
      tags,
      instanceId: instance.id,
      state: 'pending' as const,
      startedAtMs: nowMs,
      imageId: input.ImageId,
      snapshotId: replacement.snapshot?.id,
      deletesReplaced: input.DeleteReplacedRootVolume ?? false,
      volumeId,
      grant,
    };
    context.tx.put(rootVolumeTasks, record);
    rememberToken(context.tx, context, 'CreateReplaceRootVolumeTask', input, [record.id]);
    const delayMs = context.ports.delays.scaled(3000);
    context.schedule(replaceRootVolumeStep, { taskId: record.id }, { delayMs });
    return { ReplaceRootVolumeTask: showRootVolumeTask(record) };
  },

  audit: {
    resources: (input, _output, scope) => createdResources(scope, 'instance', [input.InstanceId]),
  },
});

/** Of what the new root is made, and under which key: an encrypted root is not replaced by an unencrypted one. */
async function planReplacement(
  context: ResolveContext,
  instance: InstanceRecord,
  input: CreateReplaceRootVolumeTaskRequest,
  image: ImageRecord | undefined,
) {
  const root = (await volumesOf(context.tx, context, instance.id)).find(
    (volume) => attachmentTo(volume, instance.id)?.device === instance.rootDeviceName,
  );
  if (!root) return undefined;
  const snapshot = await sourceOf(context, root, input, image);
  const { byDefault } = await readAccountEncryption(context.tx, context);
  const keepsKey = root.encrypted && !snapshot?.encrypted;
  const asked = keepsKey ? { encrypted: true, kmsKeyId: root.dataKey?.keyArn } : {};
  const performance: Performance = performanceOf({
    ...root,
    iops: root.type === 'gp2' ? undefined : root.iops,
    sizeGiB: Math.max(root.sizeGiB, snapshot?.volumeSizeGiB ?? 0),
  });
  return { root, snapshot, performance, key: chooseKey(context.account, asked, snapshot, byDefault) };
}

async function sourceOf(
  context: ResolveContext,
  root: VolumeRecord,
  input: CreateReplaceRootVolumeTaskRequest,
  image: ImageRecord | undefined,
): Promise<SnapshotRecord | undefined> {
  const { account, region } = context;
  const device = image?.blockDevices.find(({ deviceName }) => deviceName === image.rootDeviceName);
  const id = device?.snapshotId ?? input.SnapshotId ?? (root.snapshotId || undefined);
  if (!id) return undefined;
  return findResource(context.tx, snapshotKind, { account: image?.account ?? account, region }, id);
}
