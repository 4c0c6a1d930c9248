/**
 * What CloudWatch Logs asks of KMS in the name of its caller: whoever puts a group under a key must be let describe the
 * key, whoever writes needs kms:GenerateDataKey and kms:Decrypt, whoever reads kms:Decrypt (aws-facts D7.8). A denial goes
 * to the caller in KMS's own words. A service that delivers events has no rights to be asked for.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html#cmk-permissions-caller
 */
import { parseArn } from '../../../aws/arn.ts';
import { AwsError } from '../../../aws/aws-error.ts';
import type { CallContext } from '../../../invoke/context.ts';
import type { WrappedKey } from '../../../service-kit/wrapped-key.ts';
import { invalidParameter } from '../errors.ts';
import { newKeyRequest, notAllowed, openKeyRequest } from './key-request.ts';

/** A key that is not there, or not enabled, is a wrong parameter. */
export async function requireUsableKey(ctx: CallContext, keyId: string): Promise<void> {
  if (ctx.caller.kind === 'service') return;
  if (parseArn(keyId)?.service !== 'kms') throw noSuchKey();
  const { KeyMetadata } = await ctx
    .call('kms', 'DescribeKey', { KeyId: keyId })
    .catch(unlessDenied((error) => error.saidAs(noSuchKey())));
  if (KeyMetadata?.KeyState !== 'Enabled') throw invalidParameter('The specified KMS key is not enabled.');
}

const noSuchKey = () => invalidParameter('The specified KMS Key Id could not be found.');

export async function requireWriter(ctx: CallContext, arn: string, key: WrappedKey): Promise<void> {
  if (ctx.caller.kind === 'service') return;
  const made = await ctx
    .call('kms', 'GenerateDataKey', newKeyRequest(arn, key.keyArn))
    .catch(unlessDenied(notAllowed(arn)));
  made.Plaintext?.fill(0);
  await requireReader(ctx, arn, key);
}

export async function requireReader(ctx: CallContext, arn: string, key: WrappedKey): Promise<void> {
  if (ctx.caller.kind === 'service') return;
  const opened = await ctx
    .call('kms', 'Decrypt', openKeyRequest(arn, key))
    .catch(unlessDenied(notAllowed(arn)));
  opened.Plaintext?.fill(0);
}

function unlessDenied(said: (error: AwsError) => AwsError) {
  return (error: unknown): never => {
    throw error instanceof AwsError && error.code !== 'AccessDeniedException' ? said(error) : error;
  };
}
