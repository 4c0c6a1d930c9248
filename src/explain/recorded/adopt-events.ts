/**
 * The events that a snapshot keeps whole, as records of the audit log: so a call of a real account is found and explained as one
 * that was made here. What it was decided on is put together from the policies of now, and what AWS decided is what counts.
 */
import { namesOf } from '../../aws/arn.ts';
import { asText } from '../../aws/as-text.ts';
import { recordedChanges } from '../../import/cloudtrail/changes/recorded-changes.ts';
import { groupsIn } from '../../import/cloudtrail/changes/workload-changes.ts';
import { Courses } from '../../import/cloudtrail/courses.ts';
import { factsOf, type KeptEvent, type TrailRecord, type Use } from '../../import/cloudtrail/use.ts';
import {
  type AuditEntry,
  auditLog,
  type CloudTrailEvent,
  type DecisionRecord,
} from '../../invoke/audit/audit.ts';
import { DENIED_TO_SERVICE } from '../../invoke/audit/audit-labels.ts';
import { recordEvidence } from '../../invoke/audit/evidence.ts';
import { keepCall } from '../../invoke/audit/recorded-call.ts';
import type { Sealer } from '../../platform/ports.ts';
import type { AccessRequest, Decision, PolicyInputs } from '../../policy/decision.ts';
import { decide } from '../../policy/evaluate.ts';
import { unknownAsAbsent } from '../../policy/unknown.ts';
import { UnknownReached } from '../../policy/unknown-reached.ts';
import type { RecordedFailure } from '../../services/ec2/index.ts';
import type { Transaction } from '../../store/store.ts';
import { isBeyondPolicies, reasonOf, recordedOutcome } from '../history/recorded-outcome.ts';
import { lastSegment } from '../words/names.ts';
import { together } from './calibrate.ts';
import { completed, idsIn, type VolumesOf } from './completed-use.ts';
import { PastPolicies } from './past/past-policies.ts';
import { rebuiltCall } from './rebuilt-calls.ts';
import { isOverTls, programOf } from './recorded-conditions.ts';
import { principalOf } from './recorded-principal.ts';
import { type RecordedQuestion, RecordedQuestions } from './recorded-question.ts';
import type { RecordedWorld } from './recorded-world.ts';
import { Requests } from './requests.ts';
import { type SessionStart, SessionStarts } from './session-starts.ts';
import { throughEndpoint } from './through-endpoint.ts';

interface World extends RecordedWorld {
  readonly tx: Transaction;
  readonly sealer: Sealer;
}

export async function adoptEvents(
  world: World,
  events: readonly KeptEvent[],
  volumesOf: VolumesOf,
): Promise<readonly RecordedFailure[]> {
  const failures: RecordedFailure[] = [];
  const questions = await RecordedQuestions.open(world);
  const past = new PastPolicies(world, events);
  const starts = new SessionStarts(events);
  const requests = new Requests(events);
  const courses = new Courses(events);
  for (const event of events) {
    const outer = requests.outer(event);
    const use = completed(useOf(event), event, outer, volumesOf);
    const start = starts.of(event);
    // Nobody can be given rights by a unique id of another account.
    const beside = {
      start,
      callOn: (source: string) => requests.on(source, event),
      userAgent: programOf(event),
      isOverTls: isOverTls(event),
    };
    const asked = use.identity === 'AWSAccount' ? 'not named' : await questions.of(use, beside);
    const decisions = typeof asked === 'string' ? [] : await decisionsOf(world, past, use, asked);
    append(world.tx, event, decisions, courses.of(event));
    await keepRebuilt(world, { event, use, start }, typeof asked === 'string' ? [] : asked);
    if (outer && use.source === 'kms' && use.error !== '') failures.push(failureFor(use, event, outer));
  }
  return failures;
}

