/**
 * The audit record of a call, as CloudTrail writes it
 * (https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html),
 * and beside it what CloudTrail does not record: each decision, and what it was made of.
 */
import { lastPart } from '../../aws/arn.ts';
import type { AwsError } from '../../aws/aws-error.ts';
import { uuid } from '../../platform/identifiers.ts';
import type { Decision } from '../../policy/decision.ts';
import { type LogEntry, log, type Transaction } from '../../store/store.ts';
import type { Ruling } from '../authorize.ts';
import { accountOf, type Caller } from '../caller.ts';
import type { RequestContext } from '../context.ts';
import type { Operation } from '../operation.ts';
import { auditLabels } from './audit-labels.ts';
import { type Evidence, recordEvidence } from './evidence.ts';
import { recordedMembers, withHidden } from './recorded-members.ts';
import { recordedSeconds } from './recorded-time.ts';
import { callOrigin, foreignUserIdentity, type UserIdentity, userIdentity } from './user-identity.ts';

export type Outcome = { readonly output: object } | { readonly error: AwsError };

export type CloudTrailEvent = Readonly<Record<string, unknown>> & {
  readonly eventID: string;
  readonly eventName: string;
  readonly eventSource: string;
  readonly eventTime: string;
  readonly errorCode?: string;
  readonly errorMessage?: string;
  readonly userIdentity?: UserIdentity;
};

/**
 * What was decided in a call. The first denial is the one that the caller saw. `evidence` is there for a denial,
 * and where the resource has a policy of its own: whoever is to change that will ask who lives by it.
 */
export interface DecisionRecord {
  readonly action: string;
  readonly resource: string;
  readonly decision: Decision;
  readonly evidence?: Evidence;
}

export type AuditEntry = LogEntry & {
  readonly body: {
    readonly event: CloudTrailEvent;
    readonly decisions: readonly DecisionRecord[];
    /** For the event history, where the event itself lists none. */
    readonly resources?: readonly { readonly type: string; readonly name: string }[];
  };
};

export const auditLog = log<AuditEntry>('cloudtrail.events');

export interface AuditedCall {
  readonly request: RequestContext;
  readonly operation: Operation;
  readonly input: object;
  readonly rulings: readonly Ruling[];
  readonly outcome: Outcome;
  /** Keeps what is needed of the call beside its record, and says how much room that takes. */
  readonly keepBeside?: (event: CloudTrailEvent) => number;
}

interface TouchedResource {
  readonly type: string;
  readonly arn: string;
  readonly account: string;
}

const isDenied = ({ rulings }: AuditedCall) => rulings.some(({ decision }) => !decision.allowed);

/** Returns the events as recorded: the caller's, and those of the owners of what it used. */
export async function appendAudit(tx: Transaction, call: AuditedCall): Promise<readonly CloudTrailEvent[]> {
  const { request, operation, rulings } = call;
  const { service, definition } = operation;
  const { caller, nowMs, region, entropy } = request;
  const rule = definition.audit ?? {};
  const resources = touchedResources(call);
  const owners = otherOwners(rulings, caller);
  const event = cloudTrailEvent(call, resources, owners.size > 0);
  if ('error' in call.outcome) {
    Object.assign(call.outcome.error, { eventId: event.eventID, requestId: request.requestId });
  }
  const decisions = await decisionRecords(tx, rulings, nowMs);
  const listed = service.resourcesInHistoryOnly
    ? resources.map(({ type, arn }) => ({ type, name: lastPart(arn) }))
    : undefined;
  const append = (recorded: CloudTrailEvent, account: string, besideBytes?: number) =>
    tx.append(auditLog, {
      stream: `${account}/${region}${rule.dataEvent ? '/data' : ''}`,
      atMs: nowMs,
      labels: auditLabels(call, resources, recorded.eventID),
      body: { event: recorded, decisions, resources: listed },
      besideBytes,
    });
  append(event, accountOf(caller), call.keepBeside?.(event));
  const copies = [...owners].map((owner) => ({
    ...event,
    userIdentity: foreignUserIdentity(caller),
    eventID: uuid(entropy),
    recipientAccountId: owner,
    requestParameters: withHidden(event.requestParameters, rule.hiddenFromOwner),
    responseElements: withHidden(event.responseElements, rule.hiddenFromOwner),
  }));
  for (const copy of copies) append(copy, copy.recipientAccountId);
  return [event, ...copies, ...appendElsewhere(tx, call, event)];
}

