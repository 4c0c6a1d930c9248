/** One decision that was denied, explained: each policy and statement with its reason, near misses, and a summary. */
import { presentConditions } from '../../invoke/condition-lookup.ts';
import type { ConditionValues } from '../../invoke/verdict.ts';
import type { AccessRequest, Decision, PolicyInputs, PolicyPrincipal } from '../../policy/decision.ts';
import { denialReason } from '../../policy/denial-reason.ts';
import {
  type DecisionTrace,
  explainDecision,
  type PolicyTrace,
  type StatementTrace,
} from '../../policy/trace.ts';
import type { KeyFacts } from '../../services/kms/index.ts';
import { type GuardrailNames, guardrailNames } from '../../services/organizations/index.ts';
import type { ReadTransaction } from '../../store/store.ts';
import { keyOf } from '../question/key-question.ts';
import { type StatementContext, statementReason } from '../statements/statement-reason.ts';
import { lastSegment, principalName, resourceName } from '../words/names.ts';
import { type Directory, namesIn } from '../words/principal-names.ts';
import { ALLOWED_AS_READ, denialSummary, undecidedSummary } from './denial-summary.ts';
import type { ExplainedCheck, ExplainedPolicy, ExplainedPrincipal } from './explanation.ts';
import { nearGrants } from './near-grants.ts';

/** A decision, whichever it was. */
export type ExplainedDecision = Omit<
  ExplainedCheck,
  'verdict' | 'policyType' | 'reason' | 'by' | 'summary'
> & {
  readonly decision: Decision;
  readonly reason?: string;
  readonly summary?: string;
};

/** `recorded`: how it was decided, where that cannot be told any more from what is known of the request and its policies. */
export async function explainedCheck(
  from: Directory,
  inputs: PolicyInputs,
  request: AccessRequest,
  conditions: ConditionValues,
  recorded?: Decision,
): Promise<ExplainedCheck | undefined> {
  const { decision, ...explained } = await explainedDecision(from, inputs, request, conditions, recorded);
  return decision.allowed ? undefined : deniedCheck(explained, decision);
}

const deniedCheck = (
  { reason = '', summary = '', ...explained }: Omit<ExplainedDecision, 'decision'>,
  decision: Decision & { readonly allowed: false },
): ExplainedCheck => ({
  ...explained,
  verdict: decision.explicit ? ('explicit-deny' as const) : ('implicit-deny' as const),
  policyType: decision.policyType,
  reason,
  ...(decision.explicit && { by: decision.by }),
  ...(decision.missing && { missing: decision.missing.map(({ name }) => name) }),
  summary,
});

export async function explainedDecision(
  from: Directory,
  inputs: PolicyInputs,
  request: AccessRequest,
  conditions: ConditionValues,
  recorded?: Decision,
): Promise<ExplainedDecision> {
  const trace = explainDecision(inputs, request);
  const isAllowedAsRead = trace.decision.allowed && recorded?.allowed === false;
  const isRecordOnly = isAllowedAsRead || trace.decision.missing;
  const decision = (isRecordOnly && recorded) || trace.decision;
  const key = await keyOf(from.tx, request.resource);
  const policies = inputs.resourcePolicy ? [inputs.resourcePolicy] : [];
  const names = await namesIn(from, policies, key?.grants ?? [], key?.writtenNames);
  const context: StatementContext = {
    request,
    names,
    viaService: request.condition('aws:viaawsservice')?.[0] === 'true',
  };
  const guardrails = await guardrailsOf(from.tx, request);
  const explained = {
    principal: principalOf(request.principal),
    action: request.action,
    resource: request.resource,
    resourceName: namedResource(request.resource, key),
    resourceAccount: request.resourceAccount,
    conditions: presentConditions(conditions),
    policies: trace.policies.map((policy) => explainedPolicy(policy, context, key, guardrails)),
    nearGrants: key && !decision.allowed ? nearGrants(key.grants, request, names) : [],
  };
  if (decision.allowed) return { ...explained, decision };
  const reason = denialReason(decision, request.action);
  const denied = deniedCheck({ ...explained, reason }, decision);
  const summary = isAllowedAsRead
    ? ALLOWED_AS_READ
    : decision.missing
      ? undecidedSummary(decision.missing)
      : denialSummary(denied, inputs, request, allowsByGrant(trace));
  return {
    ...explained,
    decision,
    reason,
    ...(isAllowedAsRead && { asRead: { verdict: 'allowed' as const } }),
    summary,
  };
}

const allowsByGrant = ({ grants }: DecisionTrace): boolean => grants.some(({ matched }) => matched);

function principalOf(principal: PolicyPrincipal): ExplainedPrincipal {
  const { kind } = principal;
  const who = principalName(principal);
  if ('arn' in principal) return { kind, who, arn: principal.arn, account: principal.account };
  return { kind, who };
}

export function namedResource(resource: string, key: Pick<KeyFacts, 'alias'> | undefined): string {
  return `${resourceName(resource)}${key?.alias ? ` (${key.alias})` : ''}`;
}

interface Guardrails {
  readonly caller?: GuardrailNames;
  readonly resource?: GuardrailNames;
}

async function guardrailsOf(
  tx: ReadTransaction,
  { principal, resourceAccount }: AccessRequest,
): Promise<Guardrails> {
  return {
    caller: 'account' in principal ? await guardrailNames(tx, principal.account) : undefined,
    resource: await guardrailNames(tx, resourceAccount),
  };
}

function explainedPolicy(
  policy: PolicyTrace,
  context: StatementContext,
  key: KeyFacts | undefined,
  guardrails: Guardrails,
): ExplainedPolicy {
  const statements = policy.statements.map((statement) => ({
    ...statement,
    why: statementReason(statement, context),
    isNearMiss: statement.effect === 'Allow' && !statement.matched && isNear(statement),
  }));
  return { ...policy, title: titleOf(policy, key, guardrails), statements };
}

const isNear = ({ mismatch, mismatches = [], shorterAction }: StatementTrace): boolean =>
  mismatch === 'unknown' ||
  shorterAction !== undefined ||
  (!mismatches.includes('action') && mismatches.length === 1);

function titleOf(
  { policyName, policyType, level, outcome }: PolicyTrace,
  key: KeyFacts | undefined,
  guardrails: Guardrails,
): string {
  if (policyName === 'key policy' && key) return `key policy of ${key.alias ?? resourceName(key.arn)}`;
  const managed = /:policy\/(?:aws-service-role\/)?(.+)$/.exec(policyName)?.[1];
  // What was not read is named by what it is.
  if (outcome === 'unknown') return policyName;
  if (policyType === 'service control policy' || policyType === 'resource control policy') {
    const names = policyType === 'service control policy' ? guardrails.caller : guardrails.resource;
    const name = names?.policies[policyName] ?? lastSegment(policyName);
    const at = level === undefined ? undefined : names?.levels[level];
    return `${policyType} ${name}${at ? ` on ${at.name}${at.name === at.id ? '' : ` (${at.id})`}` : ''}`;
  }
  if (policyType === 'VPC endpoint policy') return `policy of VPC endpoint ${lastSegment(policyName)}`;
  if (!managed) return policyName;
  const kind = policyName.includes('::aws:') ? 'AWS managed policy' : 'managed policy';
  return policyType === 'permissions boundary' ? `permissions boundary ${managed}` : `${kind} ${managed}`;
}