/** Of what the call that it was made for is about, and what that has made. */
function failureFor(
  use: Use,
  { eventID, errorMessage = '', eventTime }: KeptEvent,
  outer: KeptEvent,
): RecordedFailure {
  const { recipientAccountId: account = '', awsRegion: region = '' } = outer;
  const { name: operation, error: code, resource } = use;
  const resources = [...idsIn(outer.requestParameters), ...idsIn(outer.responseElements)];
  return {
    ...{ account, region, resources, operation, eventId: eventID, code, message: errorMessage },
    atMs: timeOf(eventTime),
    ...(resource !== '' && { keyArn: resource }),
  };
}

/** How a call came: whoever makes it again comes in some way. */
const OF_ITS_WAY = /^aws:(?:SecureTransport|SourceIp|UserAgent)$/i;

/** So that it can be rehearsed. */
async function keepRebuilt(
  world: World,
  { event, use, start }: { event: KeptEvent; use: Use; start: SessionStart | undefined },
  asked: readonly RecordedQuestion[],
): Promise<void> {
  const { tx, sealer, registry } = world;
  const principal = principalOf(use);
  if (typeof principal === 'string' || (isBeyondPolicies(use) && !start)) return;
  const { policy, origin } = await throughEndpoint(world, use);
  // Through which endpoint it would be made again is not known.
  if (policy && !origin) return;
  const missing = asked.flatMap(({ inputs, request }) => decide(inputs, request).missing ?? []);
  // It would be made as if that were known.
  if (missing.some(({ name }) => OF_ITS_WAY.test(name))) return;
  // Parameters that nobody recorded are left out of the call, so nothing may depend on them.
  const isSettled = missing.length === 0 && asked.every(({ about }) => about !== undefined);
  const about = isSettled ? asked[0]?.about : undefined;
  const call = rebuiltCall(registry, event, { principal, about, vpcEndpoint: origin, start });
  if (!call) return;
  const invocation = { ...call, requestId: event.requestID ?? '', atMs: timeOf(event.eventTime) };
  keepCall(tx, sealer, event as unknown as CloudTrailEvent, invocation);
}

/** One event as a use of its own. */
function useOf(event: TrailRecord): Use {
  const { facts, session, address, vpcEndpoint, mfa } = factsOf(event);
  const { eventTime = '', eventID = '' } = event;
  const one = (value: string) => (value === '' ? [] : [value]);
  return {
    ...facts,
    count: 1,
    first: eventTime,
    last: eventTime,
    lastEvent: eventID,
    sessions: one(session),
    addresses: one(address),
    vpcEndpoints: one(vpcEndpoint),
    mfa: one(mfa),
  };
}

async function decisionsOf(
  world: World,
  past: PastPolicies,
  use: Use,
  asked: readonly RecordedQuestion[],
): Promise<DecisionRecord[]> {
  const isDenied = recordedOutcome(use) === 'denied';
  const records: DecisionRecord[] = [];
  for (const now of asked) {
    // What nobody can say what it was about explains nothing.
    if (now.about === undefined) continue;
    const request = settledRequest(now);
    const today = decide(now.inputs, request);
    const [then = now] = (isDenied && (await asItWas(past, now, use, today))) || [];
    const { inputs, conditions } = then;
    const decided = decide(inputs, request);
    const isOpen = decided.allowed || decided.missing !== undefined;
    const decision = isDenied && isOpen ? asAwsSaid(use, inputs, request, decided) : decided;
    const check = {
      action: request.action,
      resource: request.resource,
      account: request.resourceAccount,
      record: undefined,
    };
    const evidence = await recordEvidence(
      world.tx,
      { check, inputs, request, decision, conditions },
      timeOf(use.last),
    );
    if (isDenied || decision.allowed)
      records.push({ action: request.action, resource: request.resource, decision, evidence });
  }
  return records;
}

/** Where what is there today would not deny it as AWS said: what was there then, if it would. */
async function asItWas(
  past: PastPolicies,
  now: RecordedQuestion,
  use: Use,
  today: Decision,
): Promise<readonly RecordedQuestion[] | undefined> {
  const said = reasonOf(use);
  if (today.missing || isAsSaid(today, said)) return undefined;
  const then = await past.possiblyAt([now], use.last, (asked) => isAsSaid(together(asked), said));
  return then ?? (said && today.allowed ? past.possiblyAt([now], use.last, isRefused) : undefined);
}

