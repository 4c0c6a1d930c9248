/** Turns of the event loop as promises. */
import type { Turns } from './ports.ts';

/** Resolves once everything that is ready has had its turn. */
export const nextTurn = (turns: Turns): Promise<void> => new Promise((resolve) => turns.next(resolve));

/** So many go on together, which is some milliseconds of work; whoever comes later has a turn after theirs. */
const MAX_TOGETHER = 32;

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

  #awaitTurn(): void {
    this.#turns.next(() => {
      this.#waiting.shift()?.resolve();
      if (this.#waiting.length > 0) this.#awaitTurn();
    });
  }
}
