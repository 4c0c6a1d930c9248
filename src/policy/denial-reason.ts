/**
 * The end of AWS's sentence "User: … is not authorized to perform: <action> on resource: <arn> …".
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
import type { PolicyType } from './decision.ts';

interface Denial {
  readonly explicit: boolean;
  readonly policyType: PolicyType;
}

/** `because no identity-based policy allows the kms:Decrypt action`, `with an explicit deny in a permissions boundary`. */
export function denialReason({ explicit, policyType }: Denial, action: string): string {
  if (!explicit) return `because no ${policyType} allows the ${action} action`;
  return `with an explicit deny in ${policyType.startsWith('i') ? 'an' : 'a'} ${policyType}`;
}
