/**
 * What a change would do to a real account: every recorded use that it reaches is decided as it is now and as it would be, by
 * use and not by call, with the difference of rights beside it. Where too few recorded calls come out as AWS decided them, no
 * verdict is given.
 */
import type { Scope } from '../../aws/scope.ts';
import { serviceBehind, type Use } from '../../import/cloudtrail/use.ts';
import { DAY_MS } from '../../platform/durations.ts';
import type { Decision } from '../../policy/decision.ts';
import { denialReason } from '../../policy/denial-reason.ts';
import { ceilingsPassed, decidedAfterSuccess } from '../../policy/proved-by-success.ts';
import type { RecordedKeyUse } from '../history/key-uses.ts';
import { recordedOutcome } from '../history/recorded-outcome.ts';
import { isUse, type PolicyChange, type ProposedChange, readChange } from '../what-if/policy-change.ts';
import { rightsDifference } from '../what-if/rights-difference.ts';
import { type ChangedUse, leavesAccountOut, type WhatIf } from '../what-if/what-if.ts';
import { originText } from '../words/names.ts';
import { allOf, type Calibration, MIN_AGREEMENT, together, whichever } from './calibrate.ts';
import { callerName } from './callers-abroad.ts';
import { type RecordedQuestion, RecordedQuestions } from './recorded-question.ts';
import type { RecordedWorld } from './recorded-world.ts';

export interface UndecidedUse {
  readonly who: string;
  readonly action: string;
  readonly count: number;
  readonly missing: readonly string[];
}

export interface RecordedWhatIf extends WhatIf {
  /** Undefined where no recorded call could be compared. */
  readonly agreement?: number;
  /** False where agreement is too low, or nothing is recorded, to say anything. */
  readonly hasVerdict: boolean;
  /** Uses of which it cannot be said whether the change would deny them. */
  readonly undecided: readonly UndecidedUse[];
  /** What was not read and is taken to let through still what it let through: the answer is about the change alone. */
  readonly provided: readonly string[];
  /** Of a key that is changed: who did use it, as trails have it. */
  readonly recordedUses?: readonly RecordedKeyUse[];
  /** How many days the records span. */
  readonly days: number;
}

export async function whatIfRecorded(
  from: RecordedWorld,
  proposed: ProposedChange,
  scope: Scope,
  uses: Iterable<Use>,
  { agreement }: Pick<Calibration, 'agreement'>,
): Promise<RecordedWhatIf> {
  const change = await readChange(from, proposed, scope);
  const questions = await RecordedQuestions.open(from);
  const result = new Changes(change);
  const span = new Span();
  for (const use of uses) {
    span.add(use);
    if (recordedOutcome(use) === 'failed') continue;
    // Most uses are of other keys: what they asked need not be put together.
    if (change.key && !questions.keysOf(use).includes(change.key.arn)) continue;
    const asked = await questions.of(use);
    if (typeof asked !== 'string') result.add(use, asked);
  }
  return {
    title: change.title,
    key: change.key?.arn,
    alias: change.key?.alias,
    judged: result.judged,
    since: result.since,
    unjudged: 0,
    denied: result.denied,
    allowed: result.allowed,
    ...(await rightsDifference(from, change)),
    leavesAccountOut: leavesAccountOut(change),
    agreement,
    hasVerdict: result.judged > 0 && agreement !== undefined && agreement >= MIN_AGREEMENT,
    undecided: result.undecided,
    provided: [...result.provided],
    days: span.days,
  };
}

class Changes {
  judged = 0;
  since: string | undefined;
  readonly denied: ChangedUse[] = [];
  readonly allowed: ChangedUse[] = [];
  readonly undecided: UndecidedUse[] = [];
  /** Names of what was not read, and is taken to let through what it did. */
  readonly provided = new Set<string>();
  readonly #change: PolicyChange;

  constructor(change: PolicyChange) {
    this.#change = change;
  }

