/**
 * The serving evaluator. One decision, from everything that takes part in it:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html, and for keys
 * https://docs.aws.amazon.com/kms/latest/developerguide/policy-evaluation.html. test/policy/naive specifies it.
 */
import { type CompiledStatement, compilePolicy, fits } from './compile.ts';
import type {
  AccessRequest,
  Decision,
  NamedPolicy,
  PolicyGrant,
  PolicyInputs,
  PolicyPrincipal,
  PolicyType,
  StatementReference,
} from './decision.ts';
import { GRANT_ACTIONS, grantStrength } from './grants.ts';
import { Strength } from './principals.ts';
import { decideUnknown } from './unknown.ts';
import { UnknownReached } from './unknown-reached.ts';

interface Hit {
  readonly policy: NamedPolicy;
  readonly statement: CompiledStatement;
}

/** Where something is not known that the decision asks for, unknown.ts tells what can be told. */
export function decide(inputs: PolicyInputs, asked: AccessRequest): Decision {
  const request = ofCaller(inputs, asked);
  try {
    const decision = decideKnown(inputs, request);
    if (decision.allowed || inputs.unknownGrants === undefined || !GRANT_ACTIONS.has(request.action))
      return decision;
  } catch (error) {
    if (!(error instanceof UnknownReached)) throw error;
  }
  return decideUnknown(inputs, request, decideKnown);
}

/** The request with what the caller's own policies say of the caller. */
export function ofCaller(inputs: PolicyInputs, request: AccessRequest): AccessRequest {
  if (inputs.boundary === undefined) return request;
  const { principal, action, resourceAccount, condition, childGrant } = request;
  // Of a recorded call the resource may be unknown: it is asked for only where a statement does.
  return {
    ...{ principal, action, resourceAccount, condition, childGrant, isBounded: true },
    get resource() {
      return request.resource;
    },
  };
}

function decideKnown(inputs: PolicyInputs, request: AccessRequest): Decision {
  return findDeny(inputs, request) ?? findLimit(inputs, request) ?? findPermission(inputs, request);
}

export function resourcePolicyType(inputs: PolicyInputs): PolicyType {
  return inputs.resourceRule === 'trust' ? 'role trust policy' : 'resource-based policy';
}

/** Service-linked roles are exempt from both kinds of Organizations policy. */
function isExempt(principal: PolicyPrincipal): boolean {
  return principal.kind === 'role-session' && principal.serviceLinked;
}

/** The account whose SCPs and identity policies speak for the caller; undefined for callers of no account. */
export function accountOf(principal: PolicyPrincipal): string | undefined {
  return 'account' in principal ? principal.account : undefined;
}

function findDeny(inputs: PolicyInputs, request: AccessRequest): Decision | undefined {
  if (!isExempt(request.principal)) {
    const denied =
      denyInLevels(inputs.serviceControl, 'service control policy', request) ??
      denyInLevels(inputs.resourceControl, 'resource control policy', request);
    if (denied !== undefined) return denied;
  }
  const { resourcePolicy, boundary, session, vpcEndpoint } = inputs;
  return (
    (vpcEndpoint && denyIn(vpcEndpoint, 'VPC endpoint policy', request)) ??
    (resourcePolicy && denyIn(resourcePolicy, resourcePolicyType(inputs), request)) ??
    denyInAny(inputs.identity, 'identity-based policy', request) ??
    (boundary && denyIn(boundary, 'permissions boundary', request)) ??
    (session && denyInAny(session, 'session policy', request))
  );
}

function denyInLevels(
  levels: readonly (readonly NamedPolicy[])[] | undefined,
  type: PolicyType,
  request: AccessRequest,
): Decision | undefined {
  for (const level of levels ?? []) {
    const denied = denyInAny(level, type, request);
    if (denied !== undefined) return denied;
  }
  return undefined;
}

function denyInAny(
  policies: readonly NamedPolicy[],
  type: PolicyType,
  request: AccessRequest,
): Decision | undefined {
  for (const policy of policies) {
    const denied = denyIn(policy, type, request);
    if (denied !== undefined) return denied;
  }
  return undefined;
}

function denyIn(policy: NamedPolicy, type: PolicyType, request: AccessRequest): Decision | undefined {
  for (const statement of compilePolicy(policy.policy).forAction(request.action).deny) {
    const { principals } = statement;
    if (principals !== undefined && principals(request) === Strength.NONE) continue;
    if (fits(statement, request)) {
      return { allowed: false, explicit: true, policyType: type, by: reference({ policy, statement }, type) };
    }
  }
  return undefined;
}

function reference({ policy, statement }: Hit, policyType: PolicyType): StatementReference {
  const { index, sid, line } = statement.statement;
  if (sid === undefined) return { policyType, policyName: policy.name, index, line };
  return { policyType, policyName: policy.name, index, sid, line };
}

/** Ceilings: one allow in every level of Organizations, and one of the VPC endpoint's policy, whatever else allows. */
function findLimit(inputs: PolicyInputs, request: AccessRequest): Decision | undefined {
  const { vpcEndpoint } = inputs;
  if (!isExempt(request.principal)) {
    if (!allowedByLevels(inputs.serviceControl, request)) return implicitDeny('service control policy');
    if (!allowedByLevels(inputs.resourceControl, request)) return implicitDeny('resource control policy');
  }
  if (vpcEndpoint && allowInOne(vpcEndpoint, request) === undefined)
    return implicitDeny('VPC endpoint policy');
  return undefined;
}

