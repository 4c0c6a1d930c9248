/**
 * Begins a snapshot that PutSnapshotBlock fills
 * (https://docs.aws.amazon.com/ebs/latest/APIReference/API_StartSnapshot.html).
 */
import { createHash } from 'node:crypto';
import { AwsError } from '../../../aws/aws-error.ts';
import { withLowerFirst } from '../../../aws/member-name.ts';
import { recordedTime } from '../../../invoke/audit/recorded-time.ts';
import type { ResolveContext } from '../../../invoke/context.ts';
import type { DirectSnapshot } from '../../../invoke/ports/snapshot-directory.ts';
import type { Check } from '../../../invoke/verdict.ts';
import { hex } from '../../../platform/identifiers.ts';
import { resourceTagConditions } from '../../../service-kit/tag-conditions.ts';
import { tagRecord } from '../../../service-kit/tag-rules.ts';
import type { StartSnapshotRequest, StartSnapshotResponse } from '../../../shapes/generated/ebs.ts';
import { BLOCK_BYTES, ebs, GIB, invalid } from '../ebs.ts';
import { requireConsistent, requireEncryption } from './requested-encryption.ts';
import { requestTags, requireTags, tagsOf } from './requested-tags.ts';
import { requireReadable, snapshotArn, snapshotCheck, snapshotNotFound } from './snapshot-check.ts';
import { childDataKey, newDataKey } from './snapshot-key.ts';
import { scheduleTimeout } from './snapshot-timeout.ts';
import { requireRoomForSnapshot, type StartedSnapshot, startedSnapshots } from './started-snapshot.ts';

const DEFAULT_TIMEOUT_MINUTES = 60;
/** https://docs.aws.amazon.com/ebs/latest/APIReference/API_StartSnapshot.html */
const MAX_GIB = 65_536;
/** CloudTrail does not show the key (aws-facts F10). */
const HIDDEN = 'HIDDEN_DUE_TO_SECURITY_REASONS';

export default ebs.operation('StartSnapshot', {
  async checks(context, input) {
    requireConsistent(input);
    requireTags(context, input);
    const parent = input.ParentSnapshotId
      ? await snapshotCheck(context, 'ebs:StartSnapshot', input.ParentSnapshotId)
      : undefined;
    return { snapshot: startCheck(context, input), tag: tagCheck(context, input), parent };
  },

  async preconditions(context, input, { parent }) {
    const { VolumeSize: sizeGiB, ClientToken: token } = input;
    const known = token ? await findByToken(context, token) : undefined;
    if (known && known.digest !== digestOf(input)) {
      throw new AwsError('ConflictException', 'The client token was used with other parameters.', 409);
    }
    // What has been started is answered again, whatever has changed since.
    if (known) return;
    await requireEncryption(context, input, parent?.record);
    // Children share their parent's blocks, and so are of the parent's account.
    if (parent && parent.record.account !== context.account) throw snapshotNotFound(parent.record.id);
    if (parent) requireReadable(parent.record);
    if (sizeGiB > MAX_GIB) {
      throw invalid('INVALID_VOLUME_SIZE', `The volume size must not be larger than ${MAX_GIB} GiB.`);
    }
    if (parent && sizeGiB < parent.record.volumeSizeGiB) {
      throw invalid(
        'INVALID_VOLUME_SIZE',
        'The volume size must not be smaller than that of the parent snapshot.',
      );
    }
    await requireRoomForSnapshot(context.tx, context);
  },

  async calls(ctx, input, { parent }) {
    const { ClientToken: token, VolumeSize: sizeGiB } = input;
    if (token && (await ctx.read((tx) => findByToken({ ...ctx, tx }, token)))) return undefined;
    const id = `snap-0${hex(ctx.entropy, 16)}`;
    const { snapshots, blocks } = ctx.ports;
    const byDefault = await ctx.read((tx) => snapshots.encryptsByDefault(tx, ctx));
    const encrypted = parent
      ? parent.record.encrypted
      : (input.Encrypted ?? (byDefault || !!input.KmsKeyArn));
    const dataKey = parent?.record.dataKey
      ? await childDataKey(ctx, parent.record.dataKey, id)
      : encrypted
        ? await newDataKey(ctx, input.KmsKeyArn ?? (await snapshots.defaultKeyArn(ctx)), id)
        : undefined;
    await snapshots.announce(ctx, id);
    await blocks.startSnapshot({
      snapshotId: id,
      sizeBytes: sizeGiB * GIB,
      encrypted,
      parentSnapshotId: parent?.record.id,
    });
    return { id, encrypted, dataKey };
  },

  async execute(context, input, _verdicts, prepared) {
    const { ClientToken: clientToken, ParentSnapshotId: parentSnapshotId } = input;
    const known = clientToken ? await findByToken(context, clientToken) : undefined;
    const repeated = known && (await context.ports.snapshots.find(context.tx, context, known.id));
    if (repeated) return show(repeated, known.parentSnapshotId);
    if (!prepared) throw new AwsError('ConflictException', 'The snapshot of this client token is gone.', 409);
    const started = context.ports.snapshots.start(context, {
      ...prepared,
      volumeSizeGiB: input.VolumeSize,
      description: input.Description ?? '',
      tags: tagsOf(input),
    });
    const record: StartedSnapshot = {
      account: context.account,
      region: context.region,
      id: started.id,
      parentSnapshotId,
      timeoutMinutes: input.Timeout ?? DEFAULT_TIMEOUT_MINUTES,
      lastWriteMs: context.nowMs,
      isSealed: false,
      clientToken,
      digest: digestOf(input),
    };
    context.tx.put(startedSnapshots, record);
    scheduleTimeout(context, record);
    return show(started, parentSnapshotId);
  },

  audit: {
    keeps: ['KmsKeyArn'],
    requestParameters: ({ KmsKeyArn: key, ...input }) => ({
      ...withLowerFirst(input),
      ...(key && { kmsKeyArn: HIDDEN }),
    }),
    responseElements: ({ KmsKeyArn: key, StartTime: at, ...output }) => ({
      ...withLowerFirst(output),
      startTime: at && recordedTime(at),
      ...(key && { kmsKeyArn: HIDDEN }),
    }),
  },
});

