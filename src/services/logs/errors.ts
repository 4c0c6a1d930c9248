/** The errors of CloudWatch Logs, with the texts that it sends. */
import { AwsError } from '../../aws/aws-error.ts';

const error = (code: string) => (message: string) => new AwsError(code, message);

export const invalidParameter = error('InvalidParameterException');
export const limitExceeded = error('LimitExceededException');
export const notFound = error('ResourceNotFoundException');

/** Observed on AWS: https://github.com/aws-observability/aws-otel-collector/issues/353 */
export const reservedName = () => invalidParameter('Log groups starting with AWS/ are reserved for AWS.');
export const noGroup = () => notFound('The specified log group does not exist.');
export const noStream = () => notFound('The specified log stream does not exist.');
export const groupExists = () =>
  new AwsError('ResourceAlreadyExistsException', 'The specified log group already exists');
export const streamExists = () =>
  new AwsError('ResourceAlreadyExistsException', 'The specified log stream already exists');
export const namedTwice = () =>
  new AwsError('ValidationException', 'LogGroup name and LogGroup ARN are mutually exclusive parameters.');
export const onlyStandardClass = () =>
  new AwsError('ValidationException', 'This operation is only supported on the Standard log class.');
export const invalidToken = () => invalidParameter('The specified nextToken is invalid.');

/** What AWS has and is not served here: a silent success would be a lie. */
export const notServed = (what: string) =>
  new AwsError('UnsupportedOperationException', `Latchkey does not serve ${what} yet.`);
