/** EventBridge's errors, with the texts that it sends. */
import { AwsError } from '../../aws/aws-error.ts';

const error = (code: string) => (message: string) => new AwsError(code, message);

export const validation = error('ValidationException');
export const notFound = error('ResourceNotFoundException');
export const alreadyExists = error('ResourceAlreadyExistsException');
export const managedRule = error('ManagedRuleException');
export const accessDenied = error('AccessDeniedException');
export const notAuthorized = error('NotAuthorizedException');

export const limitExceeded = () =>
  new AwsError('LimitExceededException', 'The requested resource exceeds the maximum number allowed.');
/** Observed on AWS: https://github.com/aws-solutions/quota-monitor-for-aws/issues/26 */
export const policyTooLong = () =>
  new AwsError('PolicyLengthExceededException', 'Policy size would be larger than the maximum allowed.');
export const invalidPattern = (reason: string) =>
  new AwsError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${reason}`);
export const invalidToken = () => validation('Parameter NextToken is not valid.');
/** Throws where a listing is given more than one of its filters. */
export function requireOneFilter(
  operation: string,
  { State, EventSourceArn, NamePrefix }: { State?: string; EventSourceArn?: string; NamePrefix?: string },
): void {
  if ([State, EventSourceArn, NamePrefix].filter((each) => each !== undefined).length <= 1) return;
  throw validation(
    `At most one filter is allowed for ${operation}. Use either : State, EventSourceArn, or NamePrefix.`,
  );
}

/** The younger kinds of things say what was to be done with them: `Failed to describe the connection(s). …`. */
export const notFoundFor = (operation: string, kind: string, sentence: string) => {
  const [verb = ''] = /^[A-Z][a-z]+/.exec(operation) ?? [];
  return notFound(`Failed to ${verb.toLowerCase()} the ${kind}(s). ${sentence}`);
};

export const noBus = (name: string) => notFound(`Event bus ${name} does not exist.`);
export const noRule = (name: string, bus: string) =>
  notFound(`Rule ${name} does not exist on EventBus ${bus}.`);

/** What AWS has and is not served here: a silent success would be a lie. */
export const notServed = (what: string) =>
  new AwsError('UnsupportedOperationException', `Latchkey does not serve ${what} yet.`);
