/**
 * Copies an image and its snapshots to this region, or under another key
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CopyImage.html). The same rules decide on keys as for
 * launches (aws-facts B2.4); what KMS refuses of the copying shows on the image later, as `failed`.
 */
import { AwsError } from '../../../aws/aws-error.ts';
import type { Scope } from '../../../aws/scope.ts';
import type { ResolveContext } from '../../../invoke/context.ts';
import { plannedFor } from '../../../invoke/verdict.ts';
import type { CopyImageRequest } from '../../../shapes/generated/ec2.ts';
import { ec2 } from '../ec2.ts';
import { readAccountEncryption } from '../encryption/account-encryption.ts';
import { createdResources } from '../resource/arn.ts';
import { idsOfToken, rememberToken } from '../resource/client-token.ts';
import { findResource, newId, requireId } from '../resource/kind.ts';
import { creationChecks, mergeTags, specifiedTags } from '../resource/tag.ts';
import { type PreparedCopy, prepareCopy, requireUnencrypted } from '../snapshot/copy-preparation.ts';
import { snapshotKind } from '../snapshot/snapshot.ts';
import type { SnapshotRecord } from '../snapshot/snapshot-record.ts';
import { startCopy } from '../snapshot/start-copy.ts';
import { imageKind, images } from './image.ts';
import { requireImageName, requireNewImageName } from './image-name.ts';
import type { ImageRecord } from './image-record.ts';

const ACTION = 'ec2:CopyImage';

interface CopyPlan {
  readonly image: ImageRecord;
  /** Each snapshot of the image once. */
  readonly snapshots: readonly SnapshotRecord[];
  readonly byDefault: boolean;
}

