/** A state of its own over another engine's: what is applied here stays here, and is gone with it. */
import type { AnyTable, Appended, Change, Engine, Found, KeptEntry } from './engine.ts';
import type { Span } from './key.ts';
import { newestFirst, numbered } from './log-entry.ts';
import { Overlay } from './overlay.ts';
import type { LogRange } from './store.ts';

export class ForkEngine implements Engine {
  readonly rollbacks = 0;
  readonly #base: Engine;
  readonly #applied: Overlay;
  /** By their logs. */
  readonly #appended = new Map<string, Appended[]>();

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
    return newestFirst(this.#appended.get(log) ?? [], range, (rest) => this.#base.scan(log, rest));
  }

  nextSequence(log: string): number {
    const last = this.#appended.get(log)?.at(-1);
    return last ? last.sequence + 1 : this.#base.nextSequence(log);
  }

  apply(changes: readonly Change[], appended: readonly KeptEntry[]): void {
    this.#applied.absorb(changes);
    for (const entry of appended) {
      const { log } = entry;
      const entries = this.#appended.get(log) ?? [];
      entries.push(numbered(entry, this.nextSequence(log)));
      this.#appended.set(log, entries);
    }
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
