/** Gathers what takes part in a decision and asks the policy decision point: the only place where verdicts are issued. */
import type {
  AccessRequest,
  ConditionLookup,
  Decision,
  NamedPolicy,
  PolicyInputs,
} from '../policy/decision.ts';
import { decide } from '../policy/evaluate.ts';
import { accountOf, principalOf } from './caller.ts';
import type { ResolveContext } from './context.ts';
import { globalConditionKeys } from './global-condition-keys.ts';
import {
  type Check,
  type Checks,
  type ConditionValues,
  issueVerdict,
  type Verdict,
  type Verdicts,
} from './verdict.ts';

/** One question put to the decision point and its answer, as audit and explanation keep it. */
export interface Ruling {
  readonly check: Check<unknown>;
  readonly inputs: PolicyInputs;
  readonly request: AccessRequest;
  readonly decision: Decision;
  /** All condition keys of the request, global and the service's own, by their documented names. */
  conditions(): ConditionValues;
}

/** Rules on every check in order. AWS reports the first denial; the others are recorded, for whoever must mend them all. */
export async function authorize(context: ResolveContext, checks: Checks): Promise<Ruling[]> {
  const rulings: Ruling[] = [];
  for (const check of Object.values(checks).flat()) {
    if (!check) continue;
    rulings.push(await rule(context, check));
  }
  return rulings;
}

/** The verdicts for checks that were all allowed, under the names that the operation gave them. */
export function verdicts<C extends Checks>(checks: C, rulings: readonly Ruling[]): Verdicts<C> {
  const byCheck = new Map(rulings.map((ruling) => [ruling.check, ruling.decision]));
  const verdictOf = (check: Check<unknown>): Verdict<unknown> => {
    const decision = byCheck.get(check);
    if (!decision?.allowed) throw new Error(`no allowing decision for ${check.action}`);
    return issueVerdict(check, decision);
  };
  return Object.fromEntries(
    Object.entries(checks).map(([name, check]) => [
      name,
      check === undefined ? undefined : 'action' in check ? verdictOf(check) : check.map(verdictOf),
    ]),
  ) as Verdicts<C>;
}

/** One decision. Operations that must know whether the caller could do something later (KMS's lockout check) ask here too. */
export async function rule(context: ResolveContext, check: Check<unknown>): Promise<Ruling> {
  const { caller, ports, tx } = context;
  const principal = principalOf(caller);
  const account = accountOf(caller);
  const own = await ports.policies.identityPolicies(tx, principal);
  // Services and bearers of tokens come from outside all accounts.
  const isMember = 'account' in principal;
  const serviceLinked = principal.kind === 'role-session' && principal.serviceLinked;
  const inputs: PolicyInputs = {
    identity: own.identity,
    boundary: own.boundary,
    session: await sessionPolicies(context),
    serviceControl:
      serviceLinked || !isMember ? undefined : await ports.guardrails.serviceControl(tx, account),
    resourceControl:
      // An action without a resource is none of theirs.
      serviceLinked || check.beyondResourceControl || check.resource === '*'
        ? undefined
        : await ports.guardrails.resourceControl(tx, check.account, check.action),
    resourceRule: check.resourceRule ?? 'none',
    resourcePolicy: check.resourcePolicy,
    grants: check.grants,
  };
  const organization = await ports.guardrails.membership(tx, account);
  const principalOrganization = isMember ? organization : undefined;
  const resourceOrganization =
    check.account === account ? organization : await ports.guardrails.membership(tx, check.account);
  const conditions = (): ConditionValues => ({
    ...globalConditionKeys({
      caller,
      region: context.region,
      nowMs: context.nowMs,
      resourceAccount: check.account,
      principalTags: own.tags,
      principalOrganization,
      resourceOrganization,
    }),
    ...check.conditions?.(),
  });
  const request: AccessRequest = {
    principal,
    action: check.action,
    resource: check.resource,
    resourceAccount: check.account,
    condition: lookup(conditions),
    childGrant: check.childGrant,
  };
  return { check, inputs, request, decision: decide(inputs, request), conditions };
}

async function sessionPolicies({
  caller,
  ports,
  tx,
}: ResolveContext): Promise<readonly NamedPolicy[] | undefined> {
  const session = caller.kind === 'service' ? undefined : caller.identity.session;
  if (!session?.policyArns) return session?.policies;
  return [...(session.policies ?? []), ...(await ports.policies.managedPolicies(tx, session.policyArns))];
}

/** Computes the values when a policy first asks for one: most decisions ask for none. */
function lookup(compute: () => ConditionValues): ConditionLookup {
  let values: Map<string, readonly string[]> | undefined;
  return (name) => {
    if (!values) {
      values = new Map();
      for (const [key, value] of Object.entries(compute())) {
        if (value === undefined) continue;
        values.set(key.toLowerCase(), typeof value === 'object' ? value : [String(value)]);
      }
    }
    return values.get(name);
  };
}