export default ec2.operation('CopyImage', {
  unserved: ['DestinationOutpostArn', 'DestinationAvailabilityZone', 'DestinationAvailabilityZoneId'],
  async checks(context, input) {
    requireImageName(input.Name);
    requireId(imageKind, input.SourceImageId);
    requireDependencies(input);
    const { account } = context;
    const scope = { account, region: input.SourceRegion, ports: context.ports };
    const image = await findResource(context.tx, imageKind, scope, input.SourceImageId);
    const tags = specifiedTags(input.TagSpecifications, ['image', 'snapshot']);
    const copied = input.CopyImageTags && image?.account === account ? image.tags : [];
    const imageTags = mergeTags(copied, tags.get('image') ?? []);
    const snapshotTags = tags.get('snapshot') ?? [];
    const plan = image && (await planCopy(context, image));
    const [create, tagImage] = creationChecks(context, ACTION, 'image', imageTags, () => ({
      'ec2:ImageID': input.SourceImageId,
      'ec2:Owner': image && (image.ownerAlias ?? image.account),
    }));
    const [snapshot, tagSnapshot] = creationChecks(context, ACTION, 'snapshot', snapshotTags);
    return {
      image: plannedFor(create!, plan && { ...plan, imageTags, snapshotTags }, () =>
        imageKind.notFound([input.SourceImageId]),
      ),
      tagImage,
      snapshot,
      tagSnapshot,
    };
  },

  async preconditions(context, input, { image: { plan } }) {
    const { image, snapshots } = plan;
    if (await idsOfToken(context.tx, context, 'CopyImage', input)) return;
    if (input.Encrypted === false) for (const source of snapshots) requireUnencrypted(source);
    await requireNewImageName(context.tx, context, input.Name);
    if (image.state !== 'available') {
      throw new AwsError('InvalidAMIID.Unavailable', `The image id '[${image.id}]' is no longer available`);
    }
    const known = new Set(snapshots.map(({ id }) => id));
    if (image.blockDevices.some(({ snapshotId }) => snapshotId && !known.has(snapshotId))) {
      throw new AwsError('InvalidRequest', 'You do not have permission to access the storage of this ami');
    }
  },

  async calls(ctx, input, { image: { plan } }) {
    if (await ctx.read((tx) => idsOfToken(tx, ctx, 'CopyImage', input))) return undefined;
    const prepared: { id: string; source: SnapshotRecord; copy: PreparedCopy }[] = [];
    for (const source of plan.snapshots) {
      const id = newId(ctx.entropy, snapshotKind.prefix);
      const encrypted = isEncrypted(input, plan, source);
      const keyId = input.KmsKeyId ?? inheritedKey(ctx, source);
      prepared.push({ id, source, copy: await prepareCopy(ctx, id, source, { encrypted, keyId }) });
    }
    return prepared;
  },

  async execute(context, input, { image: { plan } }, prepared) {
    const [made] = (await idsOfToken(context.tx, context, 'CopyImage', input)) ?? [];
    if (made || !prepared) return { ImageId: made };
    const { image: source } = plan;
    const { account, region, nowMs } = context;
    const id = newId(context.entropy, imageKind.prefix);
    const copies = new Map<string, SnapshotRecord>();
    for (const each of prepared) {
      const copy = startCopy(context, {
        ...each,
        sourceRegion: input.SourceRegion,
        sourceSnapshotId: each.source.id,
        encrypted: isEncrypted(input, plan, each.source),
        tags: plan.snapshotTags,
        completionMinutes: input.SnapshotCopyCompletionDurationMinutes,
        description:
          `Copied for DestinationAmi ${id} from SourceAmi ${source.id} for SourceSnapshot ${each.source.id}. ` +
          `Task created on ${nowMs.toLocaleString('en-US')}.`,
      });
      copies.set(each.source.id, copy);
    }
    const { tpmSupport, virtualizationType, bootMode, imdsSupport, platform, enaSupport } = source;
    context.tx.put(images, {
      ...{ tpmSupport, virtualizationType, bootMode, imdsSupport, platform, enaSupport },
      instanceStoreDevices: source.instanceStoreDevices,
      account,
      region,
      id,
      tags: plan.imageTags,
      name: input.Name,
      description: input.Description ?? '',
      state: 'pending',
      architecture: source.architecture,
      rootDeviceName: source.rootDeviceName,
      blockDevices: source.blockDevices.map((device) => {
        const copy = device.snapshotId ? copies.get(device.snapshotId) : undefined;
        return copy ? { ...device, snapshotId: copy.id, encrypted: copy.encrypted } : device;
      }),
      createdAtMs: nowMs,
      launchPermissions: [],
      source: { imageId: source.id, region: input.SourceRegion },
    });
    rememberToken(context.tx, context, 'CopyImage', input, [id]);
    return { ImageId: id };
  },

  audit: {
    resources: (_input, output, context) => createdResources(context, 'image', [output?.ImageId]),
  },
});

async function planCopy(context: ResolveContext, image: ImageRecord): Promise<CopyPlan> {
  const ids = new Set(image.blockDevices.flatMap(({ snapshotId }) => snapshotId ?? []));
  const scope = { account: context.account, region: image.region };
  const found = await Promise.all([...ids].map((id) => findResource(context.tx, snapshotKind, scope, id)));
  const { byDefault } = await readAccountEncryption(context.tx, context);
  return { image, snapshots: found.filter((snapshot) => snapshot !== undefined), byDefault };
}

const isEncrypted = (input: CopyImageRequest, { byDefault }: CopyPlan, source: SnapshotRecord) =>
  input.Encrypted === true || byDefault || source.encrypted;

/** The caller's own encrypted snapshot keeps its key, where it stays in the region of that key. */
function inheritedKey(scope: Scope, source: SnapshotRecord): string | undefined {
  const isHere = source.account === scope.account && source.region === scope.region;
  return isHere ? source.dataKey?.keyArn : undefined;
}

function requireDependencies(input: CopyImageRequest): void {
  if (input.KmsKeyId && !input.Encrypted) {
    throw new AwsError(
      'InvalidParameterDependency',
      'The parameter [KmsKeyId] requires the parameter Encrypted to be set.',
    );
  }
}
