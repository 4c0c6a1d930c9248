/**
 * How strongly a resource policy names the caller. Boundaries, session policies and delegation hang on it.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 */
import type { PolicyPrincipal } from './decision.ts';
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

/** The names under which policies and grants may speak of a caller, with the strength of each. */
export interface PrincipalNames {
  readonly type: PrincipalPattern['type'];
  readonly names: ReadonlyMap<string, Strength>;
  readonly list: readonly string[];
  /** All of these must stand in a NotPrincipal for a Deny to spare the caller. Alternatives are nested. */
  readonly spared: readonly (readonly string[])[];
}

const cache = new WeakMap<PolicyPrincipal, PrincipalNames>();

export function principalNames(principal: PolicyPrincipal): PrincipalNames {
  const known = cache.get(principal);
  if (known !== undefined) return known;
  const names = nameAll(principal);
  cache.set(principal, names);
  return names;
}

function nameAll(principal: PolicyPrincipal): PrincipalNames {
  const { ACCOUNT, ROLE, EXACT } = Strength;
  switch (principal.kind) {
    case 'root':
      return aws([[accountNames(principal.account, principal.arn), EXACT]]);
    case 'user':
      return aws([
        [accountNames(principal.account, principal.arn), ACCOUNT],
        [[principal.arn, principal.id], EXACT],
      ]);
    case 'role-session':
      return aws([
        [accountNames(principal.account, principal.arn), ACCOUNT],
        [[principal.roleArn, principal.roleId], ROLE],
        [[principal.arn, principal.id], EXACT],
      ]);
    case 'federated-user':
      return aws([
        [accountNames(principal.account, principal.arn), ACCOUNT],
        [[principal.issuerArn, principal.issuerId], ROLE],
        [[principal.arn, principal.id], EXACT],
      ]);
    case 'service':
      return single('Service', principal.service);
    case 'web-identity':
      return single('Federated', principal.provider);
    case 'anonymous':
      return { type: 'AWS', names: new Map(), list: [], spared: [] };
  }
}

/** `arn:aws:iam::A:root` and plain `A`. */
function accountNames(account: string, arn: string): string[] {
  const partition = arn.split(':', 2)[1] ?? 'aws';
  return [`arn:${partition}:iam::${account}:root`, account];
}

function aws(levels: readonly (readonly [readonly string[], Strength])[]): PrincipalNames {
  const names = new Map<string, Strength>();
  for (const [level, strength] of levels) {
    for (const name of level) if (!names.has(name)) names.set(name, strength);
  }
  return { type: 'AWS', names, list: [...names.keys()], spared: levels.map(([level]) => level) };
}

function single(type: 'Service' | 'Federated', name: string): PrincipalNames {
  return { type, names: new Map([[name, Strength.EXACT]]), list: [name], spared: [[name]] };
}

/** Names a grant to the caller may bear as its grantee: look grants up under these. */
export function granteeNames(principal: PolicyPrincipal): readonly string[] {
  return principalNames(principal).list;
}

function strongestListed(listed: ReadonlySet<string>, names: PrincipalNames['names']): Strength {
  let best: Strength = Strength.NONE;
  for (const name of listed) {
    const strength = names.get(name);
    if (strength !== undefined && strength > best) best = strength;
  }
  return best;
}

/** The same, for a statement that lists more principals than the caller has names. */
function strongestNamed(listed: ReadonlySet<string>, names: PrincipalNames['names']): Strength {
  let best: Strength = Strength.NONE;
  for (const [name, strength] of names) if (strength > best && listed.has(name)) best = strength;
  return best;
}

export type PrincipalTest = (principal: PolicyPrincipal) => Strength;

/** The strength with which a statement's Principal or NotPrincipal takes the caller in. */
export function compilePrincipals(
  principals: NonNullable<Statement['principals']>,
  effect: Effect,
): PrincipalTest {
  const listed = new Map<PrincipalPattern['type'], Set<string>>();
  let everybody = false;
  for (const { type, value } of principals.patterns) {
    // `*` stands for everybody under AWS; a Service or Federated star takes in those alone.
    if (type === 'AWS' && value === '*') everybody = true;
    const set = listed.get(type) ?? new Set();
    listed.set(type, set.add(value));
  }
  const { NONE, EXACT } = Strength;
  const strengthOf: PrincipalTest = (principal) => {
    if (everybody) return EXACT;
    const { type, names } = principalNames(principal);
    const set = listed.get(type);
    if (set === undefined) return NONE;
    if (set.has('*')) return EXACT;
    return set.size < names.size ? strongestListed(set, names) : strongestNamed(set, names);
  };
  if (!principals.not) return strengthOf;
  if (effect === 'Allow') return (principal) => (strengthOf(principal) === NONE ? EXACT : NONE);
  return (principal) => {
    if (everybody) return NONE;
    const { type, spared } = principalNames(principal);
    const set = listed.get(type);
    if (set?.has('*')) return NONE;
    const isSpared = set !== undefined && spared.every((level) => level.some((name) => set.has(name)));
    return isSpared && spared.length > 0 ? NONE : EXACT;
  };
}
