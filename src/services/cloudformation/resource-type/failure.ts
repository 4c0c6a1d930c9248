/** Why the work on a resource failed, in the words of stack events (aws-facts H9). */
import { AwsError } from '../../../aws/aws-error.ts';
import type { JsonObject } from '../template/json.ts';

/** A failure in words of CloudFormation's own. */
export class ResourceFailure extends Error {}

/** A failure that the type's handler reports, with its error code (`NotStabilized`, `NotUpdatable`). */
export class HandlerFailure extends Error {
  readonly code: string;

  constructor(message: string, code: string) {
    super(message);
    this.code = code;
  }
}

export const notStabilized = (type: string, physicalId: string): HandlerFailure =>
  new HandlerFailure(
    `Resource of type '${type}' with identifier '${physicalId}' did not stabilize.`,
    'NotStabilized',
  );

export const notUpdatable = (type: string, physicalId: string): HandlerFailure =>
  new HandlerFailure(
    `Resource of type '${type}' with identifier '${physicalId}' is not updatable with parameters provided.`,
    'NotUpdatable',
  );

/** What fails the whole stack, without an event of the resource that it was found at. */
export class StackFailure extends Error {}

/** An error of a service that a handler called. */
export class ServiceFailure extends Error {
  readonly service: string;
  readonly error: AwsError;

  constructor(service: string, error: AwsError) {
    super(error.message);
    this.service = service;
    this.error = error;
  }
}

/** The services as the SDK that AWS's handlers use calls them. */
const SDK_NAMES: Readonly<Record<string, string>> = {
  autoscaling: 'AutoScaling',
  cloudwatch: 'CloudWatch',
  ec2: 'Ec2',
  events: 'EventBridge',
  iam: 'Iam',
  kms: 'Kms',
  logs: 'CloudWatchLogs',
  organizations: 'Organizations',
  ssm: 'Ssm',
};

/** HandlerErrorCodes by what the service's code looks like. */
const HANDLER_CODES: readonly (readonly [RegExp, string])[] = [
  [/AccessDenied|Unauthorized/, 'AccessDenied'],
  [/NotFound|NoSuchEntity|ResourceNotFound/, 'NotFound'],
  [/AlreadyExists|Duplicate/, 'AlreadyExists'],
  [/LimitExceeded|Limit$/, 'ServiceLimitExceeded'],
  [/Throttl/, 'Throttling'],
  [/Internal|NotImplemented/, 'GeneralServiceException'],
];

export const isNotFound = (error: unknown): boolean =>
  error instanceof ServiceFailure && handlerCode(error.error) === 'NotFound';

/** What was taken away meanwhile, or never was created, is gone as it is to be. */
export async function unlessGone(removal: Promise<unknown>): Promise<void> {
  try {
    await removal;
  } catch (failure) {
    if (!isNotFound(failure)) throw failure;
  }
}

/** Something else uses it still. */
export const isInUse = (error: unknown): boolean =>
  error instanceof ServiceFailure && /^DependencyViolation$|InUse$/.test(error.error.code);

const handlerCode = ({ code }: AwsError): string =>
  HANDLER_CODES.find(([pattern]) => pattern.test(code))?.[1] ?? 'InvalidRequest';

/** The ResourceStatusReason; undefined for what is no failure of the resource but a defect. */
export function statusReason(failure: unknown, requestToken: string): string | undefined {
  if (failure instanceof ResourceFailure) return failure.message;
  if (failure instanceof HandlerFailure) return handlerSays(failure.message, requestToken, failure.code);
  if (failure instanceof ServiceFailure) {
    return handlerSays(serviceSays(failure), requestToken, handlerCode(failure.error));
  }
  return failure instanceof AwsError ? failure.message : undefined;
}

/** As the SDK says what a service answered. */
export const serviceSays = ({ service, error }: ServiceFailure): string =>
  `${error.message} (Service: ${SDK_NAMES[service] ?? service}, Status Code: ${error.status}, ` +
  `Request ID: ${error.requestId}) (SDK Attempt Count: 1)`;

/** For a defect of ours, as AWS says it of one of its own. */
export const internalFailure = (requestToken: string): string =>
  handlerSays('Internal failure.', requestToken, 'InternalFailure');

const handlerSays = (message: string, requestToken: string, code: string): string =>
  `Resource handler returned message: "${message}" (RequestToken: ${requestToken}, HandlerErrorCode: ${code})`;

/**
 * The resource cannot be deleted or changed yet: to be tried again, not before a while where it takes long. Work that takes
 * many steps says how far it is, and what the stack's events are to say of it.
 */
export class StillBusy extends Error {
  readonly progress: JsonObject | undefined;
  readonly events: readonly string[];
  readonly delayMs: number;

  constructor(progress?: JsonObject, events: readonly string[] = [], delayMs = 0) {
    super('still busy');
    this.progress = progress;
    this.events = events;
    this.delayMs = delayMs;
  }
}
