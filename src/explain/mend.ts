/**
 * The least that would mend a denied call. Each remedy is put into the decision's own inputs and the evaluator is
 * asked again, until it allows what was denied; then every remedy that turns out not to be needed is taken out. So
 * what is told to the user has been tried, and nothing in it is idle.
 */
import type {
  AccessRequest,
  Decision,
  NamedPolicy,
  PolicyInputs,
  PolicyPrincipal,
} from '../policy/decision.ts';
import { decide } from '../policy/evaluate.ts';
import { internPolicy } from '../policy/intern.ts';
import type { PolicyKind } from '../policy/parse.ts';
import { canCarryPolicies, foreignGrant, needsForeignGrant } from './foreign-grant.ts';
import { principalName } from './names.ts';
import { narrowing } from './remedies/narrowing.ts';
import type { Need, Remedy } from './remedy.ts';
import { NO_POLICY, resourcePolicyForm } from './resource-policy.ts';

export interface RemedyPlan {
  readonly remedies: readonly Remedy[];
  /** Whether the evaluator allows everything with the remedies in place. */
  readonly sufficient: boolean;
}

const MAX_REMEDIES_PER_NEED = 8;

export function findRemedies(needs: readonly Need[]): RemedyPlan {
  const found: Remedy[] = [];
  for (const need of needs) {
    for (let round = 0; round < MAX_REMEDIES_PER_NEED; round++) {
      const inputs = applied(found, need);
      const decision = decide(inputs, need.request);
      if (decision.allowed) break;
      const remedy = remedyFor(decision, inputs, need.request);
      // What has been tried and did not help would not help when told again.
      const isKnown = found.some((each) => isSame(each, remedy));
      if (!remedy || isKnown) return { remedies: merged(found), sufficient: false };
      found.push(remedy);
    }
  }
  const sufficient = allowsAll(found, needs);
  return { remedies: merged(sufficient ? leaveOutIdle(found, needs) : found), sufficient };
}

const isSame = (one: Remedy, other: Remedy | undefined) =>
  one.sentence === other?.sentence && JSON.stringify(one.document) === JSON.stringify(other.document);

function applied(remedies: readonly Remedy[], { inputs, request }: Need): PolicyInputs {
  return remedies.reduce((current, remedy) => remedy.apply({ inputs: current, request }), inputs);
}

function allowsAll(remedies: readonly Remedy[], needs: readonly Need[]): boolean {
  return needs.every((need) => decide(applied(remedies, need), need.request).allowed);
}

function leaveOutIdle(remedies: readonly Remedy[], needs: readonly Need[]): Remedy[] {
  let needed = [...remedies];
  for (const remedy of remedies) {
    const others = needed.filter((each) => each !== remedy);
    if (allowsAll(others, needs)) needed = others;
  }
  return needed;
}

/** One policy to attach, and one grant to make, is told once, whatever it takes. */
function merged(remedies: readonly Remedy[]): Remedy[] {
  const all: Remedy[] = [];
  for (const remedy of remedies) {
    const at = all.findIndex(({ shape, merge }) => merge && shape === remedy.shape);
    if (at < 0) all.push(remedy);
    else all[at] = all[at]!.merge!(remedy);
  }
  return all;
}

function remedyFor(
  decision: Decision & { readonly allowed: false },
  inputs: PolicyInputs,
  request: AccessRequest,
): Remedy | undefined {
  if (decision.explicit) return withoutDeny(decision);
  const foreign = needsForeignGrant(request);
  if (foreign) return foreignGrant(request, foreign);
  switch (decision.policyType) {
    case 'identity-based policy':
      return canCarryPolicies(request.principal)
        ? identityPolicy(request, [allowStatement({ inputs, request })])
        : inputs.resourcePolicy && resourceStatement(inputs.resourcePolicy, inputs, request);
    case 'resource-based policy':
    case 'role trust policy':
      return resourceStatement(inputs.resourcePolicy ?? NO_POLICY, inputs, request);
    case 'permissions boundary':
      return inputs.boundary && widened('boundary', inputs.boundary, { inputs, request });
    case 'session policy':
      return sessionStatement(inputs, request);
    case 'service control policy':
    case 'resource control policy':
      return levelStatement(decision.policyType, inputs, request);
    default:
      return undefined;
  }
}

/** The principal element that names the caller: the role, not its session, so that it holds for the next session too. */
function principalElement(principal: PolicyPrincipal): object {
  if (principal.kind === 'service') return { Service: principal.service };
  if (principal.kind === 'role-session') return { AWS: principal.roleArn };
  return { AWS: 'arn' in principal ? principal.arn : '*' };
}

function allowStatement(need: Need) {
  const { action, resource } = need.request;
  return { Effect: 'Allow', Action: [action], Resource: [resource], ...narrowing(need) };
}

function identityPolicy(request: AccessRequest, statements: readonly object[]): Remedy {
  const document = { Version: '2012-10-17', Statement: statements };
  const named: NamedPolicy = { name: 'the proposed policy', policy: parsed(document, 'managed') };
  return {
    sentence: `Attach this policy to ${principalName(request.principal)}:`,
    document,
    shape: 'policy',
    merge: (other) =>
      identityPolicy(request, [...statements, ...(other.document as { Statement: object[] }).Statement]),
    apply: ({ inputs }) => ({ ...inputs, identity: [...inputs.identity, named] }),
  };
}

