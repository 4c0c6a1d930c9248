/**
 * Policy simulation: what the evaluator would decide of actions on resources, given policies and a context. The
 * decisions are the evaluator's own; the form of the answer, and what it leaves out, follows AWS's simulator.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulateCustomPolicy.html
 */
import { parseArn } from '../../../aws/arn.ts';
import { conditionLookup } from '../../../invoke/condition-lookup.ts';
import type { ResourceFacts } from '../../../invoke/ports/resource-facts.ts';
import { Pace } from '../../../platform/next-turn.ts';
import type { Turns } from '../../../platform/ports.ts';
import type {
  AccessRequest,
  ConditionLookup,
  PolicyInputs,
  PolicyPrincipal,
} from '../../../policy/decision.ts';
import { type DecisionTrace, explainDecision, type PolicyTrace } from '../../../policy/trace.ts';
import type {
  EvaluationResult,
  ResourceSpecificResult,
  SimulatePolicyResponse,
  Statement,
} from '../../../shapes/generated/iam.ts';
import { invalidInput } from '../errors.ts';
import { contextKeysOf } from './context-keys.ts';
import type { SimulatedPolicies, SourcePolicy } from './simulated-policies.ts';
import { resourceTemplate, takesResourcesOf } from './simulated-resources.ts';
import { statementSpans } from './statement-spans.ts';

export interface Simulation {
  readonly principal: PolicyPrincipal;
  readonly policies: SimulatedPolicies;
  readonly context: ConditionLookup;
  /** The account that owns the resources, where a resource policy takes part. */
  readonly resourceAccount: string;
  /** Resources that are here and have policies or grants of their own, by ARN: they take part as in a call. */
  readonly resources?: ReadonlyMap<string, ResourceFacts>;
  /** Told in each answer where the account is in an organization. */
  readonly inOrganization: boolean;
}

/** All resources, where the request names none. */
const ANY_RESOURCE = '*';

async function simulateAction(
  simulation: Simulation,
  action: string,
  resources: readonly string[] | undefined,
  pace: Pace,
): Promise<EvaluationResult> {
  if (!action.includes(':')) throw invalidInput('The action is invalid since it is missing names');
  const named = resources && resources.length > 0 ? resources : undefined;
  const verdicts: Judgement[] = [];
  let shown = 0;
  for (const resource of named ?? [ANY_RESOURCE]) {
    await pace.next(statementCount(simulation.policies));
    const verdict = judge(simulation, action, resource);
    shown += verdict.matched.length + verdict.missing.length;
    if (shown > MAX_SHOWN) throw tooMuch(action);
    verdicts.push(verdict);
  }
  const decisions = verdicts.map(({ decision }) => decision);
  const decision = decisions.includes('explicitDeny')
    ? 'explicitDeny'
    : decisions.every((each) => each === 'allowed')
      ? 'allowed'
      : 'implicitDeny';
  const first = verdicts[0] as Judgement;
  return {
    EvalActionName: action,
    EvalResourceName: named && named.length > 1 ? resourceTemplate(action) : first.resource,
    EvalDecision: decision,
    MatchedStatements: [...new Set(verdicts.flatMap(({ matched }) => matched))],
    MissingContextValues: [...new Set(verdicts.flatMap(({ missing }) => missing))],
    ...(simulation.inOrganization && {
      OrganizationsDecisionDetail: {
        AllowedByOrganizations: verdicts.every(({ byOrganizations }) => byOrganizations),
      },
    }),
    ...boundaryDetail(verdicts.map(({ byBoundary }) => byBoundary)),
    ...(named && {
      EvalDecisionDetails: first.details,
      ResourceSpecificResults: verdicts.map(resourceResult),
    }),
  };
}

interface Judgement {
  readonly resource: string;
  readonly decision: 'allowed' | 'explicitDeny' | 'implicitDeny';
  readonly matched: readonly Statement[];
  readonly missing: readonly string[];
  readonly byOrganizations: boolean;
  /** Undefined where there is no boundary. */
  readonly byBoundary: boolean | undefined;
  readonly details: Record<string, string>;
}

