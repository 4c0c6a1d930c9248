/**
 * How far answers about an imported account can be trusted: every recorded use is decided, and compared with what AWS
 * decided. Where the two differ, a change of policies since then may be why; what it was then is put back where it is recorded.
 */
import type { KeptEvent, Use } from '../../import/cloudtrail/use.ts';
import type { Decision } from '../../policy/decision.ts';
import { decide } from '../../policy/evaluate.ts';
import type { Missing } from '../../policy/policy.ts';
import { ceilingsPassed } from '../../policy/proved-by-success.ts';
import { recordedOutcome } from '../history/recorded-outcome.ts';
import type { PastChange } from '../history/timelines.ts';
import { PastPolicies } from './past/past-policies.ts';
import type { NotAsked } from './recorded-principal.ts';
import { type RecordedQuestion, RecordedQuestions } from './recorded-question.ts';
import type { RecordedWorld } from './recorded-world.ts';

export interface Difference {
  readonly use: Use;
  readonly recorded: 'allowed' | 'denied';
  readonly decided: 'allowed' | 'denied';
  /** The change since, by which it may have come about. */
  readonly changed?: PastChange;
}

export interface Calibration {
  /** Recorded calls, and distinct uses. */
  readonly calls: number;
  readonly uses: number;
  /** Calls that come out as AWS decided, with the policies of now or, where recorded, of then. */
  readonly agreed: number;
  readonly agreedWithPast: number;
  /** Of them, those for which something that was not read must have let them through, as AWS did: by what that is. */
  readonly agreedAsPassed: Readonly<Record<string, number>>;
  /** They come out otherwise, and something was changed since. */
  readonly changed: readonly Difference[];
  readonly notUnderstood: readonly Difference[];
  /** Calls by what is missing to decide them. */
  readonly undecided: Readonly<Record<string, number>>;
  /** Calls that failed for a reason other than permission. */
  readonly otherFailures: number;
  readonly notAsked: Readonly<Partial<Record<NotAsked, number>>>;
  /** Of the calls that were decided, those that agree or whose difference a change explains; undefined where none was. */
  readonly agreement?: number;
}

/** What is allowed less than this is not advised on. */
export const MIN_AGREEMENT = 0.95;

export async function calibrate(
  from: RecordedWorld,
  { uses, events }: { readonly uses: Iterable<Use>; readonly events: readonly KeptEvent[] },
): Promise<Calibration> {
  const questions = await RecordedQuestions.open(from);
  const past = new PastPolicies(from, events);
  const tally = new Tally();
  for (const use of uses) {
    tally.uses++;
    const asked = await questions.of(use);
    if (typeof asked === 'string') tally.notAsked(asked, use);
    else await judge(use, asked, past, tally);
  }
  return tally.result();
}

async function judge(
  use: Use,
  asked: readonly RecordedQuestion[],
  past: PastPolicies,
  tally: Tally,
): Promise<void> {
  const recorded = recordedOutcome(use);
  if (recorded === 'failed') return tally.failed(use);
  const judged = (questions: readonly RecordedQuestion[]): Judged =>
    recorded === 'allowed' ? asPassed(questions) : { decision: together(questions) };
  const { decision, passed } = judged(asked);
  if (decision.missing) return tally.unknown(use, missingNames(decision));
  const decided = outcomeOf(decision);
  if (decided === recorded) return tally.agree(use, { passed });
  const then = await past.possiblyAt(asked, use.last, (questions) => {
    const { decision: before } = judged(questions);
    return !before.missing && outcomeOf(before) === recorded;
  });
  if (then) return tally.agree(use, { withPast: true, passed: judged(then).passed });
  const changed = await past.changeSince(asked, use.last);
  // What a change has put out of reach is its doing. What the record leaves open of the call was open then, too.
  const isOpen = ({ kind }: Missing) => !changed || kind === 'condition key';
  const open = await past.possiblyAt(
    asked,
    use.last,
    (then) => judged(then).decision.missing?.every(isOpen) ?? false,
  );
  if (open) return tally.unknown(use, missingNames(judged(open).decision));
  tally.differ({ use, recorded, decided, changed });
}

const missingNames = ({ missing = [] }: Decision) => missing.map(({ name }) => name);

const outcomeOf = ({ allowed }: Decision) => (allowed ? 'allowed' : 'denied');

interface Judged {
  readonly decision: Decision;
  readonly passed?: readonly string[];
}