/** What was decided stands beside the record of the call itself. */
function appendElsewhere(tx: Transaction, call: AuditedCall, event: CloudTrailEvent): CloudTrailEvent[] {
  const { request, operation, input, outcome } = call;
  const { service, definition } = operation;
  if (!('output' in outcome)) return [];
  const account = accountOf(request.caller);
  const further = definition.audit?.elsewhere?.(outcome.output, input, request) ?? [];
  return further.map(({ region, eventName, resource: { isListed, type, arn }, ...members }) => {
    const record: CloudTrailEvent = {
      ...event,
      ...members,
      userIdentity: { ...userIdentity(request.caller), invokedBy: service.eventSource },
      eventName,
      awsRegion: region,
      eventID: uuid(request.entropy),
      resources: isListed ? [{ accountId: account, type, ARN: arn }] : undefined,
    };
    const labels = auditLabels({ ...call, rulings: [] }, [{ type, arn }], record.eventID);
    tx.append(auditLog, {
      stream: `${account}/${region}`,
      atMs: request.nowMs,
      labels: { ...labels, EventName: eventName },
      body: {
        event: record,
        decisions: [],
        resources: isListed ? undefined : [{ type, name: lastPart(arn) }],
      },
    });
    return record;
  });
}

function cloudTrailEvent(
  call: AuditedCall,
  resources: readonly TouchedResource[],
  isShared: boolean,
): CloudTrailEvent {
  const { request, operation, input, outcome } = call;
  const { service, definition } = operation;
  const { caller, nowMs, region, entropy } = request;
  const rule = definition.audit ?? {};
  const error = 'error' in outcome ? outcome.error : undefined;
  const output = 'output' in outcome ? outcome.output : undefined;
  const vpcEndpoint = caller.kind === 'forwarded' ? caller.vpcEndpoint : undefined;
  const through = caller.kind === 'external' ? caller.origin.vpcEndpoint : undefined;
  const { sourceIPAddress, userAgent } = callOrigin(caller);
  return {
    eventVersion: '1.11',
    userIdentity: userIdentity(caller),
    eventTime: recordedSeconds(nowMs),
    eventSource: service.eventSource,
    eventName: operation.name,
    awsRegion: region,
    sourceIPAddress,
    userAgent,
    errorCode: error && (service.auditErrorCode?.(error.code) ?? error.code),
    errorMessage: error && truncated(error.message),
    requestParameters: withinLimit(requestParameters(call)),
    responseElements: output ? withinLimit(responseElements(call, output)) : null,
    additionalEventData: output && rule.additionalEventData?.(output, input),
    requestID: request.requestId,
    eventID: uuid(entropy),
    readOnly: definition.readOnly ?? false,
    resources:
      resources.length > 0 && !service.resourcesInHistoryOnly
        ? resources.map(({ account, type, arn }) => ({ accountId: account, type, ARN: arn }))
        : undefined,
    eventType: 'AwsApiCall',
    managementEvent: !rule.dataEvent,
    recipientAccountId: accountOf(caller),
    sharedEventID: isShared || vpcEndpoint ? uuid(entropy) : undefined,
    vpcEndpointId: vpcEndpoint ?? through?.id,
    vpcEndpointAccountId: vpcEndpoint ?? through?.account,
    eventCategory: rule.dataEvent ? 'Data' : 'Management',
  };
}

