/** Folds records, or rows that are folded already, into uses. The result does not hang on their order. */
import { SnapshotError } from '../snapshot/snapshot.ts';
import { SeenEvents } from './seen-events.ts';
import {
  FACT_NAMES,
  factsOf,
  MANY,
  MAX_VARYING,
  type TrailRecord,
  type Use,
  type UseFacts,
  type Varying,
} from './use.ts';

/** Beyond this the logs should be folded where they are: `latchkey import athena-sql`. */
const MAX_USES = 500_000;

class Tally {
  readonly facts: UseFacts;
  count = 0;
  first = '';
  last = '';
  lastEvent = '';
  readonly sessions = new Set<string>();
  readonly addresses = new Set<string>();
  readonly vpcEndpoints = new Set<string>();
  readonly mfa = new Set<string>();

  constructor(facts: UseFacts) {
    this.facts = facts;
  }

  note(count: number, first: string, last: string, lastEvent: string): void {
    this.count += count;
    if (this.first === '' || first < this.first) this.first = first;
    if (last > this.last || (last === this.last && lastEvent > this.lastEvent)) {
      this.last = last;
      this.lastEvent = lastEvent;
    }
  }
}

/** One more than is shown, so that the set tells whether there were too many. */
function vary(values: Set<string>, value: string): void {
  if (value !== '' && values.size <= MAX_VARYING) values.add(value);
}

const shown = (values: ReadonlySet<string>): readonly string[] =>
  values.size > MAX_VARYING || values.has(MANY) ? [MANY] : [...values].sort();

export class Fold {
  readonly #uses = new Map<string, Tally>();
  readonly #seen = new SeenEvents();
  /** Shared strings: each record brings its own copies of the same few names. */
  #records = 0;

  get records(): number {
    return this.#records;
  }

  get size(): number {
    return this.#uses.size;
  }

  /** Counts a record; false where it was counted before, as CloudTrail may deliver one twice. */
  addRecord(record: TrailRecord): boolean {
    const { eventTime = '', eventID = '' } = record;
    if (this.#seen.has(eventID)) return false;
    this.#records++;
    const { facts, session, address, vpcEndpoint, mfa } = factsOf(record);
    const tally = this.#tallyOf(facts);
    tally.note(1, eventTime, eventTime, eventID);
    vary(tally.sessions, session);
    vary(tally.addresses, address);
    vary(tally.vpcEndpoints, vpcEndpoint);
    vary(tally.mfa, mfa);
    return true;
  }

  addUse(use: Use): void {
    this.#records += use.count;
    const tally = this.#tallyOf(use);
    tally.note(use.count, use.first, use.last, use.lastEvent);
    for (const name of ['sessions', 'addresses', 'vpcEndpoints', 'mfa'] as const) {
      for (const value of use[name]) vary(tally[name], value);
    }
  }

  #tallyOf(facts: UseFacts): Tally {
    const name = nameOf(facts);
    const known = this.#uses.get(name);
    if (known) return known;
    if (this.#uses.size >= MAX_USES) {
      throw new SnapshotError(
        `there are more than ${MAX_USES} distinct uses; import fewer days, or fold them where they are: latchkey import athena-sql`,
      );
    }
    const made = new Tally(ownFacts(facts));
    this.#uses.set(name, made);
    return made;
  }

  /** In the order of their names. */
  uses(): Use[] {
    return [...this.#uses]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, { facts, count, first, last, lastEvent, ...sets }]) => {
        const varying: Varying = {
          sessions: shown(sets.sessions),
          addresses: shown(sets.addresses),
          vpcEndpoints: shown(sets.vpcEndpoints),
          mfa: shown(sets.mfa),
        };
        return { ...facts, count, first, last, lastEvent, ...varying };
      });
  }
}

function nameOf(facts: UseFacts): string {
  let name = '';
  for (const fact of FACT_NAMES) name += `${facts[fact]}\u0001`;
  return name;
}

/** The facts alone, and none of them a slice that keeps the record's whole text alive. */
function ownFacts(facts: UseFacts): UseFacts {
  return Object.fromEntries(
    FACT_NAMES.map((name) => [name, Buffer.from(facts[name]).toString()]),
  ) as unknown as UseFacts;
}
