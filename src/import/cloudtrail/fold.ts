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
  VARYING_NAMES,
  type Varying,
} from './use.ts';

/** Beyond this the logs should be folded where they are: `latchkey import athena-sql`. */
const MAX_USES = 500_000;

/** Values that were seen, one more than is shown, so that it tells whether there were too many. Mostly there is one. */
type Seen = readonly string[];
const NONE: Seen = [];

/** There are as many of these as there are uses: small, and what is alike is shared. */
class Tally implements Record<(typeof VARYING_NAMES)[number], Seen> {
  count = 0;
  firstMs = Number.POSITIVE_INFINITY;
  lastMs = Number.NEGATIVE_INFINITY;
  /** Its place among the ids of last events. */
  readonly at: number;
  sessions = NONE;
  addresses = NONE;
  vpcEndpoints = NONE;
  mfa = NONE;

  constructor(at: number) {
    this.at = at;
  }

  note(count: number, firstMs: number, lastMs: number, lastEvent: string, ids: EventIds): void {
    this.count += count;
    if (firstMs < this.firstMs) this.firstMs = firstMs;
    if (lastMs < this.lastMs || (lastMs === this.lastMs && lastEvent < ids.get(this.at))) return;
    this.lastMs = lastMs;
    ids.set(this.at, lastEvent);
  }

  vary(name: (typeof VARYING_NAMES)[number], value: string, texts: Texts): void {
    const seen = this[name];
    if (value === '' || seen.length > MAX_VARYING || seen.includes(value)) return;
    // As long as what is in it; an array that grows is longer.
    this[name] = seen.concat(texts.own(value));
  }
}

const shown = (values: Seen): Seen =>
  values.length > MAX_VARYING || values.includes(MANY) ? [MANY] : [...values].sort();

/** As CloudTrail writes it. */
const timeText = (atMs: number): string => new Date(atMs).toISOString().replace('.000Z', 'Z');

/** Not a slice that keeps the whole text of its record alive. */
const ownText = (text: string): string => Buffer.from(text).toString();

const ID_CHARS = 36;
const EVENT_ID = /^[0-9a-f-]{36}$/;

/** Ids of events by their places, as bytes: each record brings another, and as strings they would be most of the garbage. */
class EventIds {
  #bytes = Buffer.alloc(ID_CHARS * 1024);
  readonly #others = new Map<number, string>();

  set(at: number, id: string): void {
    if (!EVENT_ID.test(id)) {
      this.#others.set(at, ownText(id));
      return;
    }
    this.#others.delete(at);
    const start = at * ID_CHARS;
    if (start >= this.#bytes.length)
      this.#bytes = Buffer.concat([this.#bytes], Math.max(this.#bytes.length * 2, start + ID_CHARS));
    this.#bytes.write(id, start, 'latin1');
  }

  get(at: number): string {
    const start = at * ID_CHARS;
    const other = this.#others.get(at);
    if (other !== undefined) return other;
    return this.#bytes[start] ? this.#bytes.toString('latin1', start, start + ID_CHARS) : '';
  }
}

/** Each record brings its own copies of the same few names: one of each is kept, and has a number. */
class Texts {
  readonly #numbers = new Map<string, number>();
  readonly #texts: string[] = [];

  number(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    const own = ownText(text);
    this.#numbers.set(own, this.#texts.length);
    return this.#texts.push(own) - 1;
  }

  /** By number, the place of each text in the order of them all. */
  ranks(): Uint32Array {
    const ranks = new Uint32Array(this.#texts.length);
    const sorted = [...this.#numbers].sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [rank, [, number]] of sorted.entries()) ranks[number] = rank;
    return ranks;
  }

  at(number: number): string {
    return this.#texts[number] as string;
  }

  own(text: string): string {
    return this.at(this.number(text));
  }
}

export class Fold {
  /** By the numbers of their facts, with blanks between. */
  readonly #uses = new Map<string, Tally>();
  readonly #texts = new Texts();
  readonly #lastEvents = new EventIds();
  readonly #seen = new SeenEvents();
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
    // What was missing in a record is delivered with it once more, under another id.
    if (this.#seen.has(record.addendum?.originalEventID ?? eventID)) return false;
    this.#records++;
    const { facts, session, address, vpcEndpoint, mfa } = factsOf(record);
    const tally = this.#tallyOf(facts);
    const atMs = Date.parse(eventTime);
    tally.note(1, atMs, atMs, eventID, this.#lastEvents);
    tally.vary('sessions', session, this.#texts);
    tally.vary('addresses', address, this.#texts);
    tally.vary('vpcEndpoints', vpcEndpoint, this.#texts);
    tally.vary('mfa', mfa, this.#texts);
    return true;
  }

  addUse(use: Use): void {
    this.#records += use.count;
    const tally = this.#tallyOf(use);
    const [firstMs, lastMs] = [Date.parse(use.first), Date.parse(use.last)];
    tally.note(use.count, firstMs, lastMs, use.lastEvent, this.#lastEvents);
    for (const name of VARYING_NAMES) {
      for (const value of use[name]) tally.vary(name, value, this.#texts);
    }
  }

  #tallyOf(facts: UseFacts): Tally {
    let name = '';
    for (const fact of FACT_NAMES) name += `${this.#texts.number(facts[fact])} `;
    const known = this.#uses.get(name);
    if (known) return known;
    if (this.#uses.size >= MAX_USES) {
      throw new SnapshotError(
        `there are more than ${MAX_USES} distinct uses; import fewer days, or fold them where they are: latchkey import athena-sql`,
      );
    }
    const made = new Tally(this.#uses.size);
    this.#uses.set(ownText(name), made);
    return made;
  }

  /** In the order of their facts. */
  *uses(): Generator<Use> {
    for (const [name, tally] of this.#inOrder()) {
      const facts = numbersOf(name).map((number, i) => [FACT_NAMES[i], this.#texts.at(number)]);
      const varying = VARYING_NAMES.map((each) => [each, shown(tally[each])]);
      yield {
        ...(Object.fromEntries(facts) as UseFacts),
        count: tally.count,
        first: timeText(tally.firstMs),
        last: timeText(tally.lastMs),
        lastEvent: this.#lastEvents.get(tally.at),
        ...(Object.fromEntries(varying) as Varying),
      };
    }
  }

  /** Texts are put in order once; then uses are compared by numbers alone. */
  #inOrder(): [name: string, tally: Tally][] {
    const width = FACT_NAMES.length;
    const ranks = this.#texts.ranks();
    const facts = new Uint32Array(this.#uses.size * width);
    for (const [name, { at }] of this.#uses)
      facts.set(
        numbersOf(name).map((number) => ranks[number] as number),
        at * width,
      );
    return [...this.#uses].sort(([, a], [, b]) => {
      for (let i = 0; i < width; i++) {
        const difference = (facts[a.at * width + i] as number) - (facts[b.at * width + i] as number);
        if (difference !== 0) return difference;
      }
      return 0;
    });
  }
}

const numbersOf = (name: string): number[] => name.trimEnd().split(' ').map(Number);
