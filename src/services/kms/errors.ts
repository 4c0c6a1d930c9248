/** KMS's errors with the texts that KMS sends (aws-facts A5, A7). */
import { AwsError } from '../../aws/aws-error.ts';

const error = (code: string) => (message: string) => new AwsError(code, message);

export const notFound = error('NotFoundException');
export const invalidArn = error('InvalidArnException');
export const validation = error('ValidationException');
export const unsupported = error('UnsupportedOperationException');
export const malformedPolicy = error('MalformedPolicyDocumentException');
export const invalidKeyUsage = error('InvalidKeyUsageException');
export const invalidState = error('KMSInvalidStateException');
export const disabled = error('DisabledException');
export const limitExceeded = error('LimitExceededException');
export const alreadyExists = error('AlreadyExistsException');
export const conflict = error('ConflictException');
export const tagError = error('TagException');
export const invalidMarker = () => new AwsError('InvalidMarkerException', '');
export const invalidCiphertext = () => new AwsError('InvalidCiphertextException', '');
export const invalidSignature = () => new AwsError('KMSInvalidSignatureException', '');
export const invalidMac = () => new AwsError('KMSInvalidMacException', '');
export const incorrectKey = () =>
  new AwsError(
    'IncorrectKeyException',
    'The key ID in the request does not identify a CMK that can perform this operation.',
  );
export const dryRunPassed = () =>
  new AwsError('DryRunOperationException', 'The request would have succeeded, but the DryRun option is set.');
