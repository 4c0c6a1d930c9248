/**
 * Patterns and targets of rules on a bus under a customer managed key. They are kept in the clear here; but whoever reads
 * or changes them needs kms:Decrypt, and so does EventBridge to match them (aws-facts D6.10).
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-encryption-event-bus-cmkey.html#eb-encryption-key-permissions-bus
 */
import { AwsError } from '../../../aws/aws-error.ts';
import type { CallContext } from '../../../invoke/context.ts';
import { ciphertextOf } from '../../../service-kit/wrapped-key.ts';
import { busPlace, findBus } from '../bus/bus.ts';
import { notAuthorized } from '../errors.ts';
import { contextOf } from './data-key.ts';

/** The caller's own question to KMS. A service that keeps a rule has no rights to be asked for. */
export async function requireOwnRead(ctx: CallContext, identifier: string | undefined): Promise<undefined> {
  const place = busPlace(ctx, identifier);
  const key = (await ctx.read((tx) => findBus(tx, place)))?.encryption?.dataKey;
  if (!key || ctx.caller.kind === 'service') return;
  const request = {
    KeyId: key.keyArn,
    CiphertextBlob: ciphertextOf(key),
    EncryptionContext: contextOf(place),
  };
  const { Plaintext } = await ctx.call('kms', 'Decrypt', request).catch((error) => {
    if (!(error instanceof AwsError)) throw error;
    throw error.saidAs(notAuthorized('Cannot perform Kms:Decrypt on KMS key configured on event bus.'));
  });
  Plaintext?.fill(0);
}
