/** Turns of the event loop as promises. */
import type { Turns } from './ports.ts';

/** Resolves once everything that is ready has had its turn. */
export const nextTurn = (turns: Turns): Promise<void> => new Promise((resolve) => turns.next(resolve));

/** Long work in pieces: others have their turn after each. */
export class Pace {
  readonly #turns: Turns;
  readonly #unitsPerTurn: number;
  #units = 0;
  /** At how many units, of whole pieces, the last turn was. */
  #lastTurn = 0;

  /** @param unitsPerTurn some ten milliseconds of work */
  constructor(turns: Turns, unitsPerTurn: number) {
    this.#turns = turns;
    this.#unitsPerTurn = unitsPerTurn;
  }

  /** Whether it came to more than one piece. */
  get isLong(): boolean {
    return this.#units > this.#unitsPerTurn;
  }

  /** Counts what comes next. Undefined while the piece at hand goes on: most work is short, and waits for nothing. */
  next(units = 1): Promise<void> | undefined {
    this.count(units);
    const isFull = this.#units - this.#lastTurn >= this.#unitsPerTurn;
    if (!isFull) return undefined;
    this.#lastTurn = this.#units - (this.#units % this.#unitsPerTurn);
    return nextTurn(this.#turns);
  }

  /** Counts what cannot wait: the turn comes with what can. */
  count(units = 1): void {
    this.#units += units;
  }
}

/** So many go on together, which is some milliseconds of work; whoever comes later has a turn after theirs. */
const MAX_TOGETHER = 32;
/** So many are waited for at most, while each brings more of those who go on together. */
const MAX_TURNS = 4;

interface Group extends PromiseWithResolvers<void> {
  members: number;
}

/**
 * Turns that those who wait for them have together. They go on step by step, side by side, so that the processor's caches need
 * to hold the code of one step at a time.
 */
export class CommonTurns {
  readonly #turns: Turns;
  readonly #waiting: Group[] = [];

  constructor(turns: Turns) {
    this.#turns = turns;
  }

  next(): Promise<void> {
    let group = this.#waiting.at(-1);
    if (group === undefined || group.members === MAX_TOGETHER) {
      group = { ...Promise.withResolvers<void>(), members: 0 };
      if (this.#waiting.push(group) === 1) this.#awaitTurn();
    }
    group.members++;
    return group.promise;
  }

  /** `members` had come before the turn. Who is alone goes on with the first one. */
  #awaitTurn(members = 1, turns = 1): void {
    this.#turns.next(() => {
      const group = this.#waiting[0] as Group;
      const isComplete = group.members === members || group.members === MAX_TOGETHER || turns === MAX_TURNS;
      if (!isComplete) return this.#awaitTurn(group.members, turns + 1);
      this.#waiting.shift();
      group.resolve();
      if (this.#waiting.length > 0) this.#awaitTurn();
    });
  }
}
