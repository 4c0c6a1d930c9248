/**
 * How strongly a resource policy or grant names the caller. Boundaries, session policies and delegation hang on it.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 */
import { parseArn } from '../aws/arn.ts';
import type { AccessRequest, PolicyPrincipal } from './decision.ts';
import { allDigits } from './literals.ts';
import type { Effect, PrincipalPattern, Statement } from './policy.ts';

/** Ordered: a greater strength needs less from the caller's own policies. */
export const Strength = {
  NONE: 0,
  /** The account is trusted, and must itself allow. */
  ACCOUNT: 1,
  /** The role (or the user behind a federated session): boundary and session policy still limit. */
  ROLE: 2,
  /** The user, the session, the service, or everybody (`*`). */
  EXACT: 3,
} as const;
export type Strength = (typeof Strength)[keyof typeof Strength];

type Asking = Pick<AccessRequest, 'principal' | 'isBounded'>;
export type PrincipalTest = (request: Asking) => Strength;

/** The account that `arn:aws:iam::A:root`, or plain `A`, stands for. */
function accountNamed(value: string): string | undefined {
  if (value.length === 12 && allDigits(value)) return value;
  const arn = parseArn(value);
  return arn?.service === 'iam' && arn.resource === 'root' ? arn.account : undefined;
}

/** The principals of a Principal or NotPrincipal element, by what they stand for. */
class PrincipalList {
  readonly everybody: boolean;
  readonly #accounts = new Set<string>();
  /** ARNs and unique ids of users, roles and sessions. */
  readonly #identities = new Set<string>();
  readonly #services = new Set<string>();
  readonly #providers = new Set<string>();

  constructor(patterns: readonly PrincipalPattern[]) {
    this.everybody = patterns.some(({ type, value }) => type === 'AWS' && value === '*');
    for (const { type, value } of patterns) {
      const account = accountNamed(value);
      if (type === 'Service') this.#services.add(value);
      else if (type === 'Federated') this.#providers.add(value);
      else if (type === 'AWS' && account !== undefined) this.#accounts.add(account);
      else if (type === 'AWS') this.#identities.add(value);
    }
  }

  strengthOf(principal: PolicyPrincipal): Strength {
    if (this.everybody) return Strength.EXACT;
    switch (principal.kind) {
      case 'anonymous':
        return Strength.NONE;
      case 'service':
        return oneOf(this.#services, principal.service) ? Strength.EXACT : Strength.NONE;
      case 'web-identity':
        return oneOf(this.#providers, principal.provider) ? Strength.EXACT : Strength.NONE;
      case 'root':
        return this.#accounts.has(principal.account) ? Strength.EXACT : Strength.NONE;
    }
    if (this.#identities.size > 0) {
      if (this.#listsIdentity(principal)) return Strength.EXACT;
      if (principal.kind !== 'user' && this.#listsOrigin(principal)) return Strength.ROLE;
    }
    return this.#accounts.has(principal.account) ? Strength.ACCOUNT : Strength.NONE;
  }

  /** Whether a Deny with this NotPrincipal spares the caller: it must list the account, the role, and the session. */
  spares(principal: PolicyPrincipal): boolean {
    const strength = this.strengthOf(principal);
    if (this.everybody || !('account' in principal) || principal.kind === 'root')
      return strength === Strength.EXACT;
    return (
      this.#accounts.has(principal.account) &&
      this.#listsIdentity(principal) &&
      (principal.kind === 'user' || this.#listsOrigin(principal))
    );
  }

  #listsIdentity({ arn, id }: { readonly arn: string; readonly id: string }): boolean {
    return this.#identities.has(arn) || this.#identities.has(id);
  }

  #listsOrigin(principal: PolicyPrincipal & { kind: 'role-session' | 'federated-user' }): boolean {
    const [arn, id] = originOf(principal);
    return this.#identities.has(arn) || this.#identities.has(id);
  }
}

function oneOf(names: ReadonlySet<string>, name: string): boolean {
  return names.has(name) || names.has('*');
}

/** ARN and unique id of the role behind a session, or of the user behind a federated one. */
function originOf(
  principal: PolicyPrincipal & { kind: 'role-session' | 'federated-user' },
): [string, string] {
  return principal.kind === 'role-session'
    ? [principal.roleArn, principal.roleId]
    : [principal.issuerArn, principal.issuerId];
}

/**
 * The strength with which a statement's Principal or NotPrincipal takes the caller in. A Deny with NotPrincipal takes in
 * whoever has a permissions boundary, whomever it lists
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html).
 */
export function compilePrincipals(
  { not, patterns }: NonNullable<Statement['principals']>,
  effect: Effect,
): PrincipalTest {
  const list = new PrincipalList(patterns);
  if (!not) return ({ principal }) => list.strengthOf(principal);
  const { NONE, EXACT } = Strength;
  if (effect === 'Allow') return ({ principal }) => (list.strengthOf(principal) === NONE ? EXACT : NONE);
  return ({ principal, isBounded }) => (!isBounded && list.spares(principal) ? NONE : EXACT);
}

/** The strength with which a grantee's name (ARN, unique id, account, service) stands for the caller. */
export function granteeStrength(grantee: string, principal: PolicyPrincipal): Strength {
  if (principal.kind === 'service') return principal.service === grantee ? Strength.EXACT : Strength.NONE;
  if (principal.kind === 'anonymous' || principal.kind === 'web-identity') return Strength.NONE;
  const isRoot = principal.kind === 'root';
  if (!isRoot && (grantee === principal.arn || grantee === principal.id)) return Strength.EXACT;
  if (!isRoot && principal.kind !== 'user' && originOf(principal).includes(grantee)) return Strength.ROLE;
  if (!grantee.includes(principal.account) || accountNamed(grantee) !== principal.account)
    return Strength.NONE;
  return isRoot ? Strength.EXACT : Strength.ACCOUNT;
}

/** Names that a grant to the caller may have as its grantee: look grants up under these. */
export function granteeNames(principal: PolicyPrincipal): readonly string[] {
  if (principal.kind === 'service') return [principal.service];
  if (principal.kind === 'anonymous' || principal.kind === 'web-identity') return [];
  const partition = principal.arn.split(':', 2)[1] ?? 'aws';
  const account = [`arn:${partition}:iam::${principal.account}:root`, principal.account];
  if (principal.kind === 'root') return account;
  const origin = principal.kind === 'user' ? [] : originOf(principal);
  return [principal.arn, principal.id, ...origin, ...account];
}
