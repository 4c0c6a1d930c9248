/** What was changed when, by whose it was: so that what held at an earlier time can be told, or said to be unknown. */
import { type RecordedChange, recordedChange } from '../../../import/cloudtrail/recorded-changes.ts';
import type { KeptEvent } from '../../../import/cloudtrail/use.ts';

/** Who changed what, and when. */
export interface PastChange {
  readonly at: string;
  /** `kms:PutKeyPolicy` */
  readonly action: string;
  readonly by: string;
  readonly eventID: string;
}

/** Of what was changed later: what it was, null where it was not there, undefined where nobody recorded it. */
export interface PastState {
  readonly what: string;
  readonly value: string | null | undefined;
  /** The first change after that time. */
  readonly changed: PastChange;
}

export class Timelines {
  /** By owner, oldest first. */
  readonly #changes = new Map<string, RecordedChange[]>();

  constructor(events: Iterable<KeptEvent>) {
    for (const event of events) {
      const change = recordedChange(event);
      if (!change) continue;
      const known = this.#changes.get(change.owner);
      if (known) known.push(change);
      else this.#changes.set(change.owner, [change]);
    }
    for (const changes of this.#changes.values()) changes.sort(byTime);
  }

  /** What of the owner was changed after the time, each with what it was at the time. */
  statesAt(owner: string, time: string): PastState[] {
    const changes = this.#changes.get(owner) ?? [];
    const later = changes.filter((change) => !isUntil(change, time) && change.what !== undefined);
    const firsts = new Map(later.toReversed().map((change) => [change.what as string, change]));
    return [...firsts].map(([what, first]) => {
      const then = this.#lastUntil(owner, what, time);
      // A role is made with a trust policy, and with nothing else.
      const isBorn = what !== 'trust policy' && changes.some((each) => each.isNew && isUntil(each, time));
      const value = then ? then.value : isBorn ? null : first.before;
      return { what, value, changed: pastChange(first) };
    });
  }

  /** What something of the owner was last made before or at the time; undefined where that is not recorded. */
  valueAt(owner: string, what: string, time: string): string | null | undefined {
    return this.#lastUntil(owner, what, time)?.value;
  }

  #lastUntil(owner: string, what: string, time: string): RecordedChange | undefined {
    const changes = this.#changes.get(owner) ?? [];
    return changes.findLast((change) => change.what === what && isUntil(change, time));
  }

  /** The first change of any of the owners after the time. */
  firstSince(owners: Iterable<string>, time: string): PastChange | undefined {
    let first: RecordedChange | undefined;
    for (const owner of owners) {
      const next = this.#changes.get(owner)?.find((change) => !isUntil(change, time));
      if (next && (!first || timeOf(next) < timeOf(first))) first = next;
    }
    return first && pastChange(first);
  }
}

const secondOf = (time: string): string => time.slice(0, 'YYYY-MM-DDTHH:MM:SS'.length);

/** Records have times to the second: the time before whatever was changed within it, but for what had to be made first. */
export const beginningOfSecond = secondOf;

const isUntil = (change: RecordedChange, time: string): boolean =>
  timeOf(change) <= time || (change.isNew === true && secondOf(timeOf(change)) === secondOf(time));

/** Of one second, what makes a thing comes before what changes it. */
function byTime(a: RecordedChange, b: RecordedChange): number {
  const [one, other] = [timeOf(a), timeOf(b)];
  if (one !== other) return one < other ? -1 : 1;
  return Number(b.isNew ?? false) - Number(a.isNew ?? false);
}

const timeOf = ({ event }: RecordedChange): string => event.eventTime ?? '';

function pastChange({ event }: RecordedChange): PastChange {
  const { eventTime = '', eventSource = '', eventName, eventID = '', userIdentity } = event;
  return {
    at: eventTime,
    action: `${eventSource.replace('.amazonaws.com', '')}:${eventName}`,
    by: userIdentity?.arn ?? userIdentity?.invokedBy ?? 'somebody',
    eventID,
  };
}

/** Why what held before a change is not known. */
export const beforeChange = ({ at, action, by }: PastChange): string =>
  `${by} called ${action} at ${at}, and what held before is not recorded`;
