/**
 * Makes a volume of another in its zone, from a point in time that nobody sees as a snapshot
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CopyVolumes.html, aws-facts F19). KMS is asked as for a volume
 * from the account's own snapshot.
 */
import { AwsError } from '../../../aws/aws-error.ts';
import type { ExecuteContext, ResolveContext } from '../../../invoke/context.ts';
import type { CopyVolumesRequest } from '../../../shapes/generated/ec2.ts';
import { ec2 } from '../ec2.ts';
import { readAccountEncryption } from '../encryption/account-encryption.ts';
import { scheduleRetirement } from '../encryption/retire-grants.ts';
import { createdResources, ec2Arn } from '../resource/arn.ts';
import { idsOfToken, rememberToken } from '../resource/client-token.ts';
import { newId, requireResource, resourceCheck } from '../resource/kind.ts';
import { TAGS_IN_AUDIT, taggedCreationCheck } from '../resource/tag.ts';
import { freeSnapshotStep } from '../snapshot/remove-snapshot.ts';
import type { SnapshotRecord } from '../snapshot/snapshot-record.ts';
import { type Frozen, freezeBlocks, requireCanSnapshot } from '../snapshot/take-snapshot.ts';
import { claimBlocks } from './announced-blocks.ts';
import { createVolumeStep } from './create-volume-workflow.ts';
import { newVolume } from './new-volume.ts';
import { showVolume, type VolumeRecord, volumeKind, volumes } from './volume.ts';
import { modifications } from './volume-modification.ts';
import { chooseKey, prepareSource } from './volume-source.ts';
import { performanceOf, plannedKeys } from './volume-type.ts';

const ACTION = 'ec2:CopyVolumes';
/** In progress at one time in a Region. */
const MAX_COPIES = 5;

export default ec2.operation('CopyVolumes', {
  async checks(context, input) {
    const source = await resourceCheck(context, volumeKind, ACTION, input.SourceVolumeId);
    const plan = source.record && (await planCopy(context, input, source.record));
    const { create, tag } = taggedCreationCheck(context, ACTION, volumeKind, input, { copy: plan }, () => ({
      'ec2:AvailabilityZone': source.record?.zone,
      'ec2:Encrypted': plan?.key !== undefined,
      'ec2:KmsKeyId': input.KmsKeyId,
      'ec2:ParentVolume': ec2Arn(context, 'volume', input.SourceVolumeId),
      ...(plan && plannedKeys(plan.performance)),
    }));
    return { source, volume: create, tag };
  },

  async preconditions(context, input, { source: { record: source } }) {
    if (await idsOfToken(context.tx, context, 'CopyVolumes', input)) return;
    requireCanSnapshot(source);
    await requireSettled(context, source);
    const copies = (await context.tx.list(volumes, { prefix: [source.account, source.region] })).filter(
      ({ state, sourceVolumeId }) => state === 'creating' && sourceVolumeId !== undefined,
    );
    if (copies.some(({ sourceVolumeId }) => sourceVolumeId === source.id)) {
      throw new AwsError('IncorrectState', `A copy of the volume '${source.id}' is already in progress.`);
    }
    if (copies.length < MAX_COPIES) return;
    throw new AwsError(
      'CopyVolumesLimitExceeded',
      `You have reached the maximum of ${MAX_COPIES} volume copies in progress in this Region.`,
    );
  },

  async calls(ctx, input, { source: { record: source }, volume }) {
    if (await ctx.read((tx) => idsOfToken(tx, ctx, 'CopyVolumes', input))) return undefined;
    const volumeId = newId(ctx.entropy, volumeKind.prefix);
    const [blocks] = await freezeBlocks(ctx, [source]);
    const frozen = asSnapshot(source, blocks!, ctx.nowMs);
    return {
      volumeId,
      frozenId: frozen.id,
      from: await prepareSource(ctx, volumeId, volume.plan.copy?.key, frozen),
    };
  },

  async execute(context, input, { source: { record: source }, volume }, prepared) {
    const [made] = (await idsOfToken(context.tx, context, 'CopyVolumes', input)) ?? [];
    if (prepared) {
      claimBlocks(context, [prepared.frozenId]);
      context.schedule(freeSnapshotStep, { snapshotId: prepared.frozenId });
    }
    if (made || !prepared || !volume.plan.copy) {
      scheduleRetirement(context, [prepared?.from.creation.grant], 0);
      return { Volumes: [showVolume(await requireResource(context.tx, volumeKind, context, made ?? ''))] };
    }
    const { copy, tags } = volume.plan;
    const { zone, zoneId, id: sourceVolumeId } = source;
    const copied = newVolume(context, prepared.volumeId, copy, prepared.from, { tags, zone, zoneId });
    return { Volumes: [startCopy(context, input, { ...copied, sourceVolumeId })] };
  },

  audit: {
    resources: (input, output, scope) => [
      ...createdResources(scope, 'volume', [input.SourceVolumeId]),
      ...createdResources(scope, 'volume', output?.Volumes?.map(({ VolumeId: id }) => id) ?? []),
    ],
    hiddenFromOwner: TAGS_IN_AUDIT,
  },
});

