/**
 * The few events that are kept whole: changes of policies, grants, keys and instances, by which the past is rebuilt; calls that
 * failed; the user's calls in whose course a service's call failed; the calls that began a session in which something failed;
 * and the last use of each key. Bounded, the latest first to stay.
 */
import { compareText } from '../../platform/compare-text.ts';
import { withoutSecrets } from '../snapshot/secrets.ts';
import { keyOf } from './changes/kms-changes.ts';
import { isOfWorkload, recordedChanges } from './changes/recorded-changes.ts';
import { Courses } from './courses.ts';
import { isCryptographic, type KeptEvent, type TrailRecord } from './use.ts';

const MAX_CHANGES = 100_000;
const MAX_WORKLOAD_CHANGES = 20_000;
const MAX_FAILURES = 20_000;
const MAX_FAILURES_OF_A_KIND = 20;
const MAX_CALLS = 10_000;
const MAX_SESSIONS = 5_000;
const MAX_KEYS = 5_000;

/** Calls of users for which other services are asked, and whose own failure shows later only. */
const CALLERS: ReadonlySet<string> = new Set([
  'ec2.amazonaws.com',
  'autoscaling.amazonaws.com',
  'cloudformation.amazonaws.com',
]);

const isUseOfKey = ({ eventSource, eventName = '' }: KeptEvent): boolean =>
  eventSource === 'kms.amazonaws.com' && isCryptographic(eventName);

const isFailure = ({ errorCode }: KeptEvent): boolean =>
  errorCode !== undefined && !errorCode.endsWith('DryRunOperation');

/** Access key id of the session that the call began. https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html */
export function begunSession({ eventSource, errorCode, responseElements }: TrailRecord): string | undefined {
  if (eventSource !== 'sts.amazonaws.com' || errorCode) return undefined;
  const { accessKeyId } = Object(Object(responseElements).credentials) as { accessKeyId?: unknown };
  return typeof accessKeyId === 'string' ? accessKeyId : undefined;
}

export class KeptEvents {
  readonly #changes = new Map<string, KeptEvent>();
  readonly #workload = new Map<string, KeptEvent>();
  readonly #failures = new Map<string, KeptEvent>();
  readonly #failuresOfAKind = new Map<string, string[]>();
  readonly #calls = new Map<string, KeptEvent>();
  /** By the key's ARN. */
  readonly #lastUses = new Map<string, KeptEvent>();
  /** By the access key of the session. */
  readonly #sessions = new Map<string, KeptEvent>();

  add(record: TrailRecord): void {
    const event = record as KeptEvent;
    const { eventID, eventSource = '', requestID } = event;
    if (!eventID) return;
    const session = begunSession(event);
    if (isFailure(event)) this.#addFailure(event, eventID);
    else if (session !== undefined) this.#put(this.#sessions, MAX_SESSIONS, session, event);
    else if (recordedChanges(event).length > 0) {
      if (isOfWorkload(event)) this.#put(this.#workload, MAX_WORKLOAD_CHANGES, eventID, event);
      else this.#put(this.#changes, MAX_CHANGES, eventID, event);
    } else if (isUseOfKey(event)) this.#addUse(event);
    else if (requestID && CALLERS.has(eventSource) && event.readOnly !== true)
      this.#put(this.#calls, MAX_CALLS, eventID, event);
  }

  #addUse(event: KeptEvent): void {
    const arn = keyOf(event);
    const known = arn === undefined ? undefined : this.#lastUses.get(arn);
    if (arn === undefined || (known && byTime(event, known) < 0)) return;
    if (known || this.#lastUses.size < MAX_KEYS) this.#lastUses.set(arn, event);
  }

  #addFailure(event: KeptEvent, eventID: string): void {
    const { userIdentity, eventName, errorCode } = event;
    const kind = `${userIdentity?.principalId}/${eventName}/${errorCode}`;
    const ids = this.#failuresOfAKind.get(kind) ?? [];
    this.#failuresOfAKind.set(kind, ids);
    ids.push(eventID);
    this.#put(this.#failures, MAX_FAILURES, eventID, event);
    if (ids.length > MAX_FAILURES_OF_A_KIND) this.#failures.delete(ids.shift() as string);
  }

  #put(events: Map<string, KeptEvent>, limit: number, name: string, event: KeptEvent): void {
    events.set(name, withoutSecrets(event) as KeptEvent);
    if (events.size <= limit) return;
    const [oldest] = events.keys();
    events.delete(oldest as string);
  }

  /** In the order of time. */
  events(): KeptEvent[] {
    const failures = [...this.#failures.values()];
    const courses = new Courses([...failures, ...this.#calls.values(), ...this.#workload.values()]);
    const requests = new Set(failures.flatMap((failure) => [failure.requestID, courses.of(failure)]));
    const calls = [...this.#calls.values()].filter(({ requestID }) => requests.has(requestID));
    const uses = [...this.#lastUses.values()].map((event) => withoutSecrets(event) as KeptEvent);
    return [
      ...this.#changes.values(),
      ...this.#workload.values(),
      ...failures,
      ...calls,
      ...uses,
      ...this.#begun(),
    ].sort(byTime);
  }

  /** Of the sessions in which something failed, and of those that they were begun in. */
  #begun(): Set<KeptEvent> {
    const begun = new Set<KeptEvent>();
    for (const failure of this.#failures.values()) {
      let event: KeptEvent | undefined = failure;
      while (event) {
        event = this.#sessions.get(event.userIdentity?.accessKeyId ?? '');
        if (event && begun.has(event)) break;
        if (event) begun.add(event);
      }
    }
    return begun;
  }
}

/** Of one second, what makes a thing comes before what uses it. */
const timeOf = ({ eventTime, eventName, eventID }: KeptEvent): string =>
  `${eventTime} ${eventName?.startsWith('Create') ? 0 : 1} ${eventID}`;

const byTime = (one: KeptEvent, other: KeptEvent): number => compareText(timeOf(one), timeOf(other));
