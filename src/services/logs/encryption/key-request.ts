/** What a request to KMS for a log group carries, and how CloudWatch Logs words KMS's refusal. */
import { AwsError } from '../../../aws/aws-error.ts';
import { ciphertextOf, type WrappedKey } from '../../../service-kit/wrapped-key.ts';

export const contextOf = (arn: string) => ({ 'aws:logs:arn': arn });

export const newKeyRequest = (arn: string, KeyId: string) => ({
  KeyId,
  KeySpec: 'AES_256' as const,
  EncryptionContext: contextOf(arn),
});

export const openKeyRequest = (arn: string, key: WrappedKey) => ({
  KeyId: key.keyArn,
  CiphertextBlob: ciphertextOf(key),
  EncryptionContext: contextOf(arn),
});

/** The refusal of KMS is on record; its event id tells `latchkey explain` where (aws-facts D7.7). */
export function notAllowed(arn: string) {
  return (error: unknown): never => {
    if (!(error instanceof AwsError)) throw error;
    const sentence = `The specified KMS key does not exist or is not allowed to be used with Arn '${arn}'`;
    throw error.saidAs(new AwsError('AccessDeniedException', sentence));
  };
}
