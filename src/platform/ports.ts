/**
 * The five doors through which anything nondeterministic enters: clock, timers, entropy, disk and sockets.
 * Everything outside `platform/node/` is handed these; `test/whole/tidy.test.ts` refuses any other way in.
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
