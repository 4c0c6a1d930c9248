/**
 * Log groups under a KMS key: CloudWatch Logs asks KMS in its own name for a data key of the group, keeps it wrapped, and
 * has it unwrapped whenever events are written or read, so the key's policy and state decide
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html).
 */
import { AwsError } from '../../../aws/aws-error.ts';
import type { CallContext } from '../../../invoke/context.ts';
import { ciphertextOf, type WrappedKey, wrappedKey } from '../../../service-kit/wrapped-key.ts';
import { groupArn, type LogGroupRecord } from '../group/group.ts';

/** Data keys by their place among the group's; each is wiped when the work is done. */
export type OpenKeys = readonly Uint8Array[];

const asLogs = (ctx: CallContext) =>
  ctx.asService({ principal: `logs.${ctx.region}.amazonaws.com`, invokedBy: 'logs.amazonaws.com' }).call;

const contextOf = (arn: string) => ({ 'aws:logs:arn': arn });

/** A new data key for the group. Rejects with CloudWatch Logs' one sentence for every key that it cannot use. */
export async function newGroupKey(ctx: CallContext, arn: string, keyId: string): Promise<WrappedKey> {
  const input = { KeyId: keyId, KeySpec: 'AES_256' as const, EncryptionContext: contextOf(arn) };
  const made = await asLogs(ctx)('kms', 'GenerateDataKeyWithoutPlaintext', input).catch(notAllowed(arn));
  const key = wrappedKey(made);
  await ctx.foresee(() => askAllUses(ctx, arn, key));
  return key;
}

/** Whatever AWS has a key policy let CloudWatch Logs do under the group's context: which of it it does, AWS does not say (aws-facts D7.6). */
async function askAllUses(ctx: CallContext, arn: string, key: WrappedKey): Promise<void> {
  const call = asLogs(ctx);
  const [KeyId, EncryptionContext] = [key.keyArn, contextOf(arn)];
  const ciphertext = { CiphertextBlob: ciphertextOf(key) };
  const opened = await call('kms', 'Decrypt', { ...ciphertext, KeyId, EncryptionContext });
  opened.Plaintext?.fill(0);
  const made = await call('kms', 'GenerateDataKey', { KeyId, EncryptionContext, KeySpec: 'AES_256' });
  made.Plaintext?.fill(0);
  await call('kms', 'Encrypt', { KeyId, EncryptionContext, Plaintext: Buffer.from(arn) });
  await call('kms', 'ReEncrypt', {
    ...ciphertext,
    SourceKeyId: KeyId,
    SourceEncryptionContext: EncryptionContext,
    DestinationKeyId: KeyId,
    DestinationEncryptionContext: EncryptionContext,
  });
}

/** All that the group's events are under. */
export async function openGroupKeys(ctx: CallContext, group: LogGroupRecord): Promise<OpenKeys> {
  const arn = groupArn(group, group.name);
  const keys: Uint8Array[] = [];
  try {
    for (const key of group.keys ?? []) {
      const input = {
        KeyId: key.keyArn,
        CiphertextBlob: ciphertextOf(key),
        EncryptionContext: contextOf(arn),
      };
      const { Plaintext } = await asLogs(ctx)('kms', 'Decrypt', input).catch(notAllowed(arn));
      keys.push(Plaintext as Uint8Array);
    }
    return keys;
  } catch (error) {
    wipe(keys);
    throw error;
  }
}

export function wipe(keys: OpenKeys): void {
  for (const key of keys) key.fill(0);
}

/** The refusal of KMS is on record; its event id tells `latchkey explain` where. */
function notAllowed(arn: string) {
  return (error: unknown): never => {
    if (!(error instanceof AwsError)) throw error;
    const sentence = `The specified KMS key does not exist or is not allowed to be used with Arn '${arn}'`;
    throw error.saidAs(new AwsError('AccessDeniedException', sentence));
  };
}
