/** IAM's errors, with the codes and HTTP statuses of its query protocol. */
import { AwsError } from '../../aws/aws-error.ts';

export const noSuchEntity = (message: string) => new AwsError('NoSuchEntity', message, 404);
export const alreadyExists = (message: string) => new AwsError('EntityAlreadyExists', message, 409);
export const deleteConflict = (message: string) => new AwsError('DeleteConflict', message, 409);
export const limitExceeded = (message: string) => new AwsError('LimitExceeded', message, 409);
export const invalidInput = (message: string) => new AwsError('InvalidInput', message);
export const unmodifiable = (message: string) => new AwsError('UnmodifiableEntity', message);
export const malformedCertificate = (message: string) => new AwsError('MalformedCertificate', message);
export const malformedPolicy = (message: string) => new AwsError('MalformedPolicyDocument', message);
export const validationError = (message: string) => new AwsError('ValidationError', message);
export const accessDenied = (message: string) => new AwsError('AccessDenied', message, 403);

export const exceedsQuota = (quota: string, most: number) =>
  limitExceeded(`Cannot exceed quota for ${quota}: ${most}`);
