/**
 * The ports through which the nondeterministic enters: clock, timers and entropy (`node/` has the real ones), and the sealer
 * that keeps secrets at rest. Disk and sockets have no port yet: `test/whole/tidy.test.ts` lists the only files that touch
 * them.
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
