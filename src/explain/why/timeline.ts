/** One failure from its beginning to its end: who called, what services asked of KMS for it, and what became of the resource. */
import type { Scope } from '../../aws/scope.ts';
import { eventLog } from '../../invoke/audit/event-outbox.ts';
import type { EventEnvelope } from '../../invoke/event.ts';
import { MINUTE_MS } from '../../platform/durations.ts';
import type { ReadTransaction } from '../../store/store.ts';
import { namedResource } from '../denial/explained-check.ts';
import {
  actionOf,
  byLabel,
  invokedBy,
  isCallersOwn,
  isDenied,
  isFailed,
  type Recorded,
} from '../history/recorded-calls.ts';
import type { Reading } from '../question/reading.ts';
import { lastSegment } from '../words/names.ts';
import { callerOf } from './explain.ts';
import { findCall } from './find.ts';

export interface TimelineStep {
  readonly lane: 'caller' | 'service' | 'kms' | 'resource';
  readonly at: string;
  readonly title: string;
  readonly detail?: string;
  /** Of what a service asked: with whose rights. */
  readonly rights?: string;
  readonly outcome: 'allowed' | 'denied' | 'failed' | 'changed';
  /** Of a call: who made it, for what, and where it is on record. */
  readonly who?: string;
  readonly action?: string;
  readonly resource?: string;
  readonly eventId?: string;
  /** The call that is explained. */
  readonly isCause?: true;
}

export interface Timeline {
  readonly subject: string;
  readonly lanes: Readonly<Record<TimelineStep['lane'], string>>;
  readonly steps: readonly TimelineStep[];
}

/** What is heard of the resource within this time belongs to the call. */
const AFTERMATH_MS = 10 * MINUTE_MS;
/** Of events, and of calls that changed the key's state. */
const REACH = 200;
const MAX_CALLS = 40;
const MAX_EVENTS = 12;

export async function timelineOf(
  from: Reading,
  subject: string,
  scope: Scope,
): Promise<Timeline | undefined> {
  const finding = await findCall(from, subject, scope);
  const { entry, symptom, outer } = finding ?? {};
  if (!entry) return undefined;
  const requestId = String((outer ?? entry).body.event.requestID);
  const ofRequest = (await byLabel(from.tx, 'RequestId', requestId)).filter(isCallersOwn);
  const calls = inCourse(distinct([...ofRequest, entry])).slice(0, MAX_CALLS);
  const first = calls[0] ?? entry;
  const steps = [
    ...(await keyStateChange(from.tx, entry)),
    ...calls.map((call) => callStep(call, call.sequence === entry.sequence, call === first)),
    ...(await aftermath(from.tx, subject, first)),
  ];
  return { subject, lanes: lanesOf(first, entry, subject), steps: endingWith(steps, symptom) };
}

/** What became of the resource is said at the event that says it happened, else at the end. */
function endingWith(steps: readonly TimelineStep[], symptom: string | undefined): readonly TimelineStep[] {
  if (symptom === undefined) return steps;
  const at = steps.findLastIndex(({ lane, outcome }) => lane === 'resource' && outcome === 'failed');
  const end = steps[at];
  if (end) return steps.with(at, { ...end, detail: symptom });
  return [...steps, { lane: 'resource', at: steps.at(-1)?.at ?? '', title: symptom, outcome: 'failed' }];
}

/** What a service did for a call is on record before the call itself, which ends later: here it stands after it. */
function inCourse(calls: readonly Recorded[]): Recorded[] {
  let courses: (readonly [Recorded, ...Recorded[]])[] = [];
  for (const call of calls.toSorted((one, other) => one.sequence - other.sequence)) {
    const service = serviceName(call.body.event.eventSource);
    const isOwn = ([first]: readonly [Recorded, ...Recorded[]]) => {
      const by = invokedBy(first);
      return by !== undefined && serviceName(by) === service;
    };
    const own = courses.filter(isOwn).flat();
    courses = [...courses.filter((course) => !isOwn(course)), [call, ...own]];
  }
  const isOfService = ([first]: readonly [Recorded, ...Recorded[]]) => Number(invokedBy(first) !== undefined);
  return courses.sort((one, other) => isOfService(one) - isOfService(other)).flat();
}

const distinct = (calls: readonly Recorded[]): Recorded[] => [
  ...new Map(calls.map((call) => [call.sequence, call])).values(),
];

/** `EC2`, `Auto Scaling` of `ec2-frontend-api.amazonaws.com`, `autoscaling.amazonaws.com`. */
function serviceName(host: string): string {
  // By this name EC2 opens the volumes of an instance.
  if (host === 'AWS Internal') return 'EC2';
  const id = host.split('.', 1)[0] ?? host;
  const names: Readonly<Record<string, string>> = {
    autoscaling: 'Auto Scaling',
    cloudformation: 'CloudFormation',
    events: 'EventBridge',
    logs: 'CloudWatch Logs',
  };
  return names[id] ?? (id.startsWith('ec2') ? 'EC2' : id.toUpperCase());
}

