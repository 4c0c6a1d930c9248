/**
 * The audit record of a call, as CloudTrail writes it
 * (https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html),
 * and beside it what CloudTrail does not tell: each decision, and what it was made of.
 */
import type { AwsError } from '../../aws/aws-error.ts';
import { uuid } from '../../platform/identifiers.ts';
import type { Decision } from '../../policy/decision.ts';
import type { Shape } from '../../shapes/shape.ts';
import { type LogEntry, log, type Transaction } from '../../store/store.ts';
import type { Ruling } from '../authorize.ts';
import { accountOf } from '../caller.ts';
import type { RequestContext } from '../context.ts';
import type { Operation } from '../operation.ts';
import { type Evidence, recordEvidence } from './evidence.ts';
import { callOrigin, foreignUserIdentity, userIdentity } from './user-identity.ts';

export type Outcome = { readonly output: object } | { readonly error: AwsError };

export type CloudTrailEvent = Readonly<Record<string, unknown>> & {
  readonly eventID: string;
  readonly eventName: string;
  readonly eventSource: string;
  readonly eventTime: string;
  readonly errorCode?: string;
  readonly errorMessage?: string;
};

/**
 * What was decided in a call. The first denial is the one that the caller was told. `evidence` is there for a denial,
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

interface AuditedCall {
  readonly request: RequestContext;
  readonly operation: Operation;
  readonly input: object;
  readonly rulings: readonly Ruling[];
  readonly outcome: Outcome;
}

/** Returns the events as they are told: the caller's, and those of the owners of what it used. */
export async function appendAudit(tx: Transaction, call: AuditedCall): Promise<readonly CloudTrailEvent[]> {
  const { request, operation, input, rulings, outcome } = call;
  const { service, definition } = operation;
  const { caller, nowMs, region, entropy } = request;
  const rule = definition.audit ?? {};
  const error = 'error' in outcome ? outcome.error : undefined;
  const output = 'output' in outcome ? outcome.output : undefined;
  const denied = rulings.some(({ decision }) => !decision.allowed);
  const readOnly = definition.readOnly ?? false;

  const parameters =
    denied && !service.deniedKeepsParameters
      ? null
      : rule.requestParameters
        ? rule.requestParameters(input)
        : told(operation.shape.input, input, rule.omit);
  const elements =
    !output || (readOnly && !rule.toldThoughReadOnly)
      ? null
      : rule.responseElements
        ? rule.responseElements(
            output,
            input,
            rulings.map(({ check }) => check.resource),
            request.requestId,
          )
        : told(operation.shape.output, output);
  const resources = denied
    ? []
    : (rule.resources?.(input, output, request) ??
      rulings.flatMap(({ check }) => {
        const type = service.resourceType?.(check.resource);
        return type ? [{ type, arn: check.resource, account: check.account }] : [];
      }));

  const eventID = uuid(entropy);
  if (error) Object.assign(error, { eventId: eventID, requestId: request.requestId });
  const additionalEventData = output && rule.additionalEventData?.(output, input);
  const home = accountOf(caller);
  const owners = otherOwners(rulings, home);
  const vpcEndpoint = caller.kind === 'forwarded' ? caller.vpcEndpoint : undefined;
  const event: CloudTrailEvent = {
    eventVersion: '1.11',
    userIdentity: userIdentity(caller),
    eventTime: `${new Date(nowMs).toISOString().slice(0, 19)}Z`,
    eventSource: service.eventSource,
    eventName: operation.name,
    awsRegion: region,
    ...callOrigin(caller),
    errorCode: error && (service.auditErrorCode?.(error.code) ?? error.code),
    errorMessage: error?.message,
    requestParameters: parameters,
    responseElements: elements,
    additionalEventData,
    requestID: request.requestId,
    eventID,
    readOnly,
    resources:
      resources.length > 0 && !service.resourcesInHistoryOnly
        ? resources.map(({ account, type, arn }) => ({ accountId: account, type, ARN: arn }))
        : undefined,
    eventType: 'AwsApiCall',
    managementEvent: !rule.dataEvent,
    recipientAccountId: home,
    sharedEventID: owners.size > 0 || vpcEndpoint ? uuid(entropy) : undefined,
    vpcEndpointId: vpcEndpoint,
    vpcEndpointAccountId: vpcEndpoint,
    eventCategory: rule.dataEvent ? 'Data' : 'Management',
  };
  const entry = {
    atMs: nowMs,
    labels: labels(call, resources),
    decisions: await Promise.all(rulings.map((ruling) => decisionRecord(tx, ruling))),
    resources: service.resourcesInHistoryOnly
      ? resources.map(({ type, arn }) => ({ type, name: shortName(arn) }))
      : undefined,
  };
  const stream = (account: string) => `${account}/${region}${rule.dataEvent ? '/data' : ''}`;
  append(tx, stream(home), event, entry);
  const copies = [...owners].map((owner) => ({
    ...event,
    userIdentity: foreignUserIdentity(caller),
    eventID: uuid(entropy),
    recipientAccountId: owner,
    requestParameters: withHidden(event.requestParameters, rule.hiddenFromOwner),
    responseElements: withHidden(event.responseElements, rule.hiddenFromOwner),
  }));
  for (const copy of copies) append(tx, stream(copy.recipientAccountId), copy, entry);
  return [event, ...copies];
}

