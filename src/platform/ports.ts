/**
 * The five doors through which anything nondeterministic enters: clock, timers, entropy, disk and sockets.
 * Everything outside `platform/node/` is handed these; `test/tidy.test.ts` refuses any other way in.
 */
export interface Clock {
  /** Milliseconds since the epoch. */
  nowMs(): number;
}

export interface Timer {
  cancel(): void;
}

export interface Timers {
  /** Runs `callback` once, when the clock has moved on by `delayMs`. */
  after(delayMs: number, callback: () => void): Timer;
}

export interface Entropy {
  /** Cryptographically strong random bytes, freshly allocated. */
  bytes(length: number): Buffer;
}