  add(use: Use, asked: readonly RecordedQuestion[]): void {
    const { key, stopsUse } = this.#change;
    const isAboutKey = key !== undefined && asked.some(({ about }) => about === key.arn);
    if (key && !isAboutKey) return;
    const then = asked.map((each) => this.#changed(each));
    const isReached = stopsUse ? isAboutKey : then.some(({ inputs }, at) => inputs !== asked[at]?.inputs);
    if (!isReached) return;
    this.judged += use.count;
    if (this.since === undefined || use.first < this.since) this.since = use.first;
    const worked = recordedOutcome(use) === 'allowed';
    const [question] = asked as [RecordedQuestion];
    if (stopsUse) {
      if (worked && isUse(question.request.action))
        this.denied.push(changedUse(use, question, stopsUse, stopsUse));
      return;
    }
    this.#compare(use, asked, then, worked);
  }

  #changed(question: RecordedQuestion): RecordedQuestion {
    const inputs = this.#change.inputs(question.inputs, question.request);
    const alternatives = question.alternatives?.map((each) => this.#changed(each));
    return { ...question, inputs, alternatives };
  }

  /** What AWS let through says of what was not read: `provided` has what is taken to go on so. */
  #afterSuccess(asked: readonly RecordedQuestion[], then: readonly RecordedQuestion[]): Decision {
    const each = asked.map((before, at) => {
      const after = then[at] as RecordedQuestion;
      const plain = together([after]);
      if (!plain.missing) return plain;
      const cases = [before, ...(before.alternatives ?? [])].map((one, which) => {
        const changed = [after, ...(after.alternatives ?? [])][which] as RecordedQuestion;
        for (const { name } of ceilingsPassed(changed.inputs, changed.request).passed)
          this.provided.add(name);
        return decidedAfterSuccess(one.inputs, changed.inputs, one.request);
      });
      const possible = cases.flat();
      // AWS let through what nothing here allows: that says nothing of what is not known.
      return possible.length > 0 ? whichever(possible) : plain;
    });
    return allOf(each);
  }

  #compare(
    use: Use,
    asked: readonly RecordedQuestion[],
    then: readonly RecordedQuestion[],
    worked: boolean,
  ): void {
    const [question] = asked as [RecordedQuestion];
    const { request } = question;
    const other = worked ? this.#afterSuccess(asked, then) : together(then);
    if (!other.allowed && other.missing) {
      // What could not be said before is no change.
      if ((worked ? this.#afterSuccess(asked, asked) : together(asked)).missing) return;
      const missing = other.missing.map(({ name }) => name);
      this.undecided.push({
        who: callerName(use, request.principal),
        action: request.action,
        count: use.count,
        missing,
      });
      return;
    }
    if (other.allowed === worked) return;
    const today = together(asked);
    // Denied then, and let through by now without the change.
    if (!worked && today.allowed) return;
    if (worked && !today.allowed && !today.missing) {
      // The policies are no longer those that let it through, or there is more to it than is known here.
      this.undecided.push({
        who: callerName(use, request.principal),
        action: request.action,
        count: use.count,
        missing: ['what let it through: with the policies as they are now it would be denied already'],
      });
      return;
    }
    if (other.allowed) this.allowed.push(changedUse(use, question, undefined, originText(other.by)));
    else this.denied.push(changedUse(use, question, denialReason(other, request.action), deniedBy(other)));
  }
}

function deniedBy(decision: ReturnType<typeof together> & { readonly allowed: false }): string | undefined {
  if (!decision.explicit) return undefined;
  const { policyName, sid, index } = decision.by;
  return `${policyName}, statement ${sid ? `"${sid}"` : index + 1} denies it`;
}

function changedUse(
  use: Use,
  { about = '*', request: { principal, action } }: RecordedQuestion,
  reason: string | undefined,
  decidedBy: string | undefined,
): ChangedUse {
  const service = serviceBehind(use);
  const who = callerName(use, principal);
  return {
    who,
    principal: 'arn' in principal ? principal.arn : who,
    action,
    resource: about,
    invokedBy: use.invokedBy || undefined,
    inCourseOf: service && `calls of ${service}`,
    reason,
    decidedBy,
    count: use.count,
    event: { eventID: use.lastEvent, eventTime: use.last },
  };
}

/** How many days the uses span. */
class Span {
  #first = Number.POSITIVE_INFINITY;
  #last = 0;

  add({ first, last }: Use): void {
    this.#first = Math.min(this.#first, Date.parse(first));
    this.#last = Math.max(this.#last, Date.parse(last));
  }

  get days(): number {
    return this.#last === 0 ? 0 : Math.max(1, Math.round((this.#last - this.#first) / DAY_MS));
  }
}