function allowedByLevels(
  levels: readonly (readonly NamedPolicy[])[] | undefined,
  request: AccessRequest,
): boolean {
  for (const level of levels ?? []) if (allowIn(level, request) === undefined) return false;
  return true;
}

function allowIn(policies: readonly NamedPolicy[], request: AccessRequest): Hit | undefined {
  for (const policy of policies) {
    const hit = allowInOne(policy, request);
    if (hit !== undefined) return hit;
  }
  return undefined;
}

function allowInOne(policy: NamedPolicy, request: AccessRequest): Hit | undefined {
  for (const statement of compilePolicy(policy.policy).forAction(request.action).allow) {
    const { principals } = statement;
    if (principals !== undefined && principals(request) === Strength.NONE) continue;
    if (fits(statement, request)) return { policy, statement };
  }
  return undefined;
}

function implicitDeny(policyType: PolicyType): Decision {
  return { allowed: false, explicit: false, policyType };
}

/**
 * The resource's side offers access (its policy, then each grant), the caller's side must grant what the offer
 * leaves open. Where the rule lets the caller's own policies suffice, that is tried last.
 */
function findPermission(inputs: PolicyInputs, request: AccessRequest): Decision {
  const account = accountOf(request.principal);
  const rule = inputs.resourceRule;
  const isForeign = account !== undefined && account !== request.resourceAccount && rule !== 'none';
  let denial: Decision | undefined;

  const named = bestOfResourcePolicy(inputs, request);
  if (named !== undefined) {
    // Across accounts, both sides must allow it, however exactly the resource's side names the caller.
    const decision = settle(isForeign ? Strength.ACCOUNT : named.strength, named, inputs, request);
    if (decision.allowed) return decision;
    denial = decision;
  }
  for (const grant of inputs.grants ?? []) {
    const strength = grantStrength(grant, request);
    if (strength === Strength.NONE) continue;
    // A grant that the caller's own account issued speaks for that account too (aws-facts A4.11).
    const asForeign = isForeign && grant.issuingAccount !== account;
    const decision = settleGrant(grant, strength, asForeign, inputs, request);
    if (decision.allowed) return decision;
    // A grant stands in for the identity policies, so the denial names what else is lacking (aws-facts A4.11).
    if (denial === undefined || lacksIdentity(denial)) denial = decision;
  }
  if (denial !== undefined) return denial;

  const ownSide = account !== undefined && (isForeign || rule === 'none' || rule === 'standard');
  if (ownSide) {
    const decision = settle(Strength.ACCOUNT, undefined, inputs, request);
    if (!decision.allowed || !isForeign) return decision;
  }
  return implicitDeny(resourcePolicyType(inputs));
}

const lacksIdentity = (denial: Decision) => !denial.allowed && denial.policyType === 'identity-based policy';

function settleGrant(
  grant: PolicyGrant,
  strength: Strength,
  asForeign: boolean,
  inputs: PolicyInputs,
  request: AccessRequest,
): Decision {
  if (!asForeign) return settle(strength, grant, inputs, request);
  // Of a grant to a role from abroad, what limits the session is named before the identity policies are looked at.
  const limited = strength === Strength.ROLE ? settle(strength, grant, inputs, request) : undefined;
  return limited && !limited.allowed ? limited : settle(Strength.ACCOUNT, grant, inputs, request);
}

/** The decision once the resource's side has offered access of the given strength (undefined: it need not). */
function settle(
  strength: Strength,
  offer: Hit | PolicyGrant | undefined,
  inputs: PolicyInputs,
  request: AccessRequest,
): Decision {
  const isRoot = request.principal.kind === 'root';
  let through = offer;
  if (strength === Strength.ACCOUNT) {
    through = isRoot ? undefined : allowIn(inputs.identity, request);
    if (through === undefined && !isRoot) return implicitDeny('identity-based policy');
  }
  if (strength !== Strength.EXACT && !isRoot) {
    const { boundary, session } = inputs;
    if (boundary && allowInOne(boundary, request) === undefined) return implicitDeny('permissions boundary');
    if (session && allowIn(session, request) === undefined) return implicitDeny('session policy');
  }
  if (through === undefined) return { allowed: true, by: 'root' };
  if ('grantId' in through) return { allowed: true, by: { grantId: through.grantId } };
  const type = strength === Strength.ACCOUNT ? 'identity-based policy' : resourcePolicyType(inputs);
  return { allowed: true, by: reference(through, type) };
}

function bestOfResourcePolicy(
  { resourcePolicy }: PolicyInputs,
  request: AccessRequest,
): (Hit & { readonly strength: Strength }) | undefined {
  if (resourcePolicy === undefined) return undefined;
  let best: CompiledStatement | undefined;
  let bestStrength: Strength = Strength.NONE;
  for (const statement of compilePolicy(resourcePolicy.policy).forAction(request.action).allow) {
    const strength = statement.principals?.(request) ?? Strength.NONE;
    if (strength <= bestStrength || !fits(statement, request)) continue;
    best = statement;
    bestStrength = strength;
    if (strength === Strength.EXACT) break;
  }
  return best && { policy: resourcePolicy, statement: best, strength: bestStrength };
}