/**
 * CloudTrail leaves out what exceeds a field's limit, and says so by `omitted`
 * (https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html).
 */
const MAX_FIELD_CHARS = 100 * 1024;
/** Above CloudTrail's 1 KB, since a denial's encoded message is longer, and is read from here. */
const MAX_MESSAGE_CHARS = 16 * 1024;

function withinLimit(field: object | null): object | null {
  return field !== null && jsonChars(field, MAX_FIELD_CHARS) > MAX_FIELD_CHARS ? { omitted: true } : field;
}

const truncated = (message: string) =>
  message.length > MAX_MESSAGE_CHARS ? `${message.slice(0, MAX_MESSAGE_CHARS)}...` : message;

/** About as many characters as JSON has for the value; counting ends where there are more than `limit`. */
function jsonChars(value: unknown, limit: number): number {
  if (typeof value === 'string') return value.length + 2;
  if (typeof value !== 'object' || value === null) return 8;
  let chars = 2;
  for (const [name, each] of Object.entries(value)) {
    chars += name.length + 4 + jsonChars(each, limit - chars);
    if (chars > limit) break;
  }
  return chars;
}

function requestParameters(call: AuditedCall): object | null {
  const { operation, input, outcome, request } = call;
  const { requestParameters: own, omit, defaults, brought } = operation.definition.audit ?? {};
  if (isDenied(call) && !operation.service.deniedKeepsParameters) return null;
  if (own) return own(input);
  const members = recordedMembers(operation.shape.input, { ...defaults?.(input), ...input }, omit);
  return brought && 'output' in outcome ? { ...brought(input, request), ...members } : members;
}

function responseElements(
  { operation, input, rulings, request }: AuditedCall,
  output: object,
): object | null {
  const { readOnly, audit: rule = {} } = operation.definition;
  if (readOnly && !rule.recordsReadOnlyResponse) return null;
  if (!rule.responseElements) return recordedMembers(operation.shape.output, output);
  const arns = rulings.map(({ check }) => check.resource);
  return rule.responseElements(output, input, arns, request.requestId);
}

function touchedResources(call: AuditedCall): readonly TouchedResource[] {
  const { operation, input, outcome, rulings, request } = call;
  if (isDenied(call)) return [];
  const output = 'output' in outcome ? outcome.output : undefined;
  const named = operation.definition.audit?.resources?.(input, output, request);
  return (
    named ??
    rulings.flatMap(({ check }) => {
      const type = operation.service.resourceType?.(check.resource);
      return type ? [{ type, arn: check.resource, account: check.account }] : [];
    })
  );
}

async function decisionRecords(
  tx: Transaction,
  rulings: readonly Ruling[],
  atMs: number,
): Promise<DecisionRecord[]> {
  const records: DecisionRecord[] = [];
  for (const ruling of rulings) {
    const { check, inputs, decision } = ruling;
    const { action, resource } = check;
    const isKept = !decision.allowed || inputs.resourcePolicy !== undefined;
    const evidence = isKept ? await recordEvidence(tx, ruling, atMs) : undefined;
    records.push({ action, resource, decision, evidence });
  }
  return records;
}

/**
 * A call that a resource's own policy lets in from another account is recorded for both, and so is the use of a snapshot
 * that its owner shares. One that is denied is recorded for the caller alone (aws-facts A2.7).
 */
function otherOwners(rulings: readonly Ruling[], caller: Caller): Set<string> {
  const home = accountOf(caller);
  const owners = new Set<string>();
  // A service has no trail of its own.
  if (caller.kind !== 'service' && rulings.some(({ decision }) => !decision.allowed)) return owners;
  for (const { check } of rulings) {
    const isShared = check.recordedForOwner || (check.resourceRule ?? 'none') !== 'none';
    if (isShared && check.account !== home) owners.add(check.account);
  }
  return owners;
}
