/** The signal by which what is not known interrupts a decision. */
import type { Missing } from './policy.ts';

/** Thrown where a decision asks for what nobody knows; unknown.ts settles it. */
export class UnknownReached extends Error {
  readonly missing: Missing;

  constructor(missing: Missing) {
    super(`${missing.name} is not known: ${missing.why}`);
    this.missing = missing;
  }
}
