/** CloudWatch's errors, under the codes that the query protocol gave them and that all clients go on seeing. */
import { AwsError } from '../../aws/aws-error.ts';

export const invalid = (message: string) => new AwsError('ValidationError', message);
export const missingParameter = (message: string) => new AwsError('MissingParameter', message);
export const invalidCombination = (message: string) => new AwsError('InvalidParameterCombination', message);
export const noAlarm = () => new AwsError('ResourceNotFound', 'Unknown alarm', 404);
export const invalidToken = () => new AwsError('InvalidNextToken', 'The next token is invalid.');
export const limitExceeded = () =>
  new AwsError('LimitExceeded', 'The maximum limit for the number of alarms has been reached.');
export const notServed = (what: string) => invalid(`Latchkey does not serve ${what}.`);
export const invalidInput = (message: string) => new AwsError('InvalidParameterInput', message);
export const noDashboard = (name: string) =>
  new AwsError('ResourceNotFound', `Dashboard ${name} does not exist`, 404);
