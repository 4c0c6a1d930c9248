/**
 * A customer managed key that is chosen for a bus or an archive: the caller has to be allowed to use it, and EventBridge
 * too, before anything is put under it (aws-facts D6.8, D6.9). What KMS refused is on record; its event id tells
 * `latchkey explain` where.
 */
import { parseArn } from '../../../aws/arn.ts';
import { AwsError } from '../../../aws/aws-error.ts';
import type { CallContext } from '../../../invoke/context.ts';
import type { BusPlace } from '../bus/bus.ts';
import { accessDenied, validation } from '../errors.ts';
import { asEventBridge, contextOf, newDataKey, requireReadable } from './data-key.ts';
import type { Encryption } from './encryption.ts';

/** `key` of a bus: an empty identifier chooses the key that AWS owns. */
export async function chooseBusKey(ctx: CallContext, bus: BusPlace, identifier: string): Promise<Encryption> {
  if (/(^|:)alias\/aws\//.test(identifier)) {
    throw validation(
      `Parameter ${shownIdentifier(ctx, identifier, identifier)} is not valid. Reason: Provided Arn is not in correct format.`,
    );
  }
  const { KeyMetadata } = await ctx
    .call('kms', 'DescribeKey', { KeyId: identifier })
    .catch(refused(identifier, 'kms:DescribeKey'));
  const KeyId = KeyMetadata?.Arn as string;
  await ctx
    .call('kms', 'GenerateDataKeyWithoutPlaintext', {
      KeyId,
      KeySpec: 'AES_256',
      EncryptionContext: contextOf(bus),
    })
    .catch(refused(KeyId));
  const { plaintext, wrapped } = await newDataKey(ctx, bus, KeyId).catch(
    refused(KeyId, 'kms:GenerateDataKey'),
  );
  plaintext.fill(0);
  await requireReadable(ctx, bus, wrapped).catch(refused(KeyId, 'kms:Decrypt'));
  return { identifier: shownIdentifier(ctx, identifier, KeyId), keyArn: KeyId, dataKey: wrapped };
}

export async function chooseArchiveKey(
  ctx: CallContext,
  bus: BusPlace,
  identifier: string,
): Promise<Encryption> {
  const refusedKey = refused(identifier);
  const { KeyMetadata } = await ctx.call('kms', 'DescribeKey', { KeyId: identifier }).catch(refusedKey);
  const KeyId = KeyMetadata?.Arn as string;
  const request = { KeyId, KeySpec: 'AES_256' as const, EncryptionContext: contextOf(bus) };
  const { Plaintext } = await ctx.call('kms', 'GenerateDataKey', request).catch(refusedKey);
  Plaintext?.fill(0);
  await asEventBridge(ctx, bus)('kms', 'DescribeKey', { KeyId }).catch(refusedKey);
  const { plaintext, wrapped } = await newDataKey(ctx, bus, KeyId).catch(refusedKey);
  plaintext.fill(0);
  await requireReadable(ctx, bus, wrapped).catch(refusedKey);
  return { identifier, keyArn: KeyId, dataKey: wrapped };
}

/** A bus shows an alias by its ARN, and a key id as the key's. */
function shownIdentifier({ region, account }: CallContext, identifier: string, keyArn: string): string {
  if (parseArn(identifier)) return identifier;
  return identifier.startsWith('alias/') ? `arn:aws:kms:${region}:${account}:${identifier}` : keyArn;
}

/** KMS's refusal as EventBridge words it. A denial of an `action` is one, where there is; all else is a wrong parameter. */
export function refused(parameter: string, action?: string) {
  return (error: unknown): never => {
    if (!(error instanceof AwsError)) throw error;
    const { code, message, requestId } = error;
    if (code === 'AccessDeniedException' && action) {
      throw error.saidAs(accessDenied(`Access to call ${action} is denied. Reason: ${message}`));
    }
    const sentence =
      code === 'NotFoundException'
        ? `Parameter ${message} (Service: Kms, Status Code: 400, Request ID: ${requestId}) (SDK Attempt Count: 1) is not valid.`
        : `Parameter ${parameter} is not valid. Reason: ${message}`;
    throw error.saidAs(validation(sentence));
  };
}
