/**
 * A role that takes no policies and a key of another account: neither side's policies can let the one use the other. What
 * can is a grant that the role's own account issues, once the key policy lets that account issue grants
 * (https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html, aws-facts E2.3).
 */
import type { AccessRequest, PolicyPrincipal } from '../../policy/decision.ts';
import { isBeyondReach } from '../../services/kms/index.ts';

/** Service-linked roles and EC2's infrastructure role take no policies: for them only the resource can speak. */
export function canCarryPolicies(principal: PolicyPrincipal): boolean {
  if (principal.kind === 'user') return true;
  return (
    principal.kind === 'role-session' && !principal.serviceLinked && !principal.roleArn.includes(':role/aws:')
  );
}

type Session = Extract<PolicyPrincipal, { readonly kind: 'role-session' }>;

/** The role that only a grant of its own account can help; undefined where something else can. */
export function needsForeignGrant({
  principal,
  resourceAccount,
  action,
}: AccessRequest): Session | undefined {
  const isKms = action.startsWith('kms:');
  if (!isKms || principal.kind !== 'role-session' || canCarryPolicies(principal)) return undefined;
  return principal.account === resourceAccount ? undefined : principal;
}

/** Whether the call reaches no key of another account, and this is one. */
export const isOfOthersKey = ({ principal, action, resourceAccount }: AccessRequest): boolean =>
  'account' in principal && isBeyondReach(action, principal.account, resourceAccount);