async function decisionRecord(tx: Transaction, ruling: Ruling): Promise<DecisionRecord> {
  const { check, inputs, decision } = ruling;
  const isKept = !decision.allowed || inputs.resourcePolicy !== undefined;
  return {
    action: check.action,
    resource: check.resource,
    decision,
    evidence: isKept ? await recordEvidence(tx, ruling) : undefined,
  };
}

function append(
  tx: Transaction,
  stream: string,
  event: CloudTrailEvent,
  { atMs, labels, ...told }: Pick<AuditEntry, 'atMs' | 'labels'> & Omit<AuditEntry['body'], 'event'>,
): void {
  tx.append(auditLog, {
    stream,
    atMs,
    labels: { EventId: event.eventID, ...labels },
    body: { event, ...told },
  });
}

/** The members stay, and their values do not. */
function withHidden(told: unknown, hidden: readonly string[] = []): unknown {
  if (!told) return told;
  const shown = { ...(told as Record<string, unknown>) };
  for (const name of hidden) if (name in shown) shown[name] = 'HIDDEN_DUE_TO_SECURITY_REASONS';
  return shown;
}

/**
 * A call that a resource's own policy lets in from another account is told to both (aws-facts A2.7), and so is the use
 * of a snapshot that its owner shares.
 */
function otherOwners(rulings: readonly Ruling[], home: string): Set<string> {
  const owners = new Set<string>();
  for (const { check } of rulings) {
    const isTold = check.recordedForOwner || (check.resourceRule ?? 'none') !== 'none';
    if (isTold && check.account !== home) owners.add(check.account);
  }
  return owners;
}

const shortName = (arn: string) => arn.slice(Math.max(arn.lastIndexOf('/'), arn.lastIndexOf(':')) + 1);

/** LookupEvents' attributes, and `About` and `RequestId`, by which explanations find calls, denied ones too. */
function labels(
  { request, operation, rulings }: AuditedCall,
  resources: readonly { type: string; arn: string }[],
): AuditEntry['labels'] {
  const all: Record<string, string | string[]> = {
    EventName: operation.name,
    EventSource: operation.service.eventSource,
    ReadOnly: String(operation.definition.readOnly ?? false),
    RequestId: request.requestId,
  };
  const { caller } = request;
  if (caller.kind !== 'service') {
    const { accessKeyId, principal, userName } = caller.identity;
    if (accessKeyId) all.AccessKeyId = accessKeyId;
    const name =
      principal.kind === 'role-session'
        ? principal.arn.slice(principal.arn.lastIndexOf('/') + 1)
        : principal.kind === 'root'
          ? 'root'
          : userName;
    if (name) all.Username = name;
  }
  if (rulings.length > 0) all.About = distinctNames(rulings.map(({ check }) => check.resource));
  if (resources.length > 0) {
    all.ResourceName = distinctNames(resources.map(({ arn }) => arn));
    all.ResourceType = [...new Set(resources.map(({ type }) => type))];
  }
  return all;
}

/** Each ARN, and its last part by which people know the resource. */
function distinctNames(arns: readonly string[]): string[] {
  const names = new Set<string>();
  for (const arn of arns) names.add(arn).add(shortName(arn));
  return [...names];
}

/** The members CloudTrail tells of an input or output: lower camel case, without secrets and without bytes. */
function told(shape: Shape, value: object, omit: readonly string[] = []): object | null {
  const kept = Object.fromEntries(Object.entries(value).filter(([name]) => !omit.includes(name)));
  const plain = plainValue(shape, kept) as Record<string, unknown>;
  return Object.keys(plain).length > 0 ? plain : null;
}

function plainValue(shape: Shape, value: unknown): unknown {
  switch (shape.type) {
    case 'structure': {
      const plain: Record<string, unknown> = {};
      for (const member of shape.members) {
        const inner = (value as Record<string, unknown>)[member.name];
        if (inner === undefined || inner === null || isHidden(member.shape)) continue;
        plain[lowerFirst(member.name)] = plainValue(member.shape, inner);
      }
      return plain;
    }
    case 'list':
      return (value as unknown[]).map((each) => plainValue(shape.member, each));
    case 'map':
      return Object.fromEntries(
        Object.entries(value as object).map(([key, each]) => [key, plainValue(shape.value, each)]),
      );
    case 'timestamp':
      return new Date(value as number).toISOString();
    default:
      return value;
  }
}

const isHidden = (shape: Shape) =>
  shape.type === 'blob' || ('sensitive' in shape && shape.sensitive === true);
const lowerFirst = (name: string) => name.charAt(0).toLowerCase() + name.slice(1);
