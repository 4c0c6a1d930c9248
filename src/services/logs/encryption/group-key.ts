/**
 * Log groups under a KMS key: CloudWatch Logs asks KMS in its own name for a data key of the group, keeps it wrapped, and
 * has it unwrapped whenever events are written or read, so the key's policy and state decide
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html). Before that it asks in the name
 * of its caller, who needs the key too (aws-facts D7.8).
 */
import type { CallContext } from '../../../invoke/context.ts';
import { ciphertextOf, type WrappedKey, wrappedKey } from '../../../service-kit/wrapped-key.ts';
import { groupArn, type LogGroupRecord } from '../group/group.ts';
import { requireReader, requireUsableKey, requireWriter } from './caller-key.ts';
import { contextOf, newKeyRequest, notAllowed, openKeyRequest } from './key-request.ts';

/** Data keys by their place among the group's; each is wiped when the work is done. */
export type OpenKeys = ReadonlyMap<number, Uint8Array>;

const asLogs = (ctx: CallContext) =>
  ctx.asService({ principal: `logs.${ctx.region}.amazonaws.com`, invokedBy: 'logs.amazonaws.com' }).call;

/** A new data key for the group. Rejects with CloudWatch Logs' one sentence for every key that it may not use. */
export async function newGroupKey(ctx: CallContext, arn: string, keyId: string): Promise<WrappedKey> {
  await requireUsableKey(ctx, keyId);
  const request = newKeyRequest(arn, keyId);
  const made = await asLogs(ctx)('kms', 'GenerateDataKeyWithoutPlaintext', request).catch(notAllowed(arn));
  const key = wrappedKey(made);
  await ctx.foresee(() => askAllUses(ctx, arn, key));
  return key;
}

/** Whatever AWS has a key policy let CloudWatch Logs do under the group's context: which of it it does, AWS does not say (aws-facts D7.6). */
async function askAllUses(ctx: CallContext, arn: string, key: WrappedKey): Promise<void> {
  const call = asLogs(ctx);
  const [KeyId, EncryptionContext] = [key.keyArn, contextOf(arn)];
  const opened = await call('kms', 'Decrypt', openKeyRequest(arn, key));
  opened.Plaintext?.fill(0);
  const made = await call('kms', 'GenerateDataKey', newKeyRequest(arn, KeyId));
  made.Plaintext?.fill(0);
  await call('kms', 'Encrypt', { KeyId, EncryptionContext, Plaintext: Buffer.from(arn) });
  await call('kms', 'ReEncrypt', {
    CiphertextBlob: ciphertextOf(key),
    SourceKeyId: KeyId,
    SourceEncryptionContext: EncryptionContext,
    DestinationKeyId: KeyId,
    DestinationEncryptionContext: EncryptionContext,
  });
}

/** What new events are put under: nothing once the group is under no key. */
export async function openCurrentKey(ctx: CallContext, group: LogGroupRecord): Promise<OpenKeys> {
  const keys = group.keys ?? [];
  const last = keys.length - 1;
  const current = keys[last];
  if (group.kmsKeyArn === undefined || !current) return new Map();
  await requireWriter(ctx, groupArn(group, group.name), current);
  return openKeys(ctx, group, [[last, current]]);
}

/** All that the group's events are under. */
export async function openGroupKeys(ctx: CallContext, group: LogGroupRecord): Promise<OpenKeys> {
  const keys = group.keys ?? [];
  for (const key of keys) await requireReader(ctx, groupArn(group, group.name), key);
  return openKeys(ctx, group, keys.entries());
}

async function openKeys(
  ctx: CallContext,
  group: LogGroupRecord,
  wrapped: Iterable<readonly [number, WrappedKey]>,
): Promise<OpenKeys> {
  const arn = groupArn(group, group.name);
  const keys = new Map<number, Uint8Array>();
  try {
    for (const [place, key] of wrapped) {
      const request = openKeyRequest(arn, key);
      const { Plaintext } = await asLogs(ctx)('kms', 'Decrypt', request).catch(notAllowed(arn));
      keys.set(place, Plaintext as Uint8Array);
    }
    return keys;
  } catch (error) {
    wipe(keys);
    throw error;
  }
}

export function wipe(keys: OpenKeys): void {
  for (const key of keys.values()) key.fill(0);
}
