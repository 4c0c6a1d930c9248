/** The data key of a snapshot, asked of KMS in the caller's name for each call that needs it (aws-facts B9). */
import { AwsError } from '../../../aws/aws-error.ts';
import { ebsContext } from '../../../aws/ebs-context.ts';
import type { CallContext } from '../../../invoke/context.ts';
import type { WrappedDataKey } from '../../../invoke/ports/snapshot-directory.ts';
import { invalid, notFound } from '../ebs.ts';

const DATA_KEY_BYTES = 64;
const ALGORITHM = 'SYMMETRIC_DEFAULT' as const;

const ciphertextOf = (key: WrappedDataKey) => new Uint8Array(Buffer.from(key.ciphertextBase64, 'base64'));
const wrapped = (keyArn: string, contextId: string, ciphertext: Uint8Array): WrappedDataKey => ({
  keyArn,
  contextId,
  ciphertextBase64: Buffer.from(ciphertext).toString('base64'),
});

/** A request that cannot be made: what KMS says goes into the message. */
const badRequest = ({ code, message }: AwsError) =>
  invalid('INVALID_DEPENDENCY_REQUEST', `${code}: ${message}`);
const keyNotFound = () => notFound('DEPENDENCY_RESOURCE_NOT_FOUND', 'KMS key not found');

/** A key that the caller may not use is as unfindable as one that does not exist; one that cannot be used makes the request a bad one. */
const hiddenKey = (error: AwsError) =>
  /^(?:AccessDenied|NotFound)Exception$/.test(error.code) ? keyNotFound() : badRequest(error);

async function orElse<T>(ask: Promise<T>, refused: (error: AwsError) => AwsError): Promise<T> {
  try {
    return await ask;
  } catch (error) {
    throw error instanceof AwsError ? refused(error) : error;
  }
}

/** A new data key for a new snapshot. EBS keeps the plaintext for the writes that follow; here each write opens it anew. */
export async function newDataKey(
  ctx: CallContext,
  keyArn: string,
  snapshotId: string,
): Promise<WrappedDataKey> {
  const request = {
    KeyId: keyArn,
    NumberOfBytes: DATA_KEY_BYTES,
    EncryptionContext: ebsContext(snapshotId),
  };
  const made = await orElse(ctx.call('kms', 'GenerateDataKey', request), badRequest);
  made.Plaintext?.fill(0);
  const key = wrapped(made.KeyId!, snapshotId, made.CiphertextBlob!);
  // Whoever starts a snapshot writes its blocks.
  await ctx.foresee(() => requireOpen(ctx, key));
  return key;
}

/** The parent's data key for its child: incremental snapshots share blocks, and so the key they are under. */
export async function childDataKey(
  ctx: CallContext,
  parent: WrappedDataKey,
  snapshotId: string,
): Promise<WrappedDataKey> {
  const request = {
    CiphertextBlob: ciphertextOf(parent),
    SourceKeyId: parent.keyArn,
    SourceEncryptionContext: ebsContext(parent.contextId),
    SourceEncryptionAlgorithm: ALGORITHM,
    DestinationKeyId: parent.keyArn,
    DestinationEncryptionContext: ebsContext(snapshotId),
    DestinationEncryptionAlgorithm: ALGORITHM,
  };
  const made = await orElse(ctx.call('kms', 'ReEncrypt', request), badRequest);
  const key = wrapped(made.KeyId!, snapshotId, made.CiphertextBlob!);
  await requireOpen(ctx, key);
  return key;
}

async function requireOpen(ctx: CallContext, key: WrappedDataKey): Promise<void> {
  (await openDataKey(ctx, key)).fill(0);
}

export async function describeKey(ctx: CallContext, { keyArn }: WrappedDataKey): Promise<void> {
  await orElse(ctx.call('kms', 'DescribeKey', { KeyId: keyArn }), hiddenKey);
}

/** The plaintext, for the block host. */
export async function openDataKey(ctx: CallContext, key: WrappedDataKey): Promise<Uint8Array> {
  const request = {
    CiphertextBlob: ciphertextOf(key),
    EncryptionContext: ebsContext(key.contextId),
    EncryptionAlgorithm: ALGORITHM,
  };
  return (await orElse(ctx.call('kms', 'Decrypt', request), hiddenKey)).Plaintext!;
}
