/**
 * A role that takes no policies and a key of another account: neither side's policies can let the one use the other. What
 * can is a grant that the role's own account issues, once the key policy lets that account issue grants
 * (https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html, aws-facts E2.3).
 */
import type { AccessRequest, PolicyGrant, PolicyPrincipal } from '../policy/decision.ts';
import type { Need, Remedy } from './remedy.ts';

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

/** That account's own right to issue the grant: the key policy must give it. */
export function issuingNeed({ inputs, request }: Need): Need | undefined {
  const role = needsForeignGrant(request);
  if (!role) return undefined;
  const { account } = role;
  return {
    inputs: { resourceRule: 'kms', resourcePolicy: inputs.resourcePolicy, identity: [] },
    request: {
      ...request,
      action: 'kms:CreateGrant',
      childGrant: undefined,
      principal: { kind: 'root', account, arn: `arn:aws:iam::${account}:root` },
      // It is a person who issues it.
      condition: (name) => (name === 'kms:grantisforawsresource' ? ['false'] : request.condition(name)),
    },
  };
}

export function foreignGrant(request: AccessRequest, role: Session): Remedy {
  // Whoever hands a grant on must hold what it hands on.
  const actions = [request.action, ...(request.childGrant?.actions ?? [])];
  return grantRemedy(request.resource, role, actions);
}

interface GrantDocument {
  readonly KeyId: string;
  readonly GranteePrincipal: string;
  readonly Operations: readonly string[];
}

function grantRemedy(resource: string, role: Session, actions: readonly string[]): Remedy {
  const issuingAccount = role.account;
  const grant: PolicyGrant = {
    grantId: 'the proposed grant',
    grantee: role.roleArn,
    issuingAccount,
    actions,
  };
  const document: GrantDocument = {
    KeyId: resource,
    GranteePrincipal: role.roleArn,
    Operations: actions.map((action) => action.slice('kms:'.length)),
  };
  return {
    sentence: `In account ${issuingAccount}, make this grant (aws kms create-grant --cli-input-json …):`,
    document,
    shape: 'grant',
    merge(other) {
      const { Operations } = other.document as GrantDocument;
      const more = Operations.map((operation) => `kms:${operation}`);
      return grantRemedy(resource, role, [...new Set([...actions, ...more])]);
    },
    apply: ({ inputs, request }) =>
      request.resource === resource ? { ...inputs, grants: [...(inputs.grants ?? []), grant] } : inputs,
  };
}