function lanesOf(first: Recorded, entry: Recorded, subject: string): Timeline['lanes'] {
  const service = invokedBy(entry) ?? entry.body.event.eventSource;
  const caller = invokedBy(first);
  return {
    caller: caller === undefined ? callerOf(first.body.event) : serviceName(caller),
    service: serviceName(service.startsWith('kms') ? first.body.event.eventSource : service),
    kms: 'KMS',
    resource: /^[a-z]+-[0-9a-f]+$/.test(subject) ? subject : 'Outcome',
  };
}

/** @param isFirst whoever made it stands at the beginning, also where it is a service */
function callStep(call: Recorded, isCause: boolean, isFirst: boolean): TimelineStep {
  const { event, decisions } = call.body;
  const service = invokedBy(call);
  const isKms = event.eventSource.startsWith('kms.');
  const deciding = decisions.find(({ decision }) => !decision.allowed) ?? decisions[0];
  const who = callerOf(event);
  const resource = deciding?.resource === '*' ? undefined : deciding?.resource;
  // Of what was still to be made there is only a pattern.
  const on = resource && !resource.endsWith('*') ? ` on ${namedResource(resource, undefined)}` : '';
  const name = service && serviceName(service);
  return {
    lane: isKms && service !== undefined ? 'kms' : service === undefined || isFirst ? 'caller' : 'service',
    at: event.eventTime,
    title: name === undefined ? `${who} called ${event.eventName}` : `${event.eventName}${on}`,
    ...(name && {
      rights: who === service ? `${name}, in its own name` : `${name}, with the rights of ${who}`,
    }),
    outcome: isDenied(call) ? 'denied' : isFailed(call) ? 'failed' : 'allowed',
    who,
    action: deciding?.action ?? actionOf(event),
    resource,
    eventId: event.eventID,
    ...(isCause && { isCause: true }),
  };
}

const STATE_CHANGES = /^(?:DisableKey|ScheduleKeyDeletion|DeleteImportedKeyMaterial)$/;

/** Where a key's state refused the call: who brought it into that state. */
async function keyStateChange(tx: ReadTransaction, entry: Recorded): Promise<TimelineStep[]> {
  if (!isFailed(entry) || isDenied(entry)) return [];
  const key = entry.body.decisions.find(({ resource }) => resource.includes(':key/'))?.resource;
  if (!key) return [];
  const change = (await byLabel(tx, 'About', key, REACH)).find(
    (call) =>
      STATE_CHANGES.test(call.body.event.eventName) && !isFailed(call) && call.sequence < entry.sequence,
  );
  if (!change) return [];
  const { event } = change.body;
  const title = `${callerOf(event)} called ${event.eventName} on ${namedResource(key, undefined)}`;
  return [
    { lane: 'kms', at: event.eventTime, title, outcome: 'changed', resource: key, eventId: event.eventID },
  ];
}

/** What the services emitted about the resource after the call, oldest first. */
async function aftermath(tx: ReadTransaction, subject: string, first: Recorded): Promise<TimelineStep[]> {
  const [account = '', region = ''] = first.stream.split('/');
  const range = {
    stream: `${account}/${region}`,
    fromMs: first.atMs,
    toMs: first.atMs + AFTERMATH_MS,
    limit: REACH,
  };
  // What else happens under the same key is another story.
  const resources = first.body.decisions
    .map(({ resource }) => resource)
    .filter((arn) => !arn.includes(':key/'));
  const names = new Set([subject, ...resources].map(lastSegment));
  const isAbout = ({ body }: { body: EventEnvelope }) =>
    body.resources.some((arn) => names.has(lastSegment(arn))) && body.source !== 'aws.kms';
  const heard = (await tx.scan(eventLog, range)).filter(isAbout).reverse().slice(0, MAX_EVENTS);
  return withoutRepeats(heard.map(({ body }) => eventStep(body)));
}

/** A group that cannot launch says so again and again. */
function withoutRepeats(steps: readonly TimelineStep[]): TimelineStep[] {
  const same = Map.groupBy(steps, ({ lane, title, detail, outcome }) =>
    JSON.stringify([lane, title, detail, outcome]),
  );
  return [...same.values()].map(([first, ...others]) => {
    const step = first as TimelineStep;
    return others.length === 0 ? step : { ...step, title: `${step.title} (${others.length + 1} times)` };
  });
}

function eventStep({ detail, time, resources, 'detail-type': type, source }: EventEnvelope): TimelineStep {
  const { state, result, event, cause, StatusMessage } = detail as Record<string, string | undefined>;
  const isFailure = /stopped|terminated|failed/.test(`${state} ${result}`) || /Unsuccessful/.test(type);
  const about = lastSegment(resources[0] ?? '');
  return {
    lane: source === 'aws.ec2' ? 'resource' : 'service',
    at: time,
    title: state ? `${about} is ${state}` : event ? `${event} ${result ?? ''}`.trim() : type,
    detail: StatusMessage || cause || undefined,
    outcome: isFailure ? 'failed' : 'changed',
  };
}
