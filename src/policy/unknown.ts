/**
 * Decisions about worlds that are not wholly known; the third truth value lives in truth.ts. Whoever is asked for
 * what nobody knows (a condition key, a policy that could not be read) throws UnknownReached. The serving evaluator knows
 * nothing of it; where it meets one, the request is decided twice, with every statement that depends on it taken in the
 * caller's favour and then against him. Both the same is an answer; else the answer is "cannot tell", and what is missing.
 */
import { compilePolicy } from './compile.ts';
import type { AccessRequest, Decision, NamedPolicy, PolicyGrant, PolicyInputs } from './decision.ts';
import { constraintHolds, GRANT_ACTIONS } from './grants.ts';
import type { Effect, Missing, Statement } from './policy.ts';
import { granteeNames, granteeStrength, Strength } from './principals.ts';
import { Truths } from './truth.ts';
import { UnknownReached } from './unknown-reached.ts';

/** A policy of which no more is known than that there may be one: it may allow or deny anything. */
export function unknownPolicy(name: string, why: string): NamedPolicy {
  const missing: Missing = { kind: 'policy', name, why };
  return { name, policy: { version: '2012-10-17', statements: [], source: '', missing } };
}

/** What could not be read, taken to allow everything to everybody, or to one. */
export const takenToAllow = ({ name, policy }: NamedPolicy, to?: string): NamedPolicy => ({
  name,
  policy: { ...policy, missing: undefined, statements: [anything('Allow', to)] },
});

/** The inputs with whatever could not be read taken to allow: what is allowed then is allowed provided that it does. */
export function assumingBest(inputs: PolicyInputs): {
  readonly inputs: PolicyInputs;
  readonly provided: readonly Missing[];
} {
  const provided: Missing[] = [];
  const one = (named: NamedPolicy): NamedPolicy => {
    if (!named.policy.missing) return named;
    provided.push(named.policy.missing);
    return takenToAllow(named);
  };
  const { boundary, resourcePolicy, vpcEndpoint } = inputs;
  const best: PolicyInputs = {
    ...inputs,
    identity: inputs.identity.map(one),
    boundary: boundary && one(boundary),
    session: inputs.session?.map(one),
    serviceControl: inputs.serviceControl?.map((level) => level.map(one)),
    resourceControl: inputs.resourceControl?.map((level) => level.map(one)),
    vpcEndpoint: vpcEndpoint && one(vpcEndpoint),
    resourcePolicy: resourcePolicy && one(resourcePolicy),
    unknownGrants: undefined,
  };
  return { inputs: best, provided };
}

/** The request with the condition keys that nobody knows taken to be absent. */
export function unknownAsAbsent(request: AccessRequest): AccessRequest {
  const condition: AccessRequest['condition'] = (key) => {
    try {
      return request.condition(key);
    } catch (error) {
      if (error instanceof UnknownReached) return undefined;
      throw error;
    }
  };
  return { ...request, condition };
}

type DecideKnown = (inputs: PolicyInputs, request: AccessRequest) => Decision;

export function decideUnknown(
  inputs: PolicyInputs,
  request: AccessRequest,
  decideKnown: DecideKnown,
): Decision {
  const missing = new Map<string, Missing>();
  const bounds = new Bounds(request, (what) => missing.set(`${what.kind} ${what.name}`, what));
  // What is left asks for no condition, and a grant's constraint has been looked at.
  const { principal, isBounded, action, resourceAccount } = request;
  const settled: AccessRequest = {
    principal,
    isBounded,
    action,
    resource: '*',
    resourceAccount,
    condition: () => undefined,
    childGrant: { actions: [] },
  };
  const best = decideKnown(bounds.inputs(inputs, 'Allow'), settled);
  if (!best.allowed) return best;
  const worst = decideKnown(bounds.inputs(inputs, 'Deny'), settled);
  if (worst.allowed) return worst;
  // No statement decided it: the one that is named at worst may be no more than possible.
  return { allowed: false, explicit: false, policyType: worst.policyType, missing: [...missing.values()] };
}

/** The inputs with each statement that fits made unconditional, each that does not left out, and the rest by `favour`. */
class Bounds {
  readonly #request: AccessRequest;
  readonly #note: (missing: Missing) => void;
  readonly #truths: Truths;

  constructor(request: AccessRequest, note: (missing: Missing) => void) {
    this.#request = request;
    this.#note = note;
    this.#truths = new Truths(request, note);
  }

  inputs(inputs: PolicyInputs, favour: Effect): PolicyInputs {
    const { identity, boundary, session, serviceControl, resourceControl, vpcEndpoint, resourcePolicy } =
      inputs;
    const one = (named: NamedPolicy) => this.#policy(named, favour);
    return {
      identity: identity.map(one),
      boundary: boundary && one(boundary),
      session: session?.map(one),
      serviceControl: serviceControl?.map((level) => level.map(one)),
      resourceControl: resourceControl?.map((level) => level.map(one)),
      vpcEndpoint: vpcEndpoint && one(vpcEndpoint),
      resourceRule: inputs.resourceRule,
      resourcePolicy: resourcePolicy && one(resourcePolicy),
      grants: this.#grants(inputs, favour),
    };
  }

  #policy({ policy, name }: NamedPolicy, favour: Effect): NamedPolicy {
    if (policy.missing) {
      this.#note(policy.missing);
      return { name, policy: { ...policy, missing: undefined, statements: [anything(favour)] } };
    }
    const { deny, allow } = compilePolicy(policy).forAction(this.#request.action);
    const fitting = [...deny, ...allow].filter((compiled) => {
      if (compiled.principals?.(this.#request) === Strength.NONE) return false;
      const truth = this.#truths.of(compiled, policy.version === '2012-10-17');
      return truth === 'unknown' ? compiled.statement.effect === favour : truth;
    });
    // In the order of the document: of two that fit, the first is named.
    const statements = fitting
      .map(({ statement }) => unconditional(statement))
      .sort((a, b) => a.index - b.index);
    return { name, policy: { ...policy, statements } };
  }

  #grants({ grants = [], unknownGrants }: PolicyInputs, favour: Effect): PolicyGrant[] {
    const { principal, action } = this.#request;
    const holding = grants.filter((grant) => {
      if (granteeStrength(grant.grantee, principal) === Strength.NONE || !grant.actions.includes(action))
        return false;
      const truth = this.#truths.attempt(() => constraintHolds(grant, this.#request));
      return truth === 'unknown' ? favour === 'Allow' : truth;
    });
    const plain = holding.map(({ grantId, grantee, issuingAccount, actions }) => ({
      grantId,
      grantee,
      issuingAccount,
      actions,
    }));
    const [grantee] = granteeNames(principal);
    const mayGive = unknownGrants && favour === 'Allow' && GRANT_ACTIONS.has(action);
    if (!mayGive || grantee === undefined) return plain;
    this.#note(unknownGrants);
    const issuingAccount = 'account' in principal ? principal.account : this.#request.resourceAccount;
    return [...plain, { grantId: 'unknown', grantee, issuingAccount, actions: [action] }];
  }
}

/** A statement about every action and resource. `by`: whom it names, anybody or an account. */
export function anything(effect: Effect, by = '*'): Statement {
  const all = { not: false, patterns: ['*'] };
  const principals = { not: false, patterns: [{ type: 'AWS' as const, value: by }] };
  return { index: 0, line: 1, effect, principals, actions: all, conditions: [] };
}

export const unconditional = (statement: Statement): Statement => ({
  ...statement,
  resources: undefined,
  conditions: [],
});
