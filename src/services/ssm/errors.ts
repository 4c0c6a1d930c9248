/** Parameter Store's errors, in AWS's words. Several have no message at all (aws-facts K5). */
import { AwsError } from '../../aws/aws-error.ts';

export const invalid = (message: string) => new AwsError('ValidationException', message);
export const noParameter = () => new AwsError('ParameterNotFound', '');
/** There is no Secrets Manager here, so no secret either. */
export const secretNotFound = (name: string, decrypted: boolean) =>
  decrypted
    ? new AwsError(
        'ParameterNotFound',
        `An error occurred (ParameterNotFound) when referencing Secrets Manager: Secret ${name} not found.`,
      )
    : invalid('WithDecryption flag must be True for retrieving a Secret Manager secret.');
export const noVersion = (name: string, version: number | string) =>
  new AwsError(
    'ParameterVersionNotFound',
    `Systems Manager could not find version ${version} of ${name}. Verify the version and try again.`,
  );
export const noLabel = (name: string, label: string) =>
  new AwsError(
    'ParameterVersionNotFound',
    `Systems Manager could not find label ${label} of ${name}. Verify the label and try again.`,
  );
export const alreadyExists = () =>
  new AwsError(
    'ParameterAlreadyExists',
    'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
  );
export const invalidToken = () => new AwsError('InvalidNextToken', 'The specified token is not valid.');
export const invalidKey = (message: string) => new AwsError('InvalidKeyId', message);
export const notServed = (what: string) => invalid(`Latchkey does not serve ${what}.`);
