/** What must be allowed, and one change that would help. */
import type { AccessRequest, PolicyInputs } from '../policy/decision.ts';

/** One decision that must come out as an allow. */
export interface Need {
  readonly inputs: PolicyInputs;
  readonly request: AccessRequest;
}

export interface Remedy {
  /** What is to be done, in a sentence that ends with a colon when a document follows. */
  readonly sentence: string;
  /** A whole policy to attach, or one statement to add: `shape` tells which. */
  readonly document?: object;
  readonly shape: 'policy' | 'statement' | 'grant' | 'none';
  /** The inputs with the remedy in place; the same inputs where it does not touch them. */
  apply(need: Need): PolicyInputs;
  /** One remedy for both, where it can be told in one. */
  merge?(other: Remedy): Remedy;
}
