/** Why a call was denied, in plain words: who asked, which policies were looked at, what was missing, and what mends it. */
import type { CloudTrailEvent } from '../invoke/audit/audit.ts';
import { reviveEvidence } from '../invoke/audit/evidence.ts';
import type { Runtime } from '../invoke/runtime.ts';
import { type DecisionTrace, explainDecision } from '../policy/trace.ts';
import { findCall } from './find.ts';
import { followingNeeds } from './following.ts';
import { issuingNeed } from './foreign-grant.ts';
import { findRemedies } from './mend.ts';
import type { Need } from './remedy.ts';
import { renderExplanation } from './render.ts';

export interface Explanation {
  readonly subject: string;
  /** False when nothing is known of the subject. */
  readonly found: boolean;
  /** The whole explanation for a person to read. */
  readonly text: string;
  readonly symptom?: string;
  /** The call that is explained, as CloudTrail has it. */
  readonly event?: CloudTrailEvent;
  /** The user's call in whose course a service made it. */
  readonly outerEvent?: CloudTrailEvent;
  readonly allowed?: boolean;
  /** Each policy and statement that was looked at, for a denied call. */
  readonly trace?: DecisionTrace;
  readonly remedies: readonly { sentence: string; shape: string; document?: object }[];
  /** Whether the evaluator, asked again with the remedies in place, allows the call. */
  readonly remediesTried: boolean;
}

export async function explain(
  runtime: Runtime,
  subject: string,
  place: { account: string; region: string },
): Promise<Explanation> {
  return runtime.store.read(async (tx) => {
    const finding = await findCall(tx, subject, place, runtime.ports.failures);
    if (!finding) {
      const text = `Nothing is recorded about ${subject} in account ${place.account}, region ${place.region}.`;
      return { subject, found: false, text, remedies: [], remediesTried: false };
    }
    const { entry, symptom, outer } = finding;
    const denied = entry.body.decisions.filter(({ decision }) => !decision.allowed);
    const explained = {
      subject,
      found: true,
      symptom,
      event: entry.body.event,
      outerEvent: outer?.body.event,
      allowed: denied.length === 0,
    };
    const needs: Need[] = [];
    for (const { evidence } of denied) if (evidence) needs.push(await reviveEvidence(tx, evidence));
    const [first] = needs;
    if (!first) {
      const text = renderExplanation({ ...explained, decisions: entry.body.decisions });
      return { ...explained, text, remedies: [], remediesTried: false };
    }
    const trace = explainDecision(first.inputs, first.request);
    const following = needs.flatMap((need) => followingNeeds(need, outer));
    const issuing = issuingNeed(first);
    const plan = findRemedies([...(issuing ? [issuing] : []), ...needs, ...following]);
    const remedies = plan.remedies.map(({ sentence, shape, document }) => ({ sentence, shape, document }));
    const text = renderExplanation({
      ...explained,
      decisions: entry.body.decisions,
      denial: { ...first, trace, plan, others: needs.slice(1), following },
    });
    return { ...explained, text, trace, remedies, remediesTried: plan.sufficient };
  });
}
