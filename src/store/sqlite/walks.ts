/**
 * What walks through a table have found, for as long as the table stands as it is: a listing that is asked for again and again
 * costs no look into the file. Bounded: when it is full, all are forgotten.
 */
import type { Span } from '../key.ts';

/** A position, and the key of the record there. */
export type Step = readonly [position: string, key: string];

/** Of all walks that are remembered together. */
const MAX_STEPS = 20_000;

export class Walks {
  readonly #byTable = new Map<string, Map<string, readonly Step[]>>();
  #steps = 0;

  of(table: string, index: string | undefined, span: Span, walk: () => readonly Step[]): readonly Step[] {
    const { from, to, reverse, limit } = span;
    const name = `${index ?? ''} ${reverse} ${limit} ${from} ${to}`;
    const known = this.#byTable.get(table)?.get(name);
    if (known) return known;
    const steps = walk();
    if (steps.length >= MAX_STEPS) return steps;
    if (this.#steps + steps.length > MAX_STEPS) this.clear();
    const walks = this.#byTable.get(table) ?? new Map<string, readonly Step[]>();
    this.#byTable.set(table, walks.set(name, steps));
    // One that has found nothing takes room too.
    this.#steps += steps.length + 1;
    return steps;
  }

  /** The table has changed. */
  forget(table: string): void {
    for (const steps of this.#byTable.get(table)?.values() ?? []) this.#steps -= steps.length + 1;
    this.#byTable.delete(table);
  }

  clear(): void {
    this.#byTable.clear();
    this.#steps = 0;
  }
}
