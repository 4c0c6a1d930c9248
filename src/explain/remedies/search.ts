/**
 * The least that lets a call through, found by rehearsing it: for each denial the mildest change that helps is made in
 * the rehearsal and the call is made again, until nothing is denied; then whatever turns out not to be needed is left out.
 */
import { isDenialCode } from '../../aws/denial-code.ts';
import type { Runtime } from '../../invoke/runtime.ts';
import type { Rehearsal } from '../../rehearsal/rehearsal.ts';
import { isByHand, isRefusal, type MadeRemedy } from './apply.ts';
import type { Problem } from './problems.ts';
import type { Candidate } from './remedy.ts';
import type { Subject } from './subject.ts';
import { Trials } from './trials.ts';
import { UnreadGuardrails } from './unread-guardrails.ts';

export interface FoundRemedies {
  readonly remedies: readonly MadeRemedy[];
  /** Whether the call, and all that follows from it, goes through with them in place. */
  readonly sufficient: boolean;
  /** What the call fails for with them in place, though everything lets it through: `CODE: message`. */
  readonly failure?: string;
  /** The search was given up before its end: more may be needed, and less may do. */
  readonly isCutShort: boolean;
  /** The world that was searched, and the same with them in place. */
  readonly world: Runtime;
  readonly stage: Rehearsal;
  /** What could not be read, and is taken to allow the call and the changes. */
  readonly provided?: readonly string[];
  /** Where something stays denied: a change that would have been tried, and that nobody may make. */
  readonly unmade?: UnmadeChange;
}

export interface UnmadeChange {
  readonly account: string;
  /** `Narrow statement 2 of the key policy …` */
  readonly sentence: string;
  /** What whoever got furthest was told. */
  readonly why: string;
}

/** Denials and closed doors that are taken on, each with so many candidates. */
const MAX_CHOSEN = 40;
const MAX_CANDIDATES = 16;

export async function findRemedies(world: Runtime, subject: Subject): Promise<FoundRemedies> {
  const unread = new UnreadGuardrails();
  const found = await searched(unread.watching(world), subject);
  if (found.sufficient || unread.met.size === 0) return found;
  const helpful = await searched(unread.allowingAll(world), subject);
  const isBetter = helpful.sufficient && helpful.remedies.length > 0;
  // What was not read may have refused it.
  return isBetter ? { ...helpful, provided: [...unread.met] } : { ...found, unmade: undefined };
}

async function searched(world: Runtime, subject: Subject): Promise<FoundRemedies> {
  const trials = new Trials(world, subject);
  let chosen: Candidate[] = [];
  /** What nothing more is to be tried against. */
  const settled = new Set<string>();
  const unmade = new Map<string, UnmadeChange>();
  while (chosen.length < MAX_CHOSEN && !trials.areSpent) {
    const { stage } = await trials.staged(chosen);
    const problem = (await trials.problems(chosen)).find(({ id }) => !settled.has(id));
    if (!problem) break;
    const candidates = await problem.candidates(stage);
    const helpful = await firstHelpful(trials, chosen, problem, candidates, (change) => {
      if (!unmade.has(problem.id)) unmade.set(problem.id, change);
    });
    if (helpful) unmade.delete(problem.id);
    if (helpful) chosen.push(...helpful.filter((each) => !isAmong(each, chosen)));
    // What is only told stays in the way of the rehearsal.
    if (!helpful || helpful.every(isByHand)) settled.add(problem.id);
  }
  const isCutShort = trials.areSpent;
  const { passes, failure } = isCutShort ? { passes: false } : await trials.tried(chosen);
  if (passes) chosen = await withoutIdle(chosen, trials);
  const { made, stage } = await trials.staged(chosen);
  const [first] = passes ? [] : unmade.values();
  return {
    remedies: made,
    sufficient: passes,
    failure,
    isCutShort,
    world,
    stage,
    ...(first && { unmade: first }),
  };
}

async function firstHelpful(
  trials: Trials,
  chosen: readonly Candidate[],
  problem: Problem,
  candidates: readonly Candidate[],
  onUnmade: (change: UnmadeChange) => void,
): Promise<readonly Candidate[] | undefined> {
  const tried = candidates
    .slice(0, MAX_CANDIDATES)
    .flatMap((each) => [[each], ...(each.first ? [[each.first, each]] : [])]);
  for (const together of tried) {
    if (trials.areSpent) return undefined;
    if (together.every(isByHand)) return together;
    try {
      if (await isHelpful(trials, chosen, problem, together))
        return withOtherWays(trials, chosen, problem, candidates, together);
    } catch (error) {
      // The operation that would store it refuses it.
      if (!isRefusal(error)) throw error;
      const { account, sentence, change } = together[0] as Candidate;
      if (change && isDenialCode(error.code)) onUnmade({ account, sentence, why: error.message });
    }
  }
  return undefined;
}

async function isHelpful(
  trials: Trials,
  chosen: readonly Candidate[],
  problem: Problem,
  together: readonly Candidate[],
): Promise<boolean> {
  const problems = await trials.problems([...chosen, ...together]);
  const same = problems.find(({ id }) => id === problem.id);
  return same?.reason !== problem.reason && !(await trials.isSpoilt(chosen, together));
}

/** Where the call may be made otherwise in several ways, each that helps is named: which is the least, only its caller knows. */
async function withOtherWays(
  trials: Trials,
  chosen: readonly Candidate[],
  problem: Problem,
  candidates: readonly Candidate[],
  together: readonly Candidate[],
): Promise<readonly Candidate[]> {
  const [found] = together as [Candidate, ...Candidate[]];
  const { way } = found;
  if (!way) return together;
  const hows = [way.how];
  for (const other of candidates.slice(0, MAX_CANDIDATES)) {
    if (!other.way || other === found || isByHand(other) || trials.areSpent) continue;
    if (await isHelpful(trials, chosen, problem, [other])) hows.push(other.way.how);
  }
  return [{ ...found, sentence: way.sentence(hows) }, ...together.slice(1)];
}

/** One request is denied for each thing that it concerns, and to be made otherwise once. */
const isAmong = (candidate: Candidate, chosen: readonly Candidate[]): boolean =>
  isByHand(candidate) && chosen.some(({ sentence }) => sentence === candidate.sentence);

const isOfOneStatement = ({ change: one }: Candidate, { change: other }: Candidate): boolean =>
  one?.index !== undefined && one.index === other?.index && one.place.id === other.place.id;

async function withoutIdle(chosen: readonly Candidate[], trials: Trials): Promise<Candidate[]> {
  let needed = [...chosen];
  for (const candidate of chosen) {
    const others = needed.filter((each) => each !== candidate);
    // What is built upon it has all that it says.
    if (others.some((each) => isOfOneStatement(candidate, each))) continue;
    if (!trials.areSpent && (await trials.tried(others)).passes) needed = others;
  }
  return needed;
}
