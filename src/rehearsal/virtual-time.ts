/** A rehearsal's own time: it stands still while something is done, and leaps to what is due next. */
import type { Clock, Timer, Timers } from '../platform/ports.ts';

interface Waiting {
  readonly dueAtMs: number;
  readonly callback: () => void;
}

export class VirtualTime implements Clock, Timers {
  #nowMs: number;
  readonly #waiting = new Set<Waiting>();

  constructor(nowMs: number) {
    this.#nowMs = nowMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, callback: () => void): Timer {
    const waiting = { dueAtMs: this.#nowMs + Math.max(0, delayMs), callback };
    this.#waiting.add(waiting);
    return { cancel: () => void this.#waiting.delete(waiting) };
  }

  /** Leaps to what is due next and runs it; false where nothing is due until then. */
  leap(untilMs: number): boolean {
    let next: Waiting | undefined;
    for (const each of this.#waiting) if (!next || each.dueAtMs < next.dueAtMs) next = each;
    if (!next || next.dueAtMs > untilMs) return false;
    this.#waiting.delete(next);
    this.#nowMs = Math.max(this.#nowMs, next.dueAtMs);
    next.callback();
    return true;
  }
}
