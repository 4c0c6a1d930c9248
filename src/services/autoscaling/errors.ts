/** Auto Scaling's errors. Most of what it refuses is a `ValidationError`. */
import { AwsError } from '../../aws/aws-error.ts';

export const validationError = (message: string) => new AwsError('ValidationError', message);
export const alreadyExists = (message: string) => new AwsError('AlreadyExists', message);
export const limitExceeded = (message: string) => new AwsError('LimitExceeded', message);
export const resourceInUse = (message: string) => new AwsError('ResourceInUse', message);
export const scalingActivityInProgress = (message: string) =>
  new AwsError('ScalingActivityInProgress', message);
export const invalidNextToken = () => new AwsError('InvalidNextToken', 'The NextToken value is not valid.');

/** What Latchkey does not serve is refused by name, rather than ignored. */
export const notServed = (what: string) => validationError(`Latchkey does not serve ${what}.`);

/** Refuses the members that are there and not served; lists and switches that say nothing are let through. */
export function requireServed<I extends object>(input: I, members: readonly (keyof I & string)[]): void {
  const given = members.find((member) => {
    const value = input[member];
    return value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0);
  });
  if (given) throw notServed(given);
}
