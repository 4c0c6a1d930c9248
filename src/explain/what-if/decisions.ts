/**
 * The decisions of a recorded call, allowed ones too, each with the documents that it was made of; and one of them made again
 * with other documents, or another request, in their places.
 */
import type { Scope } from '../../aws/scope.ts';
import type { CloudTrailEvent } from '../../invoke/audit/audit.ts';
import { reviveEvidence } from '../../invoke/audit/evidence.ts';
import { conditionLookup } from '../../invoke/condition-lookup.ts';
import type { ConditionValues } from '../../invoke/verdict.ts';
import type { AccessRequest, NamedPolicy, PolicyInputs } from '../../policy/decision.ts';
import type { PolicyKind } from '../../policy/parse.ts';
import { proposedKeyPolicy } from '../../services/kms/index.ts';
import { type ExplainedDecision, explainedDecision } from '../denial/explained-check.ts';
import { byLabel, callersCopy, type Recorded } from '../history/recorded-calls.ts';
import { inWordsOfKms, NoAnswer } from '../question/key-question.ts';
import { proposedPolicy } from '../question/proposed-policy.ts';
import type { Reading } from '../question/reading.ts';
import { callerOf } from '../why/explain.ts';

export interface DocumentedDecision extends ExplainedDecision {
  /** The documents of `policies`, at the same places; absent for one that could not be read. */
  readonly documents: readonly (string | undefined)[];
}

/** `decision` is absent where nothing was kept of it: what was allowed on a resource without a policy of its own. */
export interface RecordedDecision {
  readonly action: string;
  readonly resource: string;
  readonly allowed: boolean;
  readonly decision?: DocumentedDecision;
}

export interface CallDecisions {
  readonly who: string;
  readonly event: CloudTrailEvent;
  readonly decisions: readonly RecordedDecision[];
}

/** What is to be otherwise in a decision. */
export interface DecisionEdit {
  /** Of `policies`, by place: another document. */
  readonly documents: Readonly<Record<number, string>>;
  /** Condition keys with other values; an empty list takes the key out of the request. */
  readonly conditions: Readonly<Record<string, readonly string[]>>;
}

export async function decisionsOf(from: Reading, eventId: string): Promise<CallDecisions> {
  const { body } = await requireCall(from, eventId);
  const decisions: RecordedDecision[] = [];
  for (const { action, resource, decision, evidence } of body.decisions) {
    const kept = evidence && (await reviveEvidence(from.tx, evidence));
    const conditions = evidence?.conditions ?? {};
    decisions.push({
      action,
      resource,
      allowed: decision.allowed,
      ...(kept && { decision: await documented(from, kept.inputs, kept.request, conditions) }),
    });
  }
  return { who: callerOf(body.event), event: body.event, decisions };
}

/** The call's decision at this place, with the edit. Throws NoAnswer for a document that no service would store. */
export async function decidedAgain(
  from: Reading,
  { eventId, at }: { readonly eventId: string; readonly at: number },
  edit: DecisionEdit,
  scope: Scope,
): Promise<DocumentedDecision> {
  const { body } = await requireCall(from, eventId);
  const evidence = body.decisions[at]?.evidence;
  if (!evidence) throw new NoAnswer('Of this decision nothing was kept by which it could be made again.');
  const { inputs, request } = await reviveEvidence(from.tx, evidence);
  const edited = Object.entries(edit.conditions).map(([key, values]) => [
    key,
    values.length > 0 ? values : undefined,
  ]);
  const conditions: ConditionValues = { ...evidence.conditions, ...Object.fromEntries(edited) };
  const changed = await withDocuments(inputs, edit.documents, (source, kind) =>
    kind === 'key'
      ? keyPolicy(from, source, { ...scope, account: request.resourceAccount })
      : proposedPolicy(source, kind),
  );
  const lookup = conditionLookup(() => ({ ...conditions, ...evidence.unknownConditions }));
  return documented(from, changed, { ...request, condition: lookup }, conditions);
}

async function requireCall(from: Reading, eventId: string): Promise<Recorded> {
  const [call] = await byLabel(from.tx, 'EventId', eventId, 1);
  if (!call) throw new NoAnswer(`There is no event ${eventId} on record.`);
  return callersCopy(from.tx, call);
}

async function documented(
  from: Reading,
  inputs: PolicyInputs,
  request: AccessRequest,
  conditions: ConditionValues,
): Promise<DocumentedDecision> {
  const documents: (string | undefined)[] = [];
  await mapPolicies(inputs, async (named) => {
    documents.push(named.policy.missing ? undefined : named.policy.source);
    return named;
  });
  return { ...(await explainedDecision(from, inputs, request, conditions)), documents };
}

async function keyPolicy(from: Reading, source: string, scope: Scope): Promise<NamedPolicy['policy']> {
  // In place before the words of KMS, which name none.
  proposedPolicy(source, 'key');
  return (await proposedKeyPolicy({ ...from, ...scope }, source).catch(inWordsOfKms)).policy;
}

function withDocuments(
  inputs: PolicyInputs,
  documents: DecisionEdit['documents'],
  read: (source: string, kind: PolicyKind) => Promise<NamedPolicy['policy']> | NamedPolicy['policy'],
): Promise<PolicyInputs> {
  let at = 0;
  return mapPolicies(inputs, async (named, kind) => {
    const source = documents[at++];
    return source === undefined ? named : { ...named, policy: await read(source, kind) };
  });
}

const RESOURCE_POLICIES: Readonly<Record<PolicyInputs['resourceRule'], PolicyKind>> = {
  kms: 'key',
  trust: 'trust',
  standard: 'resource',
  none: 'resource',
};

type Visit = (named: NamedPolicy, kind: PolicyKind) => Promise<NamedPolicy>;

/** Each policy, one after the other, in the order in which a trace lists them. */
async function mapPolicies(inputs: PolicyInputs, visit: Visit): Promise<PolicyInputs> {
  const all = async (policies: readonly NamedPolicy[], kind: PolicyKind) => {
    const visited: NamedPolicy[] = [];
    for (const policy of policies) visited.push(await visit(policy, kind));
    return visited;
  };
  const levels = async (list: PolicyInputs['serviceControl'], kind: PolicyKind) => {
    const visited: NamedPolicy[][] = [];
    for (const policies of list ?? []) visited.push(await all(policies, kind));
    return list && visited;
  };
  const { resourcePolicy, boundary, session, resourceRule } = inputs;
  const serviceControl = await levels(inputs.serviceControl, 'service-control');
  const resourceControl = await levels(inputs.resourceControl, 'resource-control');
  const changedResource = resourcePolicy && (await visit(resourcePolicy, RESOURCE_POLICIES[resourceRule]));
  const identity = await all(inputs.identity, 'identity');
  const changedBoundary = boundary && (await visit(boundary, 'identity'));
  const changedSession = session && (await all(session, 'session'));
  return {
    ...inputs,
    serviceControl,
    resourceControl,
    resourcePolicy: changedResource,
    identity,
    boundary: changedBoundary,
    session: changedSession,
  };
}