function judge(simulation: Simulation, action: string, resource: string): Judgement {
  const { principal, policies } = simulation;
  if (resource !== ANY_RESOURCE && !parseArn(resource)) {
    throw invalidInput(`ResourceNames are not in a valid ARN format: ${resource}.`);
  }
  const own = simulation.resources?.get(resource);
  const resourceAccount = own?.account ?? simulation.resourceAccount;
  const context = own ? withResourceKeys(simulation.context, own) : simulation.context;
  const request: AccessRequest = { principal, action, resource, resourceAccount, condition: context };
  const trace = explainDecision(own ? withResource(policies.inputs, own) : policies.inputs, request);
  // A resource of another service's is not one that the action could work on, whatever the policies say.
  const isFitting = resource === ANY_RESOURCE || takesResourcesOf(action, resource);
  const decision = !isFitting ? 'implicitDeny' : decisionName(trace);
  const byOrganizations = isAllowedByLevels(trace.policies);
  const boundary = trace.policies.find(({ policyType }) => policyType === 'permissions boundary');
  return {
    resource,
    decision,
    // A denial by Organizations hides what the account's own policies say.
    matched: byOrganizations ? matchedStatements(policies.sources, trace.policies, decision) : [],
    missing: decision === 'implicitDeny' && byOrganizations ? missingKeys(policies, context) : [],
    byOrganizations,
    byBoundary: boundary && boundary.outcome === 'allow',
    details: crossAccountDetails(simulation, trace.policies),
  };
}

function withResource(
  inputs: PolicyInputs,
  { resourceRule, resourcePolicy, grants }: ResourceFacts,
): PolicyInputs {
  return { ...inputs, resourceRule, resourcePolicy, grants };
}

/** What the request gives counts before what the resource is. */
function withResourceKeys(context: ConditionLookup, { conditions }: ResourceFacts): ConditionLookup {
  const own = conditionLookup(() => conditions);
  return (key) => context(key) ?? own(key);
}

function decisionName({ decision }: DecisionTrace): Judgement['decision'] {
  if (decision.allowed) return 'allowed';
  return decision.explicit ? 'explicitDeny' : 'implicitDeny';
}

function isAllowedByLevels(traces: readonly PolicyTrace[]): boolean {
  const byLevel = new Map<number, PolicyTrace[]>();
  for (const trace of traces) {
    if (trace.policyType !== 'service control policy') continue;
    byLevel.set(trace.level ?? 0, [...(byLevel.get(trace.level ?? 0) ?? []), trace]);
  }
  return [...byLevel.values()].every(
    (level) =>
      level.some(({ outcome }) => outcome === 'allow') &&
      level.every(({ outcome }) => outcome !== 'explicit deny'),
  );
}

const TYPES = {
  'IAM Policy': 'identity-based policy',
  'Resource Policy': 'resource-based policy',
  'Permissions Boundary Policy': 'permissions boundary',
} as const;

/** All statements that say what was decided, not only the first; a boundary's allows are not among them. */
function matchedStatements(
  sources: readonly SourcePolicy[],
  traces: readonly PolicyTrace[],
  decision: Judgement['decision'],
): Statement[] {
  if (decision === 'implicitDeny') return [];
  const effect = decision === 'allowed' ? 'Allow' : 'Deny';
  const byName = new Map(
    traces.toReversed().map((trace) => [`${trace.policyType} ${trace.policyName}`, trace]),
  );
  return sources.flatMap((source) => {
    const trace = byName.get(`${TYPES[source.type]} ${source.named.name}`);
    if (!trace || (effect === 'Allow' && source.type === 'Permissions Boundary Policy')) return [];
    return trace.statements
      .filter((statement) => statement.matched && statement.effect === effect)
      .map(({ index }) => pointersInto(source)[index] as Statement);
  });
}

/** Made once for a request: one for each resource would be of the document's length times the resources'. */
const pointers = new WeakMap<SourcePolicy, readonly Statement[]>();

/** The statements of a policy, as answers point at them. */
function pointersInto(source: SourcePolicy): readonly Statement[] {
  const known = pointers.get(source);
  if (known) return known;
  const made = statementSpans(source.named.policy.source).map(({ start, end }) => ({
    SourcePolicyId: source.id,
    SourcePolicyType: source.type,
    StartPosition: start,
    EndPosition: end,
  }));
  pointers.set(source, made);
  return made;
}