function startCheck(context: ResolveContext, input: StartSnapshotRequest): Check<null> {
  const { ParentSnapshotId: parentId } = input;
  return {
    action: 'ebs:StartSnapshot',
    resource: snapshotArn(context.region, '*'),
    account: context.account,
    record: null,
    conditions: () => ({
      ...requestTags(input),
      // The snapshot's tags are those that it is started with, unlike what EC2 creates.
      ...resourceTagConditions(tagRecord(tagsOf(input))),
      'ebs:Description': input.Description,
      'ebs:ParentSnapshot': parentId && snapshotArn(context.region, parentId),
      'ebs:VolumeSize': input.VolumeSize,
    }),
  };
}

/** Tagging asks EC2's permission, without the creating action that EC2 itself would give (aws-facts F8). */
function tagCheck(context: ResolveContext, input: StartSnapshotRequest): Check<null> | undefined {
  if (tagsOf(input).length === 0) return undefined;
  return {
    action: 'ec2:CreateTags',
    resource: snapshotArn(context.region, '*'),
    account: context.account,
    record: null,
    conditions: () => requestTags(input),
  };
}

async function findByToken(
  { tx, account, region }: Pick<ResolveContext, 'tx' | 'account' | 'region'>,
  token: string,
): Promise<StartedSnapshot | undefined> {
  return (await tx.find(startedSnapshots, 'clientToken', { prefix: [account, region, token], limit: 1 }))[0];
}

function digestOf({ ClientToken: _token, ...parameters }: StartSnapshotRequest): string {
  const sorted = Object.entries(parameters).sort(([one], [other]) => (one < other ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('base64');
}

function show(snapshot: DirectSnapshot, parentSnapshotId: string | undefined): StartSnapshotResponse {
  return {
    Description: snapshot.description || undefined,
    SnapshotId: snapshot.id,
    OwnerId: snapshot.account,
    Status: snapshot.state,
    StartTime: snapshot.startedAtMs,
    VolumeSize: snapshot.volumeSizeGiB,
    BlockSize: BLOCK_BYTES,
    Tags: snapshot.tags.length > 0 ? [...snapshot.tags] : undefined,
    ParentSnapshotId: parentSnapshotId,
    KmsKeyArn: snapshot.dataKey?.keyArn,
  };
}
