/**
 * Copies a snapshot to this region, or under another key
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CopySnapshot.html). Any source id is accepted; what is
 * wrong with it or with the keys shows on the copy, all but the target key's state (aws-facts B8, C5).
 */
import { AwsError } from '../../../aws/aws-error.ts';
import { ec2 } from '../ec2.ts';
import { readAccountEncryption } from '../encryption/account-encryption.ts';
import { createdResources, ec2Arn } from '../resource/arn.ts';
import { findResource, newId } from '../resource/kind.ts';
import { checkCreation, specifiedTags } from '../tag/tag.ts';
import { prepareCopy } from './copy-preparation.ts';
import { snapshotKind } from './snapshot.ts';
import { startCopy } from './start-copy.ts';

/** At one time, to one region. */
const MOST_COPIES = 20;

export default ec2.operation('CopySnapshot', {
  async checks(context, input) {
    const { SourceRegion: sourceRegion, SourceSnapshotId: sourceId } = input;
    if (!/^snap-[0-9a-f]+$/.test(sourceId)) {
      throw new AwsError(
        'InvalidParameterValue',
        `Value (${sourceId}) for parameter snapshotId is invalid. Expected: 'snap-...'.`,
      );
    }
    if (input.KmsKeyId && !input.Encrypted) {
      throw new AwsError(
        'InvalidParameterDependency',
        'The parameter [KmsKeyId] requires the parameter Encrypted to be set.',
      );
    }
    const source = await findResource(
      context.tx,
      snapshotKind,
      { account: context.account, region: sourceRegion },
      sourceId,
    );
    const tags = specifiedTags(input.TagSpecifications, ['snapshot']).get('snapshot') ?? [];
    const { byDefault } = await readAccountEncryption(context.tx, context);
    const encrypted = input.Encrypted === true || byDefault || source?.encrypted === true;
    const [create, tag] = checkCreation(context, 'ec2:CopySnapshot', 'snapshot', tags, () => ({
      'ec2:Encrypted': encrypted,
      'ec2:ParentSnapshot': ec2Arn({ account: '', region: sourceRegion }, 'snapshot', sourceId),
      'ec2:Owner': source && (source.ownerAlias ?? source.account),
      'ec2:VolumeSize': source?.volumeSizeGiB,
    }));
    return { snapshot: { ...create!, record: { source, tags, encrypted } }, tag };
  },

  async preconditions(context) {
    const { account, region, tx } = context;
    const own = await tx.list(snapshotKind.table, { prefix: [account, region] });
    if (own.filter(({ state, copy }) => state === 'pending' && copy).length < MOST_COPIES) return;
    throw new AwsError(
      'ResourceLimitExceeded',
      `Too many snapshot copies in progress. The limit is ${MOST_COPIES} for this destination region.`,
    );
  },

  async calls(ctx, input, { snapshot }) {
    const { source, encrypted } = snapshot.record;
    const id = newId(ctx.entropy, snapshotKind.prefix);
    return { id, prepared: await prepareCopy(ctx, id, source, { encrypted, keyId: input.KmsKeyId }) };
  },

  execute(context, input, { snapshot }, { id, prepared }) {
    const { source, tags, encrypted } = snapshot.record;
    const { SourceRegion: sourceRegion, SourceSnapshotId: sourceSnapshotId } = input;
    const description = input.Description ?? `[Copied ${sourceSnapshotId} from ${sourceRegion}]`;
    startCopy(context, {
      id,
      source,
      sourceRegion,
      sourceSnapshotId,
      encrypted,
      copy: prepared,
      description,
      tags,
    });
    return { SnapshotId: id, Tags: tags.length > 0 ? [...tags] : undefined };
  },

  audit: {
    resources: (_input, output, home) => createdResources(home, 'snapshot', [output?.SnapshotId]),
  },
});
