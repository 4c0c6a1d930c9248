/** What of a request has to be otherwise for a condition to hold, and what that is found by. */
import type { ConditionValues } from '../../invoke/verdict.ts';
import type { AccessRequest } from '../../policy/decision.ts';
import type { RehearsedCall } from '../../rehearsal/rehearsal.ts';

export interface RequestFix {
  /** `with MFA` */
  readonly how: string;
  /** What is then so of the request. */
  readonly conditions: ConditionValues;
  /** Absent where it can be told only. */
  readonly revise?: (call: RehearsedCall) => RehearsedCall;
}

export interface Asking {
  readonly request: AccessRequest;
  /** Whether it is the user's own call, and not one that a service makes for him. */
  readonly isOwnCall: boolean;
  readonly nowMs: number;
  /** Whether a value is the id of a VPC endpoint through which no such call comes: it is another service's. */
  leadsElsewhere(value: string): boolean;
}
