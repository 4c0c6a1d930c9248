/** What was changed when, by whose it was: so that what held at an earlier time can be told, or said to be unknown. */
import type { RecordedChange } from '../../import/cloudtrail/changes/change.ts';
import { recordedChanges } from '../../import/cloudtrail/changes/recorded-changes.ts';
import type { KeptEvent } from '../../import/cloudtrail/use.ts';
import { actionOf } from './recorded-calls.ts';

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

/** What is there of something now, as far as it was recorded. */
export interface Present {
  /** Its making is recorded: what is not among its parts is not there. Else there may be more. */
  readonly isWhole: boolean;
  /** The last change of each part that is there. */
  readonly parts: ReadonlyMap<string, RecordedChange>;
  readonly first: PastChange;
  readonly last: PastChange;
}

export class Timelines {
  /** By owner, oldest first. */
  readonly #changes = new Map<string, RecordedChange[]>();

  constructor(events: Iterable<KeptEvent>) {
    for (const event of events) {
      for (const change of recordedChanges(event)) {
        const known = this.#changes.get(change.owner);
        if (known) known.push(change);
        else this.#changes.set(change.owner, [change]);
      }
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
      const value = then ? then.value : first.before;
      return { what, value, changed: pastChange(first) };
    });
  }

  /** What something of the owner was last made before or at the time; undefined where that is not recorded. */
  valueAt(owner: string, what: string, time: string): string | null | undefined {
    return this.#lastUntil(owner, what, time)?.value;
  }

  /** What was made or ended by then, and had no such part since, has none. */
  #lastUntil(owner: string, what: string, time: string): Pick<RecordedChange, 'value'> | undefined {
    const until = (this.#changes.get(owner) ?? []).filter((change) => isUntil(change, time));
    for (const change of until.toReversed()) {
      if (change.what === what) return change;
      if (change.isNew || change.isEnd) return { value: null };
    }
    return undefined;
  }

  owners(): Iterable<string> {
    return this.#changes.keys();
  }

  /** Undefined of what has ended, and of what nothing is recorded. */
  now(owner: string): Present | undefined {
    const changes = this.#changes.get(owner) ?? [];
    const [first] = changes;
    const last = changes.at(-1);
    if (!first || !last) return undefined;
    const parts = new Map<string, RecordedChange>();
    let isWhole = false;
    let isThere = true;
    for (const change of changes) {
      if (change.isNew || change.isEnd) {
        parts.clear();
        isWhole = change.isNew ?? false;
      }
      isThere = !change.isEnd;
      if (change.what === undefined) continue;
      if (change.value === null) parts.delete(change.what);
      else parts.set(change.what, change);
    }
    return isThere ? { isWhole, parts, first: pastChange(first), last: pastChange(last) } : undefined;
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

export const secondOf = (time: string): string => time.slice(0, 'YYYY-MM-DDTHH:MM:SS'.length);

/** Sorts before the Z that times end with. */
const WITHIN = '+';

/**
 * Records have times to the second. The moments of one: after all that was changed in it, before it, but for what had to be made
 * first, and in its course, when what was given in it is there and nothing has gone (EBS has a grant for as long as it takes to
 * make a volume).
 */
export const momentsOf = (time: string): string[] => [time, secondOf(time), `${secondOf(time)}${WITHIN}`];

function isUntil(change: RecordedChange, time: string): boolean {
  if (timeOf(change) <= time) return true;
  const isGiven = time.endsWith(WITHIN) && change.value !== null;
  return (change.isOfMaking === true || isGiven) && secondOf(timeOf(change)) === secondOf(time);
}

/** Of one second, what makes a thing comes before what changes it. */
function byTime(a: RecordedChange, b: RecordedChange): number {
  const [one, other] = [timeOf(a), timeOf(b)];
  if (one !== other) return one < other ? -1 : 1;
  const rank = ({ isNew, isOfMaking }: RecordedChange) => (isNew ? 0 : isOfMaking ? 1 : 2);
  return rank(a) - rank(b);
}

const timeOf = ({ event }: RecordedChange): string => event.eventTime ?? '';

export function pastChange({ event }: Pick<RecordedChange, 'event'>): PastChange {
  const { eventTime = '', eventSource = '', eventName = '', eventID = '', userIdentity } = event;
  return {
    at: eventTime,
    action: actionOf({ eventSource, eventName }),
    by: userIdentity?.arn ?? userIdentity?.invokedBy ?? 'somebody',
    eventID,
  };
}

/** Why what held before a change is not known. */
export const beforeChange = ({ at, action, by }: PastChange): string =>
  `${by} called ${action} at ${at}, and what held before is not recorded`;
