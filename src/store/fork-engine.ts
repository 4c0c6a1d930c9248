/** A state of its own over another engine's: what is applied here stays here, and is gone with it. */
import type { AnyTable, Appended, Change, Engine, Found } from './engine.ts';
import type { Span } from './key.ts';
import { Overlay } from './overlay.ts';
import type { LogRange } from './store.ts';

export class ForkEngine implements Engine {
  readonly rollbacks = 0;
  readonly #base: Engine;
  readonly #applied: Overlay;
  readonly #nextSequences = new Map<string, number>();

  constructor(base: Engine) {
    this.#base = base;
    this.#applied = new Overlay(base);
  }

  get(table: AnyTable, key: string): object | undefined {
    return this.#applied.record(table, key);
  }

  entries(table: AnyTable, index: string | undefined, span: Span): Found[] {
    return this.#applied.entries(table, index, span);
  }

  scan(log: string, range: LogRange): Appended[] {
    return this.#applied.logEntries(log, range);
  }

  nextSequence(log: string): number {
    return this.#nextSequences.get(log) ?? this.#base.nextSequence(log);
  }

  apply(changes: readonly Change[], appended: readonly Appended[]): void {
    this.#applied.absorb(changes, appended);
    for (const { log, sequence } of appended) this.#nextSequences.set(log, sequence + 1);
  }

  /** It does not live long enough to have anything to forget. */
  trim(): number {
    return 0;
  }

  /** As it forgets nothing, what it began with is its earliest. */
  earliestMs(log: string): number | undefined {
    return this.#base.earliestMs(log);
  }

  async durable(): Promise<void> {}

  admission(): undefined {}

  async close(): Promise<void> {}
}
