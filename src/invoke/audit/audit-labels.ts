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
): LogEntry['labels'] {
  const all: Record<string, string | string[]> = {
    EventName: operation.name,
    EventSource: operation.service.eventSource,
    ReadOnly: String(operation.definition.readOnly ?? false),
    RequestId: request.requestId,
  };
  Object.assign(all, callerLabels(request.caller));
  if ('error' in outcome && outcome.error.causedBy) all.CausedBy = outcome.error.causedBy;
  // Whose call a service has failed for: of what it was let do, nobody asks.
  const { caller, inCourseOf, requestId } = request;
  if (caller.kind !== 'external' && 'error' in outcome) {
    if (rulings.some(({ decision }) => !decision.allowed))
      all[DENIED_TO_SERVICE.name] = DENIED_TO_SERVICE.value;
    if (inCourseOf !== undefined && inCourseOf !== requestId) all.InCourseOf = inCourseOf;
  }
  if (rulings.length > 0) all.About = distinctNames(rulings.map(({ check }) => check.resource));
  if (resources.length > 0) {
    all.ResourceName = distinctNames(resources.map(({ arn }) => arn));
    all.ResourceType = [...new Set(resources.map(({ type }) => type))];
  }
  return all;
}

function distinctNames(arns: readonly string[]): string[] {
  const names = new Set<string>();
  for (const arn of arns) for (const name of namesOf(arn)) names.add(name);
  return [...names];
}

function callerLabels(caller: Caller): Record<string, string> {
  if (caller.kind === 'service') return {};
  const { accessKeyId, principal, userName } = caller.identity;
  const name =
    principal.kind === 'role-session'
      ? principal.arn.slice(principal.arn.lastIndexOf('/') + 1)
      : principal.kind === 'root'
        ? 'root'
        : userName;
  return {
    ...(accessKeyId && { AccessKeyId: accessKeyId }),
    ...(name && { Username: name }),
    ...(principal.kind === 'role-session' && { RoleId: principal.roleId }),
  };
}
