/**
 * Clock, timers and turns of a simulation, which runs by one callback at a time: whatever is ready in an order that the
 * seed chooses, then the earliest timer. Nothing else may call back: no thread, no socket, no timer of Node's.
 */
import type { Clock, Timer, Timers, Turns } from '../ports.ts';
import type { Random } from './random.ts';

interface Waiting {
  readonly atMs: number;
  readonly serial: number;
  readonly callback: () => void;
}

export class SimulatedTime {
  readonly #random: Random;
  #nowMs: number;
  #serial = 0;
  #ready: Waiting[] = [];
  #timers: Waiting[] = [];

  constructor(random: Random, nowMs: number) {
    this.#random = random;
    this.#nowMs = nowMs;
  }

  readonly clock: Clock = { nowMs: () => this.#nowMs };

  readonly turns: Turns = {
    next: (callback) => {
      const turn = { atMs: 0, serial: this.#serial++, callback };
      this.#ready.push(turn);
      return { cancel: () => this.#cancel(turn) };
    },
  };

  readonly timers: Timers = {
    after: (delayMs, callback): Timer => {
      const timer = { atMs: this.#nowMs + Math.max(0, delayMs), serial: this.#serial++, callback };
      this.#timers.push(timer);
      return { cancel: () => this.#cancel(timer) };
    },
  };

  /** The machine's clock steps, in either direction; timers wait as long as they would have. */
  step(byMs: number): void {
    this.#nowMs += byMs;
    this.#timers = this.#timers.map((timer) => ({ ...timer, atMs: timer.atMs + byMs }));
  }

  /** The process has ended: nothing that waits will be called. */
  forgetAll(): void {
    this.#ready = [];
    this.#timers = [];
  }

  /** Runs one callback that is ready, or due within `withinMs`; false where there is none. */
  async runOne(withinMs: number): Promise<boolean> {
    const next = this.#takeReady() ?? this.#takeDue(withinMs);
    next?.callback();
    await settledMicrotasks();
    return next !== undefined;
  }

  #takeReady(): Waiting | undefined {
    if (this.#ready.length === 0) return undefined;
    return this.#ready.splice(this.#random.below(this.#ready.length), 1)[0];
  }

  #takeDue(withinMs: number): Waiting | undefined {
    const [first] = this.#timers.sort((a, b) => a.atMs - b.atMs || a.serial - b.serial);
    if (first === undefined || first.atMs > this.#nowMs + withinMs) return undefined;
    this.#timers.shift();
    this.#nowMs = Math.max(this.#nowMs, first.atMs);
    return first;
  }

  #cancel(waiting: Waiting): void {
    this.#ready = this.#ready.filter((each) => each !== waiting);
    this.#timers = this.#timers.filter(({ serial }) => serial !== waiting.serial);
  }
}

/** Node runs every microtask before the next immediate. */
const settledMicrotasks = () => new Promise<void>((resolve) => setImmediate(resolve));
