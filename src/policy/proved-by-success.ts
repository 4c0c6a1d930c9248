/**
 * What a call that AWS let through proves of what nobody has read. Every ceiling let it through: control policies, boundaries,
 * session and endpoint policies. And if none of the policies that are known allows it, one of the unknown ones does. So each
 * way in which the unknown may be is taken in turn, those in which AWS would have refused the call are left out, and what is so
 * in all others is so.
 */
import type { AccessRequest, Decision, NamedPolicy, PolicyInputs } from './decision.ts';
import { decide } from './evaluate.ts';
import type { Missing } from './policy.ts';
import { granteeNames } from './principals.ts';
import { anything } from './unknown.ts';

/** Of what is not known: `delegates` is a policy of a resource that leaves it to the account of the caller. */
type Way = 'allows' | 'delegates' | 'is silent';
type Ways = ReadonlyMap<string, Way>;

/**
 * A policy of the resource that names the very caller lets it past what these do not allow.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html#access_policies_boundaries-eval-logic
 */
type Own = 'boundary' | 'session';

/** More than these are not gone through. */
const MAX_WAYS = 64;

/**
 * The inputs with each ceiling that was not read taken to let the call through, as it did; but for those that a policy of the
 * resource let it past. For a resource of another account the caller's own policies are one: both sides must allow.
 */
export function ceilingsPassed(
  inputs: PolicyInputs,
  { principal, resourceAccount }: Pick<AccessRequest, 'principal' | 'resourceAccount'>,
  letPast: readonly Own[] = [],
): {
  readonly inputs: PolicyInputs;
  readonly passed: readonly Missing[];
} {
  const passed = new Map<string, Missing>();
  const one = (named: NamedPolicy): NamedPolicy => {
    const { missing } = named.policy;
    if (!missing) return named;
    passed.set(missing.name, missing);
    return known(named, 'Allow', '*');
  };
  const own = (kind: Own, named: NamedPolicy): NamedPolicy =>
    named.policy.missing && letPast.includes(kind) ? known(named) : one(named);
  const { boundary, session, serviceControl, resourceControl, vpcEndpoint } = inputs;
  const isLent = inputs.unknownGrants !== undefined || (inputs.grants ?? []).length > 0;
  const isAbroad = 'account' in principal && principal.account !== resourceAccount && !isLent;
  const open: PolicyInputs = {
    ...inputs,
    ...(isAbroad && inputs.resourceRule !== 'none' && { identity: inputs.identity.map(one) }),
    boundary: boundary && own('boundary', boundary),
    session: session?.map((each) => own('session', each)),
    serviceControl: serviceControl?.map((level) => level.map(one)),
    resourceControl: resourceControl?.map((level) => level.map(one)),
    vpcEndpoint: vpcEndpoint && one(vpcEndpoint),
  };
  return { inputs: open, passed: [...passed.values()] };
}

/** What would be decided with other inputs about a call that was let through with these. */
export function decidedAfterSuccess(
  before: PolicyInputs,
  after: PolicyInputs,
  request: AccessRequest,
): readonly Decision[] {
  return waysPast(before).flatMap((letPast) => {
    // Of the caller's own policies one may have allowed it, and the others not.
    const [then, now] = [before, after].map(
      (each): PolicyInputs => ({
        ...ceilingsPassed(each, request, letPast).inputs,
        identity: each.identity,
      }),
    ) as [PolicyInputs, PolicyInputs];
    return waysOf([then, now]).flatMap((ways) => {
      const was = decide(taken(then, ways, request), request);
      return was.allowed || was.missing ? [decide(taken(now, ways, request), request)] : [];
    });
  });
}

/** Which of the caller's own ceilings that were not read a policy of the resource may have let it past. */
function waysPast({ boundary, session = [] }: PolicyInputs): Own[][] {
  const unread: Own[] = [
    ...(boundary?.policy.missing ? ['boundary' as const] : []),
    ...(session.some(({ policy }) => policy.missing) ? ['session' as const] : []),
  ];
  return unread.reduce<Own[][]>((all, one) => all.flatMap((each) => [each, [...each, one]]), [[]]);
}

/** None, where they are too many: then what is not known stays so. */
function waysOf(all: readonly PolicyInputs[]): Ways[] {
  const open = new Map<string, readonly Way[]>();
  for (const { identity, resourcePolicy, unknownGrants } of all) {
    for (const { policy } of identity)
      if (policy.missing) open.set(policy.missing.name, ['allows', 'is silent']);
    const missing = resourcePolicy?.policy.missing;
    if (missing) open.set(missing.name, ['allows', 'delegates', 'is silent']);
    if (unknownGrants) open.set(unknownGrants.name, ['allows', 'is silent']);
  }
  let ways: Map<string, Way>[] = [new Map()];
  for (const [name, each] of open) {
    ways = ways.flatMap((sofar) => each.map((way) => new Map(sofar).set(name, way)));
    if (ways.length > MAX_WAYS) return [new Map()];
  }
  return ways;
}

function taken(inputs: PolicyInputs, ways: Ways, request: AccessRequest): PolicyInputs {
  const { principal, action, resourceAccount } = request;
  const account = 'account' in principal ? principal.account : resourceAccount;
  const one = (named: NamedPolicy): NamedPolicy => {
    const way = ways.get(named.policy.missing?.name ?? '');
    if (!named.policy.missing || !way) return named;
    if (way === 'is silent') return known(named);
    return known(named, 'Allow', way === 'delegates' ? account : '*');
  };
  const { identity, resourcePolicy, grants = [], unknownGrants } = inputs;
  const way = ways.get(unknownGrants?.name ?? '');
  const [grantee] = granteeNames(principal);
  const lent =
    way === 'allows' && grantee !== undefined
      ? [{ grantId: 'unknown', grantee, issuingAccount: account, actions: [action] }]
      : [];
  return {
    ...inputs,
    identity: identity.map(one),
    resourcePolicy: resourcePolicy && one(resourcePolicy),
    grants: [...grants, ...lent],
    unknownGrants: way ? undefined : unknownGrants,
  };
}

function known({ name, policy }: NamedPolicy, effect?: 'Allow', by = '*'): NamedPolicy {
  return {
    name,
    policy: { ...policy, missing: undefined, statements: effect ? [anything(effect, by)] : [] },
  };
}
