/** Gathers what takes part in a decision and asks the policy decision point: the only place where verdicts are issued. */
import type {
  AccessRequest,
  Decision,
  NamedPolicy,
  PolicyInputs,
  PolicyPrincipal,
} from '../policy/decision.ts';
import { decide } from '../policy/evaluate.ts';
import type { ReadTransaction } from '../store/store.ts';
import { accountOf, type Caller, principalOf } from './caller.ts';
import { conditionLookup } from './condition-lookup.ts';
import type { ResolveContext } from './context.ts';
import { globalConditionKeys } from './global-condition-keys.ts';
import type { Ports } from './port.ts';
import type { Guardrails, IdentityPolicies } from './ports/ports.ts';
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
  for (const check of listed(checks)) rulings.push(await rule(context, check));
  return rulings;
}

/** All checks, in order. */
export function listed(checks: Checks): Check<unknown>[] {
  const all: Check<unknown>[] = [];
  for (const name in checks) {
    const one = checks[name];
    if (one === undefined) continue;
    if ('action' in one) all.push(one);
    else all.push(...one);
  }
  return all;
}

/** The verdicts for checks that were all allowed, under the names that the operation gave them. */
export function verdicts<C extends Checks>(checks: C, rulings: readonly Ruling[]): Verdicts<C> {
  const byCheck = new Map(rulings.map(({ check, decision }) => [check, decision]));
  const verdictOf = (check: Check<unknown>): Verdict<unknown> => {
    const decision = byCheck.get(check);
    if (!decision?.allowed) throw new Error(`no allowing decision for ${check.action}`);
    // What is missing has been reported before verdicts are issued (invoke.ts).
    if (check.missing) throw check.missing;
    return issueVerdict(check, decision);
  };
  const issued: Record<string, unknown> = {};
  for (const name in checks) {
    const one = checks[name];
    issued[name] = one === undefined ? undefined : 'action' in one ? verdictOf(one) : one.map(verdictOf);
  }
  return issued as Verdicts<C>;
}

/** One decision. Operations that must know whether the caller could do something later (KMS's lockout check) ask here too. */
export async function rule(context: ResolveContext, check: Check<unknown>): Promise<Ruling> {
  const { caller, ports, tx } = context;
  const principal = principalOf(caller);
  const own = await ports.policies.identityPolicies(tx, principal);
  const guardrails = await guardrailsOver(context, accountOf(caller), check.account);
  const endpoint = endpointOf(caller);
  const endpointGuardrails = endpoint && (await ports.guardrails.over(tx, endpoint.account));
  const inputs = policyInputs(check, {
    principal,
    own,
    guardrails,
    session: await sessionPolicies(context),
    vpcEndpoint: await endpointPolicy(context),
  });
  let computed: ConditionValues | undefined;
  const compute = (): ConditionValues => ({
    ...globalConditionKeys({
      caller,
      action: check.action,
      region: context.region,
      nowMs: context.nowMs,
      resourceAccount: check.account,
      principal: own,
      organizations: {
        caller: guardrails.caller?.membership,
        resource: guardrails.resource?.membership,
        endpoint: endpointGuardrails?.membership,
      },
    }),
    ...check.conditions?.(),
  });
  const conditions = () => (computed ??= compute());
  const request: AccessRequest = {
    principal,
    action: check.action,
    resource: check.resource,
    resourceAccount: check.account,
    condition: conditionLookup(conditions),
    childGrant: check.childGrant,
  };
  return { check, inputs, request, decision: decide(inputs, request), conditions };
}

/** Of the caller's account, and of the account that the resource is in. */
export interface DecidingGuardrails {
  readonly caller: Guardrails | undefined;
  readonly resource: Guardrails | undefined;
}

export async function guardrailsOver(
  { tx, ports }: { readonly tx: ReadTransaction; readonly ports: Pick<Ports, 'guardrails'> },
  account: string,
  resourceAccount: string,
): Promise<DecidingGuardrails> {
  const caller = await ports.guardrails.over(tx, account);
  const resource = account === resourceAccount ? caller : await ports.guardrails.over(tx, resourceAccount);
  return { caller, resource };
}

/** Whose policies take part in a decision, beside those of the resource. */
export interface Asking {
  readonly principal: PolicyPrincipal;
  readonly own: IdentityPolicies;
  readonly guardrails: DecidingGuardrails;
  readonly session?: readonly NamedPolicy[];
  readonly vpcEndpoint?: NamedPolicy;
}

/** Everything that takes part in a decision on `check`: the caller's own policies, the organizations', the resource's. */
export function policyInputs(
  check: Check<unknown>,
  { principal, own, guardrails, session, vpcEndpoint }: Asking,
): PolicyInputs {
  // Services and bearers of tokens come from outside all accounts.
  const isMember = 'account' in principal;
  const serviceLinked = principal.kind === 'role-session' && principal.serviceLinked;
  return {
    identity: own.identity,
    boundary: own.boundary,
    session,
    serviceControl: serviceLinked || !isMember ? undefined : guardrails.caller?.serviceControl(),
    resourceControl:
      // They hold resources, and this action has none.
      serviceLinked || check.beyondResourceControl || check.resource === '*'
        ? undefined
        : guardrails.resource?.resourceControl(check.action),
    vpcEndpoint,
    resourceRule: check.resourceRule ?? 'none',
    resourcePolicy: check.resourcePolicy,
    grants: check.grants,
    unknownGrants: check.unknownGrants,
  };
}

const endpointOf = (caller: Caller) => (caller.kind === 'external' ? caller.origin.vpcEndpoint : undefined);

/** What holds a call that came through a VPC endpoint; services go on without one. */
async function endpointPolicy({ caller, ports, tx }: ResolveContext): Promise<NamedPolicy | undefined> {
  const through = endpointOf(caller);
  return through && (await ports.vpcEndpoints.endpoint(tx, through.id))?.policy;
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
