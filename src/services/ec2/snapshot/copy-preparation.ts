/** What CopySnapshot asks KMS, in the caller's name (aws-facts B8). */
import { AwsError } from '../../../aws/aws-error.ts';
import type { CallContext } from '../../../invoke/context.ts';
import { generateDataKey, grantForCopy, type VolumeGrant, type WrappedKey } from '../encryption/data-key.ts';
import { defaultKeyArn, managedKeyArn, namedKeyArn } from '../encryption/key-choice.ts';
import { attempt, hasFailed, type KmsFailure } from '../encryption/kms-failure.ts';
import type { SnapshotCopy, SnapshotRecord } from './snapshot-record.ts';
import { tierOf } from './storage-tier.ts';

export interface PreparedCopy {
  readonly kmsKeyId?: string;
  readonly dataKey?: WrappedKey;
  readonly grants: SnapshotCopy['grants'];
  readonly refused?: SnapshotCopy['refused'];
  readonly failure?: KmsFailure;
}

/** `StateMessage` of a copy whose keys could not be used. */
export const KEY_REFUSED = 'Given key ID is not accessible';
const DEFAULT_KEY_REFUSED = `${KEY_REFUSED}. You must have DescribeKey permissions on the default CMK.`;
const NO_SOURCE = 'Source snapshot is not found';
/** The cause in the EventBridge event is the `StateMessage`, but for this one (aws-facts D2). */
export const causeOf = (stateMessage: string): string =>
  stateMessage === NO_SOURCE ? 'Source snapshot ID is not valid' : stateMessage;
const SOURCE_PENDING = 'Source snapshot is not complete';

const SOURCE_ARCHIVED = 'Source snapshot is archived';

function refusalOf(source: SnapshotRecord | undefined): string | undefined {
  if (!source) return NO_SOURCE;
  if (source.state !== 'completed') return SOURCE_PENDING;
  return tierOf(source) === 'archive' ? SOURCE_ARCHIVED : undefined;
}

export interface CopyEncryption {
  readonly encrypted: boolean;
  readonly keyId?: string;
  /** Without a key that is named, under aws/ebs, whatever key the account has chosen as its default. */
  readonly byManagedKey?: boolean;
}

/** Throws for what AWS reports at once: a target key that was named and cannot be used. */
export async function prepareCopy(
  ctx: CallContext,
  snapshotId: string,
  source: SnapshotRecord | undefined,
  { encrypted, keyId: asked, byManagedKey }: CopyEncryption,
): Promise<PreparedCopy> {
  const refused = refusalOf(source);
  if (!encrypted) return { grants: [], refused };
  const unnamed = byManagedKey ? managedKeyArn : defaultKeyArn;
  const keyId = asked === undefined ? await unnamed(ctx) : await namedKeyArn(ctx, asked);
  const grants: { grant: VolumeGrant; region: string }[] = [];
  const failed = (failure: KmsFailure, stateMessage = KEY_REFUSED): PreparedCopy => ({
    kmsKeyId: keyId,
    grants,
    failure,
    refused: stateMessage,
  });

  const described = await describeTarget(ctx, keyId, asked);
  if (hasFailed(described)) return failed(described.failure, DEFAULT_KEY_REFUSED);
  if (refused || !source) return { kmsKeyId: keyId, grants, refused };
  const made = await generateDataKey(ctx, keyId, snapshotId);
  if (hasFailed(made)) return failed(made.failure);
  const granted = await grantForCopy(ctx, made.value, ctx.region);
  if (hasFailed(granted)) return failed(granted.failure);
  grants.push({ grant: granted.value, region: ctx.region });
  if (source.dataKey) {
    const read = await grantForCopy(ctx, source.dataKey, source.region, {
      invokedBy: `prod.kms-caller.ebs.${source.region}.amazonaws.com`,
    });
    if (hasFailed(read)) return failed(read.failure);
    grants.push({ grant: read.value, region: source.region });
  }
  return { kmsKeyId: made.value.keyArn, dataKey: made.value, grants };
}

/** Only the default key's refusal is kept for later; a key that was named is refused at once. */
async function describeTarget(ctx: CallContext, keyId: string, asked: string | undefined) {
  const described = await attempt('DescribeKey', keyId, () =>
    ctx.call('kms', 'DescribeKey', { KeyId: keyId }),
  );
  if (asked === undefined) return described;
  if (hasFailed(described)) {
    throw described.failure.code === 'AccessDeniedException'
      ? new AwsError('AuthFailure', `Not authorized to use key ${keyId} `, 403)
      : new AwsError('InvalidParameterValue', `The specified keyId ${asked} is invalid`);
  }
  const { KeyState: state, KeySpec: spec } = described.value.KeyMetadata!;
  if (state !== 'Enabled') {
    const text =
      state === 'Disabled' ? 'disabled' : state === 'PendingDeletion' ? 'pending deletion' : 'not enabled';
    throw new AwsError('InvalidParameterValue', `The specified keyId ${keyId} is ${text}`);
  }
  if (spec !== 'SYMMETRIC_DEFAULT') {
    throw new AwsError('InvalidParameterValue', `The specified keyId ${keyId} is not a symmetric key`);
  }
  return described;
}

/** For a copy that is asked to be unencrypted: encryption cannot be taken off (aws-facts F25). */
export function requireUnencrypted({ id, encrypted }: SnapshotRecord): void {
  if (!encrypted) return;
  throw new AwsError(
    'InvalidRequest',
    `Snapshot ${id} is encrypted. Creating unencrypted copy from an encrypted snapshot is not supported`,
  );
}
