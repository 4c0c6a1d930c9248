/** Turns of the event loop as promises. */
import type { Turns } from './ports.ts';

/** Resolves once everything that is ready has had its turn. */
export const nextTurn = (turns: Turns): Promise<void> => new Promise((resolve) => turns.next(resolve));

/**
 * One promise for all who wait for the same turn. They go on step by step, side by side, so that the processor's caches need to
 * hold the code of one step at a time.
 */
export class CommonTurns {
  readonly #turns: Turns;
  #next: Promise<void> | undefined;

  constructor(turns: Turns) {
    this.#turns = turns;
  }

  next(): Promise<void> {
    this.#next ??= nextTurn(this.#turns).then(() => {
      this.#next = undefined;
    });
    return this.#next;
  }
}