/** Keys that the policies speak of, whether or not it would have mattered, and the context does not have. */
function missingKeys({ sources }: SimulatedPolicies, context: ConditionLookup): string[] {
  const keys = sources.flatMap(({ named }) => contextKeysOf(named.policy));
  return [...new Set(keys)].filter((key) => context(key.toLowerCase()) === undefined);
}

/** Where caller and resource live in two accounts, each side's own answer is shown. */
function crossAccountDetails(
  { principal, resourceAccount }: Simulation,
  traces: readonly PolicyTrace[],
): Record<string, string> {
  const isForeign = 'account' in principal && principal.account !== resourceAccount;
  if (!isForeign) return {};
  const sideOf = (type: PolicyTrace['policyType']) => {
    const outcomes = traces.filter(({ policyType }) => policyType === type).map(({ outcome }) => outcome);
    if (outcomes.includes('explicit deny')) return 'explicitDeny';
    return outcomes.includes('allow') ? 'allowed' : 'implicitDeny';
  };
  return {
    'IAM Policy': sideOf('identity-based policy'),
    'Resource Policy': sideOf('resource-based policy'),
  };
}

function resourceResult({
  resource,
  decision,
  matched,
  missing,
  byBoundary,
  details,
}: Judgement): ResourceSpecificResult {
  return {
    EvalResourceName: resource,
    EvalResourceDecision: decision,
    ...(matched.length > 0 && { MatchedStatements: [...matched] }),
    ...(missing.length > 0 && { MissingContextValues: [...missing] }),
    ...(Object.keys(details).length > 0 && { EvalDecisionDetails: details }),
    ...boundaryDetail([byBoundary]),
  };
}

function boundaryDetail(answers: readonly (boolean | undefined)[]) {
  if (answers.includes(undefined)) return {};
  return {
    PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: answers.every(Boolean) },
  };
}

/** The answer about the actions of one page. A marker is a position: it goes on with whatever the request now names. */
export async function simulatePage(
  simulation: Simulation,
  turns: Turns,
  input: {
    readonly ActionNames: readonly string[];
    readonly ResourceArns?: readonly string[];
    readonly Marker?: string;
    readonly MaxItems?: number;
  },
): Promise<SimulatePolicyResponse> {
  const { ActionNames, ResourceArns, Marker, MaxItems = DEFAULT_RESULTS } = input;
  const from = Marker === undefined ? 0 : readMarker(Marker);
  const ofEach = Math.max(1, ResourceArns?.length ?? 0) * statementCount(simulation.policies);
  const to = from + Math.min(MaxItems, Math.max(1, Math.floor(MAX_JUDGED / ofEach)));
  const pace = new Pace(turns, JUDGED_PER_TURN);
  const results: EvaluationResult[] = [];
  for (const action of ActionNames.slice(from, to)) {
    results.push(await simulateAction(simulation, action, ResourceArns, pace));
  }
  return {
    EvaluationResults: results,
    IsTruncated: to < ActionNames.length,
    ...(to < ActionNames.length && { Marker: Buffer.from(`simulation:${to}`).toString('base64') }),
  };
}

const DEFAULT_RESULTS = 100;
/** Statements that are held against an action and a resource before others have their turn: some ten milliseconds of work. */
const JUDGED_PER_TURN = 5000;
/**
 * Statements that are held against an action and a resource for one answer, which then has fewer actions than asked for, as it
 * may (https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulateCustomPolicy.html): nobody is to wait for it.
 */
const MAX_JUDGED = 25_000;
/** Statements and keys that an answer names for one action: it is written in one piece. */
const MAX_SHOWN = 25_000;

const tooMuch = (action: string) =>
  invalidInput(
    `Latchkey names no more than ${MAX_SHOWN} statements and keys for one action: simulate ${action} on fewer resources.`,
  );

const statementCount = ({ sources }: SimulatedPolicies): number =>
  sources.reduce((sum, { named }) => sum + named.policy.statements.length, 1);

function readMarker(marker: string): number {
  const match = /^simulation:(\d+)$/.exec(Buffer.from(marker, 'base64').toString());
  if (!match) throw invalidInput('Invalid marker for pagination.');
  return Number(match[1]);
}
