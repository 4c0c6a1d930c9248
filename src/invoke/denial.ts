/** A denied check, and how each service puts it into words. */
import type { Decision } from '../policy/decision.ts';
import { denialReason } from '../policy/denial-reason.ts';
import { accountOf, type Caller, callerArn } from './caller.ts';
import type { Check } from './verdict.ts';

export interface Denial {
  readonly caller: Caller;
  readonly check: Check<unknown>;
  readonly decision: Decision & { readonly allowed: false };
  /** EC2's encoded authorization failure message, made when asked for (aws-facts F7). */
  encodedMessage(): string;
}

/**
 * AWS's sentence for a denied call (aws-facts A7.1). Most services do not name what is another account's; EC2 names public
 * images and shared snapshots, whose ARNs say no owner (aws-facts F6).
 */
export function denialSentence({ caller, check, decision }: Denial, { namesForeign = false } = {}): string {
  const { action } = check;
  const subject = `User: ${callerArn(caller)} is not authorized to perform: ${action}`;
  if (check.deniedAs) return `${subject} on ${check.deniedAs}`;
  const resource =
    namesForeign || check.account === accountOf(caller) || check.resource === '*'
      ? `resource: ${check.resource}`
      : 'this resource';
  return `${subject} on ${resource} ${denialReason(decision, action)}`;
}