/** Of a call that AWS let through, what is not known is looked at only where it could have let it through alone. */
function asPassed(asked: readonly RecordedQuestion[]): Judged {
  const decision = together(asked);
  if (!decision.missing) return { decision };
  const passed = new Set<string>();
  const open = (question: RecordedQuestion): RecordedQuestion => {
    const { inputs, passed: each } = ceilingsPassed(question.inputs, question.request);
    for (const { name } of each) passed.add(name);
    return { ...question, inputs, alternatives: question.alternatives?.map(open) };
  };
  return { decision: together(asked.map(open)), passed: [...passed] };
}

/** A use is allowed where each of its questions is. */
export function together(asked: readonly RecordedQuestion[]): Decision {
  return allOf(asked.map(decided));
}

/** Whoever it was of several who may have asked. */
function decided({ inputs, request, alternatives = [] }: RecordedQuestion): Decision {
  return whichever([{ inputs, request }, ...alternatives].map((each) => decide(each.inputs, each.request)));
}

const WHICH: Missing = {
  kind: 'condition key',
  name: 'which principal of the other account it was',
  why: 'the record that the owner of the key has names the account and a unique id',
};

/** What holds in each case, or that it differs. */
export function whichever(decisions: readonly Decision[]): Decision {
  const [first] = decisions as [Decision];
  const open = decisions.flatMap(({ missing = [] }) => missing);
  if (open.length === 0 && decisions.every(({ allowed }) => allowed === first.allowed)) return first;
  const missing = open.length > 0 ? open : [WHICH];
  return { allowed: false, explicit: false, policyType: 'resource-based policy', missing };
}

export function allOf(decisions: readonly Decision[]): Decision {
  let open: Decision | undefined;
  let allowed: Decision | undefined;
  for (const decision of decisions) {
    if (decision.allowed) allowed = decision;
    else if (decision.missing) open = decision;
    else return decision;
  }
  return (open ?? allowed) as Decision;
}

/** Differences are listed up to here; all are counted. */
const MAX_LISTED = 200;

interface Agreement {
  /** With the policies of then. */
  readonly withPast?: boolean;
  /** What was not read and let it through. */
  readonly passed?: readonly string[] | undefined;
}

class Tally {
  uses = 0;
  #calls = 0;
  #agreed = 0;
  #agreedWithPast = 0;
  #differing = { changed: 0, notUnderstood: 0 };
  #otherFailures = 0;
  readonly #changed: Difference[] = [];
  readonly #notUnderstood: Difference[] = [];
  readonly #undecided: Record<string, number> = {};
  readonly #agreedAsPassed: Record<string, number> = {};
  readonly #notAsked: Partial<Record<NotAsked, number>> = {};

  notAsked(why: NotAsked, { count }: Use): void {
    this.#calls += count;
    this.#notAsked[why] = (this.#notAsked[why] ?? 0) + count;
  }

  failed({ count }: Use): void {
    this.#calls += count;
    this.#otherFailures += count;
  }

  unknown({ count }: Use, names: readonly string[]): void {
    this.#calls += count;
    for (const name of names) this.#undecided[name] = (this.#undecided[name] ?? 0) + count;
  }

  agree({ count }: Use, { withPast = false, passed = [] }: Agreement): void {
    this.#calls += count;
    this.#agreed += count;
    if (withPast) this.#agreedWithPast += count;
    for (const name of passed) this.#agreedAsPassed[name] = (this.#agreedAsPassed[name] ?? 0) + count;
  }

  differ(difference: Difference): void {
    const { count } = difference.use;
    this.#calls += count;
    const kind = difference.changed ? 'changed' : 'notUnderstood';
    this.#differing[kind] += count;
    const list = difference.changed ? this.#changed : this.#notUnderstood;
    if (list.length < MAX_LISTED) list.push(difference);
  }

  result(): Calibration {
    const explained = this.#agreed + this.#differing.changed;
    const decided = explained + this.#differing.notUnderstood;
    return {
      calls: this.#calls,
      uses: this.uses,
      agreed: this.#agreed,
      agreedWithPast: this.#agreedWithPast,
      agreedAsPassed: this.#agreedAsPassed,
      changed: this.#changed,
      notUnderstood: this.#notUnderstood,
      undecided: this.#undecided,
      otherFailures: this.#otherFailures,
      notAsked: this.#notAsked,
      ...(decided > 0 && { agreement: explained / decided }),
    };
  }
}
