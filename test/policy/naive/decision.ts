/**
 * The executable specification of a decision, step by step as AWS documents it:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 * It says whether, not through which statement. The differential test holds the serving evaluator to it.
 */
import type {
  AccessRequest,
  NamedPolicy,
  PolicyGrant,
  PolicyInputs,
  PolicyType,
} from '../../../src/policy/decision.ts';
import { GRANT_ACTIONS } from '../../../src/policy/grants.ts';
import type { Effect } from '../../../src/policy/policy.ts';
import { matchGrantee, matchStatement, type NaiveStrength, orFavoured } from './statement.ts';

export type NaiveDecision =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly explicit: boolean; readonly policyType: PolicyType };

/**
 * The strongest statement of the effect in any of the policies that matches the request; 0 where none does. A policy of
 * which nothing is known has whatever statement `favour` is for.
 */
function strongest(
  policies: readonly NamedPolicy[],
  effect: Effect,
  request: AccessRequest,
  favour: Effect | undefined,
): NaiveStrength {
  const matches = policies.flatMap(({ policy }) =>
    policy.missing
      ? [favour === effect ? 3 : 0]
      : policy.statements
          .filter((statement) => statement.effect === effect)
          .map((statement) => matchStatement(statement, policy, request, favour)),
  );
  return Math.max(0, ...matches) as NaiveStrength;
}

/** What can be said where not everything is known: the same answer at best and at worst, or that it cannot be told. */
export function judgeNaively(inputs: PolicyInputs, request: AccessRequest): boolean | 'unknown' {
  const best = decideNaively(inputs, request, 'Allow').allowed;
  const worst = decideNaively(inputs, request, 'Deny').allowed;
  return best === worst ? best : 'unknown';
}

/** `favour` settles what is not known: for whatever allows, or for whatever denies. */
export function decideNaively(inputs: PolicyInputs, asked: AccessRequest, favour?: Effect): NaiveDecision {
  const request = { ...asked, isBounded: inputs.boundary !== undefined };
  const { principal } = request;
  const allows = (policies: readonly NamedPolicy[]): boolean =>
    strongest(policies, 'Allow', request, favour) > 0;
  const denies = (policies: readonly NamedPolicy[]): boolean =>
    strongest(policies, 'Deny', request, favour) > 0;

  const exempt = principal.kind === 'role-session' && principal.serviceLinked;
  const serviceControl = exempt ? [] : (inputs.serviceControl ?? []);
  const resourceControl = exempt ? [] : (inputs.resourceControl ?? []);
  const resource = inputs.resourcePolicy === undefined ? [] : [inputs.resourcePolicy];
  const boundary = inputs.boundary === undefined ? undefined : [inputs.boundary];
  const endpoint = inputs.vpcEndpoint === undefined ? [] : [inputs.vpcEndpoint];
  const resourceType: PolicyType =
    inputs.resourceRule === 'trust' ? 'role trust policy' : 'resource-based policy';

  // 1. An explicit deny in any policy ends it.
  const everyPolicy: [PolicyType, readonly NamedPolicy[]][] = [
    ['service control policy', serviceControl.flat()],
    ['resource control policy', resourceControl.flat()],
    ['VPC endpoint policy', endpoint],
    [resourceType, resource],
    ['identity-based policy', inputs.identity],
    ['permissions boundary', boundary ?? []],
    ['session policy', inputs.session ?? []],
  ];
  for (const [policyType, policies] of everyPolicy) {
    if (denies(policies)) return { allowed: false, explicit: true, policyType };
  }

  // 2. Ceilings. Organizations: some policy of every level must allow.
  if (!serviceControl.every(allows))
    return { allowed: false, explicit: false, policyType: 'service control policy' };
  if (!resourceControl.every(allows))
    return { allowed: false, explicit: false, policyType: 'resource control policy' };
  // The endpoint of a VPC holds whoever comes through it.
  if (endpoint.length > 0 && !allows(endpoint))
    return { allowed: false, explicit: false, policyType: 'VPC endpoint policy' };

  // 3. What the caller's own side allows.
  const isRoot = principal.kind === 'root';
  const identityAllows = isRoot || allows(inputs.identity);
  const boundaryAllows = isRoot || boundary === undefined || allows(boundary);
  const sessionAllows = isRoot || inputs.session === undefined || allows(inputs.session);
  const account = 'account' in principal ? principal.account : undefined;

  /** What stands in the way when the resource's side names the caller so strongly; undefined is nothing. */
  const obstacle = (strength: NaiveStrength): PolicyType | undefined => {
    if (strength === 3) return undefined;
    if (strength === 1 && !identityAllows) return 'identity-based policy';
    if (!boundaryAllows) return 'permissions boundary';
    return sessionAllows ? undefined : 'session policy';
  };

  // 4. What the resource's side offers. Across accounts the caller's side must allow as well, whoever is named.
  const foreign =
    account !== undefined && account !== request.resourceAccount && inputs.resourceRule !== 'none';
  const named = strongest(resource, 'Allow', request, favour);
  const obstacles: (PolicyType | undefined)[] = named === 0 ? [] : [obstacle(foreign ? 1 : named)];
  for (const grant of inputs.grants ?? []) {
    const strength = matchGrantee(grant.grantee, principal);
    if (strength === 0 || !orFavoured(() => grantAllows(grant, request), 'Allow', favour)) continue;
    const asForeign = foreign && grant.issuingAccount !== account;
    // A grant to a role from abroad: what limits the session is named before the identity policies are looked at.
    const limit = asForeign && strength === 2 ? obstacle(2) : undefined;
    obstacles.push(limit ?? obstacle(asForeign ? 1 : strength));
  }
  const mayHaveGrants = principal.kind !== 'anonymous' && principal.kind !== 'web-identity';
  if (inputs.unknownGrants && favour === 'Allow' && mayHaveGrants && GRANT_ACTIONS.has(request.action))
    obstacles.push(obstacle(3));
  if (obstacles.includes(undefined)) return { allowed: true };
  // Where a grant stands in for the identity policies, the denial names what else is lacking.
  const first = obstacles.find((each) => each !== 'identity-based policy') ?? obstacles[0];
  if (first !== undefined) return { allowed: false, explicit: false, policyType: first };

  // 5. No offer: the caller's side may be enough, unless the resource must speak (keys, roles, other accounts).
  const ownSideSuffices = !foreign && (inputs.resourceRule === 'none' || inputs.resourceRule === 'standard');
  if (account !== undefined && (ownSideSuffices || foreign)) {
    const lacking = obstacle(1);
    if (lacking !== undefined) return { allowed: false, explicit: false, policyType: lacking };
    if (ownSideSuffices) return { allowed: true };
  }
  return { allowed: false, explicit: false, policyType: resourceType };
}