function resourceStatement(policy: NamedPolicy, inputs: PolicyInputs, request: AccessRequest): Remedy {
  const { kind, name, resource: named, actions } = resourcePolicyForm(inputs, request);
  const statement = {
    Effect: 'Allow',
    Principal: principalElement(request.principal),
    Action: actions,
    ...(named === undefined ? {} : { Resource: [named] }),
    ...narrowing({ inputs, request }),
  };
  return {
    sentence: `Add this statement to ${name}:`,
    document: statement,
    shape: 'statement',
    apply: ({ inputs: current, request: { resource } }) =>
      resource === request.resource
        ? {
            ...current,
            resourcePolicy: withStatement(current.resourcePolicy ?? policy, statement, kind),
          }
        : current,
  };
}

function widened(member: 'boundary', policy: NamedPolicy, need: Need): Remedy {
  const statement = allowStatement(need);
  return {
    sentence: `Let the permissions boundary ${policy.name} allow it too:`,
    document: statement,
    shape: 'statement',
    apply: ({ inputs }) => ({
      ...inputs,
      [member]: withStatement(inputs[member] ?? policy, statement, 'managed'),
    }),
  };
}

function sessionStatement(inputs: PolicyInputs, request: AccessRequest): Remedy | undefined {
  const [first, ...others] = inputs.session ?? [];
  if (!first) return undefined;
  const statement = allowStatement({ inputs, request });
  return {
    sentence: 'Start the session with a session policy that allows it too:',
    document: statement,
    shape: 'statement',
    apply: ({ inputs: current }) => ({
      ...current,
      session: [withStatement(current.session?.[0] ?? first, statement, 'session'), ...others],
    }),
  };
}

function levelStatement(
  type: 'service control policy' | 'resource control policy',
  inputs: PolicyInputs,
  request: AccessRequest,
): Remedy | undefined {
  const isServiceControl = type === 'service control policy';
  const member = isServiceControl ? 'serviceControl' : 'resourceControl';
  const kind = isServiceControl ? 'service-control' : 'resource';
  const levels = inputs[member] ?? [];
  const statement = isServiceControl
    ? { Effect: 'Allow', Action: [request.action], Resource: '*' }
    : { Effect: 'Allow', Principal: '*', Action: [request.action], Resource: '*' };
  const allowsAlone = (level: readonly NamedPolicy[]) =>
    level.length > 0 && decide({ ...ANYTHING, [member]: [level] }, request).allowed;
  const at = levels.findIndex((level) => !allowsAlone(level));
  const policy = levels[at]?.[0];
  if (at < 0 || !policy) return undefined;
  return {
    sentence: `Let a ${type} on level ${at + 1} of the organization (such as ${policy.name}) allow it:`,
    document: statement,
    shape: 'statement',
    apply: ({ inputs: current }) => ({
      ...current,
      [member]: (current[member] ?? []).map((level, index) =>
        index === at ? [withStatement(level[0] ?? policy, statement, kind), ...level.slice(1)] : level,
      ),
    }),
  };
}

const ANYTHING: PolicyInputs = {
  resourceRule: 'none',
  identity: [
    {
      name: 'everything',
      policy: parsed(
        { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
        'managed',
      ),
    },
  ],
};

const DENYING_KINDS: Readonly<Record<PolicyInputs['resourceRule'], PolicyKind>> = {
  trust: 'trust',
  kms: 'key',
  standard: 'resource',
  none: 'resource',
};

/** A deny cannot be outvoted: the statement itself must go, or spare the call. */
function withoutDeny({ by }: Extract<Decision, { readonly explicit: true }>): Remedy {
  const drop = (kind: PolicyKind) => (policy: NamedPolicy) =>
    policy.name === by.policyName ? withoutStatement(policy, by.index, kind) : policy;
  const dropAll = (policies: readonly NamedPolicy[] | undefined, kind: PolicyKind) =>
    policies?.map(drop(kind));
  const statement = by.sid ? `"${by.sid}"` : String(by.index + 1);
  return {
    sentence: `Remove the denying statement ${statement} (line ${by.line}) of ${by.policyName}, or narrow it so that it no longer matches this call.`,
    shape: 'none',
    apply: ({ inputs: current }) => ({
      ...current,
      identity: current.identity.map(drop('managed')),
      boundary: current.boundary && drop('managed')(current.boundary),
      session: dropAll(current.session, 'session'),
      serviceControl: current.serviceControl?.map((level) => level.map(drop('service-control'))),
      resourceControl: current.resourceControl?.map((level) => level.map(drop('resource-control'))),
      resourcePolicy:
        current.resourcePolicy && drop(DENYING_KINDS[current.resourceRule])(current.resourcePolicy),
    }),
  };
}

/** The policy with one more statement; written anew from its source, so that what is tried is what would be stored. */
function withStatement(policy: NamedPolicy, statement: object, kind: PolicyKind): NamedPolicy {
  return rewritten(policy, kind, (statements) => [...statements, statement]);
}

function withoutStatement(policy: NamedPolicy, index: number, kind: PolicyKind): NamedPolicy {
  return rewritten(policy, kind, (statements) => statements.filter((_, at) => at !== index));
}

function rewritten(
  policy: NamedPolicy,
  kind: PolicyKind,
  change: (statements: object[]) => object[],
): NamedPolicy {
  const document = JSON.parse(policy.policy.source) as { Statement?: object | object[] };
  const statements = change(document.Statement === undefined ? [] : [document.Statement].flat());
  // A policy without statements says nothing, but is refused where policies are stored.
  if (statements.length === 0) return { ...policy, policy: { ...policy.policy, statements: [] } };
  return { ...policy, policy: parsed({ ...document, Statement: statements }, kind) };
}

function parsed(document: object, kind: PolicyKind): NamedPolicy['policy'] {
  const result = internPolicy(JSON.stringify(document), kind);
  if (!result.ok) throw new Error(`a proposed policy is malformed: ${result.message}`);
  return result.policy;
}
