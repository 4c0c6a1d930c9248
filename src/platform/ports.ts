/**
 * The ports through which the nondeterministic enters: clock, timers, turns and entropy, beside disk.ts and sockets.ts
 * (`node/` has the real ones, `simulated/` those of the simulator), and the sealer that keeps secrets at rest.
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

/** Runs a file in a thread of its own, which posts one message: the answer. */
export type RunApart = (file: URL, input: unknown) => Promise<unknown>;

/** The event loop: what is to be done once everything that is ready has had its turn. */
export interface Turns {
  next(callback: () => void): Timer;
}

export interface Entropy {
  /** Cryptographically strong random bytes, freshly allocated. */
  bytes(length: number): Buffer;
}

/** Keeps secrets at rest: key material, data keys, secret access keys, session tokens. */
export interface Sealer {
  /**
   * Authenticated encryption under the current root key. The text names the version of that key. `context` says what
   * the secret is and whose (`kms.material:<key id>`): it is bound to the text, so that no sealed text passes for another.
   */
  seal(plaintext: Uint8Array, context: string): string;
  /** Throws a SealError for text that was changed, sealed for another context, or sealed under a root key no longer held. */
  open(sealed: string, context: string): Buffer;
}
