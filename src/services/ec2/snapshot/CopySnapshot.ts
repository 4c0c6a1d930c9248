/**
 * Copies a snapshot to this region, or under another key
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CopySnapshot.html). Any source id is accepted; what is
 * wrong with it or with the keys shows on the copy, all but the target key's state (aws-facts B8, C5).
 */
import { AwsError } from '../../../aws/aws-error.ts';
import type { ResolveContext } from '../../../invoke/context.ts';
import type { Check } from '../../../invoke/verdict.ts';
import type { CopySnapshotRequest } from '../../../shapes/generated/ec2.ts';
import { ec2 } from '../ec2.ts';
import { readAccountEncryption } from '../encryption/account-encryption.ts';
import { createdResources, ec2Arn } from '../resource/arn.ts';
import { findResource, newId, resourceTagKeys } from '../resource/kind.ts';
import { TAGS_IN_AUDIT, taggedCreationCheck } from '../resource/tag.ts';
import { prepareCopy, requireUnencrypted } from './copy-preparation.ts';
import { sharedSource } from './shared-snapshot-event.ts';
import { snapshotKind } from './snapshot.ts';
import type { SnapshotRecord } from './snapshot-record.ts';
import { startCopy } from './start-copy.ts';

const ACTION = 'ec2:CopySnapshot';
/** At one time, to one region. */
const MAX_COPIES = 20;
/** Two days. */
const MAX_MINUTES = 2880;

export default ec2.operation('CopySnapshot', {
  unserved: ['DestinationOutpostArn', 'DestinationAvailabilityZone'],
  async checks(context, input) {
    requireCopyRequest(input);
    const { SourceRegion: sourceRegion, SourceSnapshotId: sourceId } = input;
    const source = await findResource(
      context.tx,
      snapshotKind,
      { account: context.account, region: sourceRegion },
      sourceId,
    );
    const { byDefault } = await readAccountEncryption(context.tx, context);
    const encrypted = input.Encrypted === true || byDefault || source?.encrypted === true;
    // The account's own choice of a key holds for what encryption by default encrypts (aws-facts B8.8).
    const byManagedKey = !byDefault && source?.encrypted === true;
    const plan = { source, encrypted, byManagedKey };
    const { create, tag } = taggedCreationCheck(context, ACTION, snapshotKind, input, plan, () => ({
      'ec2:Encrypted': encrypted,
      'ec2:ParentSnapshot': ec2Arn({ account: '', region: sourceRegion }, 'snapshot', sourceId),
      'ec2:VolumeSize': source?.volumeSizeGiB,
    }));
    return {
      snapshot: create,
      source: sourceCheck(context, input, source),
      tag,
    };
  },

  async preconditions(context, input, { snapshot }) {
    const { account, region, tx } = context;
    const { DestinationRegion: named } = input;
    if (input.PresignedUrl) requirePresigned(input.PresignedUrl, input.SourceSnapshotId, region);
    if (input.Encrypted === false && snapshot.plan.source) requireUnencrypted(snapshot.plan.source);
    if (named && named !== region) {
      throw new AwsError(
        'InvalidParameterValue',
        `DestinationRegion '${named}' does not match the current region (${region}).`,
      );
    }
    const own = await tx.list(snapshotKind.table, { prefix: [account, region] });
    if (own.filter(({ state, copy }) => state === 'pending' && copy).length < MAX_COPIES) return;
    throw new AwsError(
      'ResourceLimitExceeded',
      `Too many snapshot copies in progress. The limit is ${MAX_COPIES} for this destination region.`,
    );
  },

  async calls(ctx, input, { snapshot }) {
    const { source, encrypted, byManagedKey } = snapshot.plan;
    const id = newId(ctx.entropy, snapshotKind.prefix);
    const encryption = { encrypted, keyId: input.KmsKeyId, byManagedKey };
    return { id, prepared: await prepareCopy(ctx, id, source, encryption) };
  },

  execute(context, input, { snapshot }, { id, prepared }) {
    const { source, tags, encrypted } = snapshot.plan;
    const { SourceRegion: sourceRegion, SourceSnapshotId: sourceSnapshotId } = input;
    const { Description: description = '', CompletionDurationMinutes: completionMinutes } = input;
    startCopy(context, {
      id,
      source,
      sourceRegion,
      sourceSnapshotId,
      encrypted,
      copy: prepared,
      description,
      completionMinutes,
      tags,
    });
    return { SnapshotId: id, Tags: tags.length > 0 ? [...tags] : undefined };
  },

  audit: {
    resources: (_input, output, scope) => createdResources(scope, 'snapshot', [output?.SnapshotId]),
    hiddenFromOwner: TAGS_IN_AUDIT,
  },
});

/** The source needs the permission too, and whoever shares it gets a record. One that does not exist fails the copy, later. */
function sourceCheck(
  context: ResolveContext,
  { SourceRegion: region, SourceSnapshotId: id }: CopySnapshotRequest,
  source: SnapshotRecord | undefined,
): Check<SnapshotRecord | undefined> {
  return {
    action: ACTION,
    resource: ec2Arn({ account: '', region }, 'snapshot', id),
    account: source?.account ?? context.account,
    record: source,
    recordedForOwner: sharedSource(context, source) !== undefined,
    conditions: () => ({
      'ec2:Region': context.region,
      ...(source && { ...snapshotKind.conditions(source), ...resourceTagKeys(source.tags) }),
    }),
  };
}

/** The URL is not opened, for the source is known here; what it says must agree with the request. */
function requirePresigned(url: string, snapshotId: string, region: string): void {
  const invalid = (message: string) => new AwsError('InvalidParameterValue', message);
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) {
    throw invalid('The protocol in PresignedUrl should be http or https');
  }
  const { searchParams } = new URL(url);
  const [named, destination] = [searchParams.get('SourceSnapshotId'), searchParams.get('DestinationRegion')];
  if (named !== snapshotId) {
    throw invalid(
      `The source snapshot specified in PresignedUrl '${named}' does not match the source snapshot in the request: '${snapshotId}'`,
    );
  }
  if (destination !== region) {
    throw invalid(`The destination region specified in PresignedUrl: '${destination}' is incorrect`);
  }
}

function requireCopyRequest(input: CopySnapshotRequest): void {
  const invalid = (message: string) => new AwsError('InvalidParameterValue', message);
  const { SourceRegion: region, CompletionDurationMinutes: minutes } = input;
  if (!/^snap-(?:[0-9a-f]{8}|[0-9a-f]{17})$/.test(input.SourceSnapshotId)) {
    throw invalid('The specified snapshotId is invalid');
  }
  if (!/^[a-z]{2}(?:-[a-z]+)+-\d$/.test(region)) {
    throw new AwsError('InvalidRegion', `${region} is not a valid region name`);
  }
  if (minutes !== undefined && (minutes % 15 !== 0 || minutes < 15 || minutes > MAX_MINUTES)) {
    throw invalid(
      `Value (${minutes}) for parameter CompletionDurationMinutes is invalid. Expecting a value between 15 and ${MAX_MINUTES} in 15 minute increments.`,
    );
  }
  if (input.KmsKeyId && !input.Encrypted) {
    throw new AwsError(
      'InvalidParameterDependency',
      'The parameter [KmsKeyId] requires the parameter Encrypted to be set.',
    );
  }
}