const isAsSaid = (decision: Decision, said: ReturnType<typeof reasonOf>): boolean =>
  !decision.allowed &&
  !decision.missing &&
  (!said || (decision.policyType === said.policyType && decision.explicit === said.explicit));

function isRefused(asked: readonly RecordedQuestion[]): boolean {
  const decision = together(asked);
  return !decision.allowed && !decision.missing;
}

const timeOf = (eventTime = '') => Date.parse(eventTime) || 0;

/** As it can be kept: where the grant that was asked for is not known, there is none. */
function settledRequest({ request }: RecordedQuestion): RecordedQuestion['request'] {
  const { principal, action, resource, resourceAccount, condition } = request;
  const plain = { principal, action, resource, resourceAccount, condition };
  try {
    return { ...plain, childGrant: request.childGrant };
  } catch (error) {
    if (error instanceof UnknownReached) return plain;
    throw error;
  }
}

/**
 * AWS denied it. Where it would be denied for the reason that AWS gives if what nobody recorded was not there, that is why;
 * else no more is known than AWS's sentence.
 */
function asAwsSaid(use: Use, inputs: PolicyInputs, request: AccessRequest, { missing }: Decision): Decision {
  const said = reasonOf(use);
  const absent = decide(inputs, unknownAsAbsent(request));
  if (isAsSaid(absent, said)) return absent;
  const policyType = said?.policyType ?? 'identity-based policy';
  return { allowed: false, explicit: false, policyType, missing };
}

function append(
  tx: Transaction,
  event: KeptEvent,
  decisions: readonly DecisionRecord[],
  inCourseOf: string | undefined,
): void {
  const resources = (event.resources ?? []).flatMap(({ ARN, arn }) => ARN ?? arn ?? []);
  const decided = decisions.map(({ resource }) => resource);
  const about = distinctNames([
    ...decided,
    ...resources,
    ...identityChanged(event),
    ...groupsIn(event),
    ...idsIn(event.requestParameters),
    ...idsIn(event.responseElements),
  ]);
  const name = userName(event);
  const { accessKeyId } = event.userIdentity ?? {};
  const isToService = event.userIdentity?.invokedBy !== undefined && decisions.some(isDenial);
  const entry: AuditEntry = {
    stream: `${event.recipientAccountId}/${event.awsRegion}`,
    atMs: timeOf(event.eventTime),
    labels: {
      EventId: event.eventID ?? '',
      EventName: event.eventName ?? '',
      EventSource: event.eventSource ?? '',
      RequestId: event.requestID ?? '',
      ReadOnly: asText(event.readOnly ?? false),
      About: about,
      ResourceName: about,
      ...(name && { Username: name }),
      ...(accessKeyId && { AccessKeyId: accessKeyId }),
      ...(isToService && { [DENIED_TO_SERVICE.name]: DENIED_TO_SERVICE.value }),
      ...(inCourseOf && { InCourseOf: inCourseOf }),
    },
    body: { event: event as unknown as CloudTrailEvent, decisions },
  };
  tx.append(auditLog, entry);
}

const isDenial = ({ decision }: DecisionRecord): boolean => !decision.allowed;

/** By name only: parameters of IAM have no ARNs. */
function identityChanged(event: KeptEvent): string[] {
  const owners = new Set(recordedChanges(event).map(({ owner }) => owner));
  return [...owners].flatMap((owner) => {
    const [, account, identity] = /^(\d{12}):(.+)$/.exec(owner) ?? [];
    return account && identity ? [`arn:aws:iam::${account}:${identity}`] : [];
  });
}

function userName({ userIdentity = {} }: KeptEvent): string | undefined {
  const { arn } = userIdentity;
  return arn && lastSegment(arn);
}

const distinctNames = (arns: readonly string[]): string[] => [...new Set(arns.flatMap(namesOf))];