function startCopy(context: ExecuteContext, input: CopyVolumesRequest, record: VolumeRecord) {
  context.tx.put(volumes, record);
  rememberToken(context.tx, context, 'CopyVolumes', input, [record.id]);
  context.schedule(createVolumeStep, { volumeId: record.id }, { delayMs: context.ports.delays.scaled(2000) });
  return { ...showVolume(record), Attachments: undefined };
}

async function planCopy(context: ResolveContext, input: CopyVolumesRequest, source: VolumeRecord) {
  const sizeGiB = input.Size ?? source.sizeGiB;
  if (sizeGiB < source.sizeGiB) {
    throw new AwsError(
      'InvalidParameterValue',
      `The size of a volume copy (${sizeGiB} GiB) cannot be smaller than that of its source (${source.sizeGiB} GiB).`,
    );
  }
  const type = input.VolumeType ?? source.type;
  const isSame = type === source.type && type !== 'gp2';
  const performance = performanceOf({
    type,
    sizeGiB,
    iops: input.Iops ?? (isSame ? source.iops : undefined),
    throughputMiBps: input.Throughput ?? (isSame ? source.throughputMiBps : undefined),
    multiAttach: input.MultiAttachEnabled,
  });
  const { byDefault } = await readAccountEncryption(context.tx, context);
  const asked = {
    encrypted: input.Encrypted ?? (input.KmsKeyId ? true : undefined),
    kmsKeyId: input.KmsKeyId,
  };
  return {
    performance,
    key: chooseKey(
      context.account,
      asked,
      asSnapshot(source, { id: '', sizeGiB: source.sizeGiB }, 0),
      byDefault,
    ),
  };
}

async function requireSettled(context: ResolveContext, { account, region, id }: VolumeRecord): Promise<void> {
  const last = await context.tx.get(modifications, [account, region, id]);
  if (last?.state !== 'modifying') return;
  throw new AwsError('IncorrectState', `The volume '${id}' is being modified.`);
}

/** The source as it is frozen: what a snapshot of it would say, were it one. */
const asSnapshot = (source: VolumeRecord, { id, sizeGiB }: Frozen, startedAtMs: number): SnapshotRecord => ({
  account: source.account,
  region: source.region,
  id,
  tags: [],
  volumeId: source.id,
  volumeSizeGiB: sizeGiB,
  description: '',
  state: 'completed',
  progressPercent: 100,
  startedAtMs,
  encrypted: source.encrypted,
  kmsKeyId: source.kmsKeyId,
  dataKey: source.dataKey,
  hasBlocks: true,
  createVolumePermissions: [],
});
