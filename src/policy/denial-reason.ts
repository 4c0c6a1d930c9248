/**
 * The end of AWS's sentence "User: … is not authorized to perform: <action> on resource: <arn> …".
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
import type { Decision } from './decision.ts';

/** `because no identity-based policy allows the kms:Decrypt action`, `with an explicit deny in a permissions boundary`. */
export function denialReason(decision: Extract<Decision, { allowed: false }>, action: string): string {
  const { policyType } = decision;
  if (!decision.explicit) return `because no ${policyType} allows the ${action} action`;
  return `with an explicit deny in ${policyType.startsWith('i') ? 'an' : 'a'} ${policyType}`;
}
