/** The way out of a denial of which not all is known that decided it: by what AWS's sentence says of it. */
import { conditionLookup } from '../../invoke/condition-lookup.ts';
import type { Runtime } from '../../invoke/runtime.ts';
import type { ConditionValues } from '../../invoke/verdict.ts';
import { lackingAllow, openDenies } from '../../policy/as-said.ts';
import type { AccessRequest } from '../../policy/decision.ts';
import type { Missing } from '../../policy/policy.ts';
import { unknownAsAbsent } from '../../policy/unknown.ts';
import type { Rehearsal } from '../../rehearsal/rehearsal.ts';
import { NOT_THERE } from '../../services/iam/index.ts';
import { type Said, saidIn } from '../denial/as-recorded.ts';
import { remediesOf } from '../denial/explained-remedies.ts';
import type { Explanation } from '../denial/explanation.ts';
import { policiesOfType } from '../denial/policies-of-call.ts';
import { newStatementCandidates } from '../remedies/new-statement.ts';
import { findRemedies } from '../remedies/search.ts';
import { decisionSubject } from '../remedies/subject.ts';
import { isUnknownTo } from '../rights/rights.ts';
import { wantedValue } from '../statements/wanted-value.ts';
import { conditionFact } from '../words/condition-words.ts';
import { decidedAnew, type Ruled } from './decided-anew.ts';

/** Of the organization: several of one type stand side by side. */
const CONTROL = /control policy$/;

interface Denied {
  readonly denied: readonly Ruled[];
  /** The same with the policies of now, and what is not known of them. */
  readonly anew: readonly Ruled[];
  readonly missing: readonly Missing[];
  readonly isOwnCall: boolean;
}

export async function planOfSentence(
  runtime: Runtime,
  denied: Denied,
  message = '',
): Promise<Partial<Explanation> | undefined> {
  const said = saidIn(message);
  // Of a caller who is not there nothing can be put right.
  if (!said || denied.missing.some(({ why }) => why === NOT_THERE)) return undefined;
  return (await found(runtime, denied, said)) ?? untried(runtime, denied, said);
}

/** Found by deciding it again, with what the sentence says in place of what is not known. */
async function found(
  runtime: Runtime,
  { denied, anew, missing, isOwnCall }: Denied,
  said: Said,
): Promise<Partial<Explanation> | undefined> {
  const assumed = said.explicit ? anew.map((each) => conditionsOfDeny(each, said)) : [];
  if (assumed.some((each) => each === undefined)) return undefined;
  const taken = async (on: Rehearsal, each: Ruled, more: ConditionValues, at: number) => {
    const ruled = await decidedAnew(on.runtime, each, more);
    const { inputs, request } = ruled;
    return said.explicit
      ? { inputs, request: assuming(request, { ...assumed[at], ...more }), provided: [] }
      : { request, ...lackingAllow(inputs, request, said.policyType) };
  };
  const decisions = denied.map(
    (each, at) => (on: Rehearsal, more: ConditionValues) => taken(on, each, more, at),
  );
  const remedied = await findRemedies(
    runtime,
    decisionSubject(decisions, () => isOwnCall),
  );
  if (!remedied.sufficient || remedied.remedies.length === 0) return undefined;
  const asked = await Promise.all(decisions.map((decision) => decision(remedied.stage, {})));
  const unread = asked.flatMap(({ provided }) => provided.map(({ name }) => name));
  const provided = [...new Set([...(remedied.provided ?? []), ...unread])];
  const unrecorded = missing.filter(({ kind }) => kind !== 'policy').map(({ name }) => name);
  return {
    ...remediesOf(remedied),
    ...(provided.length > 0 && { remediesVerified: false, provided }),
    ...(provided.length === 0 && unrecorded.length > 0 && { unrecorded }),
    ...(provided.length === 0 && { now: 'denied' as const }),
  };
}

/**
 * What is so of the request where the one statement that may deny it does: the values with which its conditions hold. Where several
 * may be the one that AWS means, undefined: none of them is narrowed.
 */
function conditionsOfDeny({ inputs, request }: Ruled, { policyType }: Said): ConditionValues | undefined {
  const [only, ...others] = openDenies(inputs, request, policyType);
  if (!only || others.length > 0) return undefined;
  const unknown = only.conditions
    .map(conditionFact)
    .filter(({ key }) => isUnknownTo(request.condition, key.toLowerCase()));
  // Others hold of a key that is absent.
  return Object.fromEntries(unknown.map((fact) => [fact.key, wantedValue({ ...fact, holds: false })?.value]));
}

function assuming(request: AccessRequest, values: ConditionValues): AccessRequest {
  const given = new Set(Object.keys(values).map((key) => key.toLowerCase()));
  const assumed = conditionLookup(() => values);
  return { ...request, condition: (key) => (given.has(key) ? assumed(key) : request.condition(key)) };
}

/** Into a policy that was not read, what it lacks by AWS's sentence can be said only. */
function untried(
  { clock }: Runtime,
  { anew: [asked], missing, isOwnCall }: Denied,
  { explicit, policyType }: Said,
): Partial<Explanation> | undefined {
  const unread = asked && policiesOfType(asked.inputs, policyType).find(({ policy }) => policy.missing);
  if (!asked || explicit || !unread) return undefined;
  const request = unknownAsAbsent(asked.request);
  const asking = { request, isOwnCall, nowMs: clock.nowMs(), leadsElsewhere: () => false };
  const question = { ...asking, inputs: asked.inputs, isGone: () => false };
  const [candidate] = newStatementCandidates(question, { allowed: false, explicit: false, policyType });
  // Of several policies of a level, none of which allows it, any may be the one to do so.
  const isAnother = CONTROL.test(policyType) && candidate?.target !== unread.name;
  if (!candidate || isAnother) return undefined;
  const { kind, sentence, account, target, change } = candidate;
  const about = { kind, sentence, account, target, isUntried: true as const };
  const others = missing.filter((each) => each.kind === 'policy' && each.name !== unread.name);
  return {
    remedies: [
      change ? { ...about, shape: 'statement', document: change.statement } : { ...about, shape: 'none' },
    ],
    remediesVerified: false,
    provided: [unread.name, ...others.map(({ name }) => name)],
  };
}
