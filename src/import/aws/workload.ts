/**
 * How much of an import is left, over all its places: what is known of each row's calls, and for places that nobody has
 * looked at yet what the same row took elsewhere.
 */
import type { Scope } from '../../aws/scope.ts';
import { GLOBAL, type ReadRow } from '../read-row.ts';
import { LOOKUP_EVENTS, READS } from '../reads.ts';
import { rateOf } from './pace.ts';

export interface Left {
  /** About so many calls. */
  readonly calls: number;
  readonly seconds: number;
  /** Accounts and Regions that are not read to their end. */
  readonly places: number;
}

interface Tally {
  expected: number;
  done: number;
}

/** One row for the history, of which a day of a service is one call or more. */
const HISTORY: Pick<ReadRow, 'operation' | 'each'> = { operation: LOOKUP_EVENTS };
type Row = Pick<ReadRow, 'operation' | 'each'>;

export class Workload {
  readonly #nowMs: () => number;
  /** By place, the calls of each row. */
  readonly #places = new Map<string, Map<Row, Tally>>();
  /** What calls of a service have taken, from one answer to the next. */
  readonly #taken = new Map<string, { calls: number; ms: number }>();
  #answeredAtMs: number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
    this.#answeredAtMs = nowMs();
  }

  /** Everything that is to be read; `history`: how many days of services in each Region. */
  plan(places: readonly Scope[], history: number): void {
    for (const place of places) {
      const isGlobal = place.region === GLOBAL;
      for (const row of READS) if ((row.scope !== 'region') === isGlobal) this.#tally(place, row);
      if (!isGlobal && history > 0) this.expect(place, HISTORY, history);
    }
  }

  expect(place: Scope, row: Row, calls: number): void {
    this.#tally(place, row).expected = calls;
  }

  /** One of them, which was asked now or known before. */
  done(place: Scope, row: Row = HISTORY, wasAsked = true): void {
    this.#tally(place, row).done++;
    const nowMs = this.#nowMs();
    if (wasAsked) {
      const service = serviceOf(row);
      const { calls, ms } = this.#taken.get(service) ?? { calls: 0, ms: 0 };
      this.#taken.set(service, { calls: calls + 1, ms: ms + nowMs - this.#answeredAtMs });
    }
    this.#answeredAtMs = nowMs;
  }

  left(): Left {
    let [calls, seconds, places] = [0, 0, 0];
    const typical = this.#typical();
    for (const tallies of this.#places.values()) {
      let here = 0;
      for (const [row, { expected, done }] of tallies) {
        const known = expected >= 0 ? expected : (typical.get(row) ?? (row.each ? 0 : 1));
        const open = Math.max(0, known - done);
        here += open;
        seconds += open * this.#secondsOf(serviceOf(row));
      }
      calls += here;
      if (here > 0) places++;
    }
    return { calls: Math.round(calls), seconds, places };
  }

  /** What a row takes where it is known, on the average. */
  #typical(): Map<Row, number> {
    const sums = new Map<Row, { places: number; calls: number }>();
    for (const tallies of this.#places.values()) {
      for (const [row, { expected }] of tallies) {
        if (expected < 0) continue;
        const { places, calls } = sums.get(row) ?? { places: 0, calls: 0 };
        sums.set(row, { places: places + 1, calls: calls + expected });
      }
    }
    return new Map([...sums].map(([row, { places, calls }]) => [row, calls / places]));
  }

  #secondsOf(service: string): number {
    const taken = this.#taken.get(service);
    return taken ? taken.ms / taken.calls / 1000 : 1 / rateOf(service);
  }

  #tally({ account, region }: Scope, row: Row): Tally {
    const name = `${account}/${region}`;
    const tallies = this.#places.get(name) ?? new Map<Row, Tally>();
    this.#places.set(name, tallies);
    const tally = tallies.get(row) ?? { expected: -1, done: 0 };
    tallies.set(row, tally);
    return tally;
  }
}

const serviceOf = ({ operation }: Row): string => operation.slice(0, operation.indexOf(':'));
