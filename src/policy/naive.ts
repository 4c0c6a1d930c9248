/**
 * The executable specification of a decision, step by step as AWS documents it:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 * It says whether, not through which statement. The differential test holds the serving evaluator to it.
 */
import type { AccessRequest, NamedPolicy, PolicyGrant, PolicyInputs, PolicyType } from './decision.ts';
import { matchGrantee, matchStatement, type NaiveStrength } from './naive-statement.ts';
import type { Effect } from './policy.ts';

export type NaiveDecision =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly explicit: boolean; readonly policyType: PolicyType };

/** The strongest statement of the effect in any of the policies that matches the request; 0 where none does. */
function strongest(policies: readonly NamedPolicy[], effect: Effect, request: AccessRequest): NaiveStrength {
  const matches = policies.flatMap(({ policy }) =>
    policy.statements
      .filter((statement) => statement.effect === effect)
      .map((statement) => matchStatement(statement, policy, request)),
  );
  return Math.max(0, ...matches) as NaiveStrength;
}

export function decideNaively(inputs: PolicyInputs, request: AccessRequest): NaiveDecision {
  const { principal } = request;
  const allows = (policies: readonly NamedPolicy[]): boolean => strongest(policies, 'Allow', request) > 0;
  const denies = (policies: readonly NamedPolicy[]): boolean => strongest(policies, 'Deny', request) > 0;

  const exempt = principal.kind === 'role-session' && principal.serviceLinked;
  const serviceControl = exempt ? [] : (inputs.serviceControl ?? []);
  const resourceControl = exempt ? [] : (inputs.resourceControl ?? []);
  const resource = inputs.resourcePolicy === undefined ? [] : [inputs.resourcePolicy];
  const boundary = inputs.boundary === undefined ? undefined : [inputs.boundary];
  const resourceType: PolicyType =
    inputs.resourceRule === 'trust' ? 'role trust policy' : 'resource-based policy';

  // 1. An explicit deny in any policy ends it.
  const everyPolicy: [PolicyType, readonly NamedPolicy[]][] = [
    ['service control policy', serviceControl.flat()],
    ['resource control policy', resourceControl.flat()],
    [resourceType, resource],
    ['identity-based policy', inputs.identity],
    ['permissions boundary', boundary ?? []],
    ['session policy', inputs.session ?? []],
  ];
  for (const [policyType, policies] of everyPolicy) {
    if (denies(policies)) return { allowed: false, explicit: true, policyType };
  }

  // 2. Organizations: some policy of every level must allow.
  if (!serviceControl.every(allows))
    return { allowed: false, explicit: false, policyType: 'service control policy' };
  if (!resourceControl.every(allows))
    return { allowed: false, explicit: false, policyType: 'resource control policy' };

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
  const named = strongest(resource, 'Allow', request);
  const offered: NaiveStrength[] = named === 0 ? [] : [foreign ? 1 : named];
  for (const grant of inputs.grants ?? []) {
    const strength = grantAllows(grant, request) ? matchGrantee(grant.grantee, principal) : 0;
    if (strength > 0) offered.push(foreign && grant.issuingAccount !== account ? 1 : strength);
  }
  const obstacles = offered.map(obstacle);
  if (obstacles.includes(undefined)) return { allowed: true };
  const [first] = obstacles;
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
  const { encryptionContextEquals: equals, encryptionContextSubset: subset } = grant;

  if (action === 'kms:CreateGrant') {
    if (childGrant === undefined || childGrant.actions.some((child) => !grant.actions.includes(child)))
      return false;
    const childPairs = { ...childGrant.encryptionContextSubset, ...childGrant.encryptionContextEquals };
    if (equals !== undefined) {
      const child = childGrant.encryptionContextEquals;
      return child !== undefined && isSubset(equals, child) && isSubset(child, equals);
    }
    return subset === undefined || isSubset(subset, childPairs);
  }

  const operation = action.replace('kms:', '');
  if (!WITH_ENCRYPTION_CONTEXT.includes(operation) && !operation.startsWith('GenerateDataKey')) return true;
  const context: Record<string, string> = {};
  for (const key of condition('kms:encryptioncontextkeys') ?? []) {
    context[key] = condition(`kms:encryptioncontext:${key.toLowerCase()}`)?.[0] ?? '';
  }
  if (equals !== undefined && !(isSubset(equals, context) && isSubset(context, equals))) return false;
  return subset === undefined || isSubset(subset, context);
}

function isSubset(part: Readonly<Record<string, string>>, whole: Readonly<Record<string, string>>): boolean {
  return Object.entries(part).every(([key, value]) => whole[key] === value);
}
