/** The labels by which audit records are found. */
import { namesOf } from '../../aws/arn.ts';
import type { AwsError } from '../../aws/aws-error.ts';
import type { LogEntry } from '../../store/store.ts';
import type { Ruling } from '../authorize.ts';
import type { Caller } from '../caller.ts';
import type { RequestContext } from '../context.ts';
import type { Operation } from '../operation.ts';

/** What a call ended with, as far as its labels go. */
type Ended = { readonly output: unknown } | { readonly error: Pick<AwsError, 'causedBy'> };

interface Labelled {
  readonly request: RequestContext;
  readonly operation: Operation;
  readonly rulings: readonly Ruling[];
  readonly outcome: Ended;
}

/** Of what was denied to a service, or to somebody through one: by it all of that is found at once. */
export const DENIED_TO_SERVICE = { name: 'DeniedTo', value: 'service' } as const;

/**
 * LookupEvents' attributes; `About`, `CausedBy`, `DeniedTo`, `InCourseOf` and `RequestId`, by which explanations find calls,
 * denied ones too; and `RoleId`, by which IAM finds when a role was last used.
 */
export function auditLabels(
  { request, operation, rulings, outcome }: Labelled,
  resources: readonly { type: string; arn: string }[],
  eventId: string,
): LogEntry['labels'] {
  const { caller, inCourseOf, requestId } = request;
  const { accessKeyId, userName, roleId } = callerLabels(caller);
  const error = 'error' in outcome ? outcome.error : undefined;
  // Whose call a service has failed for: of what it was let do, nobody asks.
  const failedService = error !== undefined && caller.kind !== 'external';
  const isDenied = failedService && rulings.some(({ decision }) => !decision.allowed);
  return {
    EventId: eventId,
    EventName: operation.name,
    EventSource: operation.service.eventSource,
    ReadOnly: String(operation.definition.readOnly ?? false),
    RequestId: requestId,
    AccessKeyId: accessKeyId || undefined,
    Username: userName || undefined,
    RoleId: roleId,
    CausedBy: error?.causedBy,
    DeniedTo: isDenied ? DENIED_TO_SERVICE.value : undefined,
    InCourseOf: failedService && inCourseOf !== requestId ? inCourseOf : undefined,
    About: namedBy(rulings.map(({ check }) => check.resource)),
    ResourceName: namedBy(resources.map(({ arn }) => arn)),
    ResourceType: resources.length > 0 ? [...new Set(resources.map(({ type }) => type))] : undefined,
  };
}

/** Undefined where nothing is. */
function namedBy(arns: readonly string[]): string[] | undefined {
  if (arns.length === 0) return undefined;
  const names = new Set<string>();
  for (const arn of arns) for (const name of namesOf(arn)) names.add(name);
  return [...names];
}

interface CallerLabels {
  readonly accessKeyId?: string;
  readonly userName?: string;
  readonly roleId?: string;
}

function callerLabels(caller: Caller): CallerLabels {
  if (caller.kind === 'service') return {};
  const { accessKeyId, principal, userName } = caller.identity;
  if (principal.kind === 'root') return { accessKeyId, userName: 'root' };
  if (principal.kind !== 'role-session') return { accessKeyId, userName };
  const sessionName = principal.arn.slice(principal.arn.lastIndexOf('/') + 1);
  return { accessKeyId, userName: sessionName, roleId: principal.roleId };
}