const WITH_ENCRYPTION_CONTEXT = ['Encrypt', 'Decrypt', 'ReEncryptFrom', 'ReEncryptTo'];

function grantAllows(grant: PolicyGrant, request: AccessRequest): boolean {
  const { action, childGrant, condition } = request;
  if (!grant.actions.includes(action)) return false;
  const isService = request.principal.kind === 'service';
  if (grant.sourceArn !== undefined && isService) {
    if (!(condition('aws:sourcearn') ?? []).includes(grant.sourceArn)) return false;
  }
  const { encryptionContextEquals: equals, encryptionContextSubset: subset } = grant;

  if (action === 'kms:CreateGrant') {
    if (childGrant === undefined || childGrant.actions.some((child) => !grant.actions.includes(child)))
      return false;
    if (grant.sourceArn !== undefined && childGrant.sourceArn !== grant.sourceArn) return false;
    const childPairs = { ...childGrant.encryptionContextSubset, ...childGrant.encryptionContextEquals };
    if (equals !== undefined) {
      const child = childGrant.encryptionContextEquals;
      return child !== undefined && isSubset(equals, child) && isSubset(child, equals);
    }
    return subset === undefined || isSubset(subset, childPairs);
  }

  const operation = action.replace('kms:', '');
  if (!WITH_ENCRYPTION_CONTEXT.includes(operation) && !operation.startsWith('GenerateDataKey')) return true;
  if (equals === undefined && subset === undefined) return true;
  const keys = condition('kms:encryptioncontextkeys') ?? [];
  const has = (pairs: Readonly<Record<string, string>>): boolean =>
    Object.entries(pairs).every(
      ([key, value]) =>
        keys.includes(key) && condition(`kms:encryptioncontext:${key.toLowerCase()}`)?.[0] === value,
    );
  if (equals !== undefined && !(Object.keys(equals).length === keys.length && has(equals))) return false;
  return subset === undefined || has(subset);
}

function isSubset(part: Readonly<Record<string, string>>, whole: Readonly<Record<string, string>>): boolean {
  return Object.entries(part).every(([key, value]) => whole[key] === value);
}
