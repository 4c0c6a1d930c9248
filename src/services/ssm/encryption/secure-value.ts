/**
 * SecureStrings: KMS encrypts a standard parameter itself, and makes a data key for an advanced one, which is larger than
 * KMS takes; both in the caller's name, with the parameter's ARN as the encryption context (aws-facts K2).
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { AwsError } from '../../../aws/aws-error.ts';
import type { CallContext } from '../../../invoke/context.ts';
import { invalidKey } from '../errors.ts';
import type { Tier } from '../parameter/parameter-record.ts';
import { keyOf } from './managed-key.ts';

export interface SecureValue {
  readonly keyArn: string;
  /** Base64: what KMS encrypted; of an advanced parameter, this and the data key's own wrapping in one envelope. */
  readonly ciphertext: string;
  readonly enveloped?: boolean;
}

const ALGORITHM = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

const contextOf = (arn: string) => ({ PARAMETER_ARN: arn });

export async function encryptValue(
  ctx: CallContext,
  request: { readonly arn: string; readonly value: string; readonly keyId?: string; readonly tier: Tier },
): Promise<SecureValue> {
  const KeyId = await keyOf(ctx, request.keyId);
  const EncryptionContext = contextOf(request.arn);
  const plaintext = Buffer.from(request.value);
  try {
    if (request.tier === 'Advanced') return await envelope(ctx, KeyId, EncryptionContext, plaintext);
    const encrypted = await ctx.call('kms', 'Encrypt', { KeyId, EncryptionContext, Plaintext: plaintext });
    return {
      keyArn: encrypted.KeyId as string,
      ciphertext: Buffer.from(encrypted.CiphertextBlob as Uint8Array).toString('base64'),
    };
  } catch (error) {
    throw asParameterStore(error);
  } finally {
    plaintext.fill(0);
  }
}

async function envelope(
  ctx: CallContext,
  KeyId: string,
  EncryptionContext: Record<string, string>,
  plaintext: Buffer,
): Promise<SecureValue> {
  const made = await ctx.call('kms', 'GenerateDataKey', { KeyId, EncryptionContext, KeySpec: 'AES_256' });
  const dataKey = made.Plaintext as Uint8Array;
  try {
    const iv = ctx.entropy.bytes(IV_BYTES);
    const cipher = createCipheriv(ALGORITHM, dataKey, iv);
    const body = Buffer.concat([cipher.update(plaintext), cipher.final()]);
    const wrapped = Buffer.from(made.CiphertextBlob as Uint8Array);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(wrapped.length);
    const whole = Buffer.concat([length, wrapped, iv, cipher.getAuthTag(), body]);
    return { keyArn: made.KeyId as string, ciphertext: whole.toString('base64'), enveloped: true };
  } finally {
    dataKey.fill(0);
  }
}

export async function decryptValue(ctx: CallContext, arn: string, secure: SecureValue): Promise<string> {
  const blob = Buffer.from(secure.ciphertext, 'base64');
  const wrapped = secure.enveloped ? blob.subarray(4, 4 + blob.readUInt32BE()) : blob;
  const input = { KeyId: secure.keyArn, CiphertextBlob: wrapped, EncryptionContext: contextOf(arn) };
  const { Plaintext } = await ctx.call('kms', 'Decrypt', input).catch((error) => {
    throw asParameterStore(error);
  });
  const opened = Plaintext as Uint8Array;
  try {
    return secure.enveloped
      ? openEnvelope(opened, blob.subarray(4 + wrapped.length))
      : Buffer.from(opened).toString();
  } finally {
    opened.fill(0);
  }
}

function openEnvelope(dataKey: Uint8Array, sealed: Buffer): string {
  const decipher = createDecipheriv(ALGORITHM, dataKey, sealed.subarray(0, IV_BYTES));
  decipher.setAuthTag(sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  const body = sealed.subarray(IV_BYTES + TAG_BYTES);
  return Buffer.concat([decipher.update(body), decipher.final()]).toString();
}

/** A key that cannot be used is an InvalidKeyId with KMS's text; a denial stays one. The event id leads to KMS's record. */
function asParameterStore(error: unknown): unknown {
  if (!(error instanceof AwsError) || error.code === 'AccessDeniedException') return error;
  return Object.assign(invalidKey(error.message), { eventId: error.eventId, requestId: error.requestId });
}
