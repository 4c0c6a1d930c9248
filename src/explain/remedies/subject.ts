/** What changes are tried on: a call that is rehearsed with them in place, or decisions that are made anew. */
import type { Ruling } from '../../invoke/authorize.ts';
import type { ConditionValues } from '../../invoke/verdict.ts';
import { decide } from '../../policy/evaluate.ts';
import { unknownAsAbsent } from '../../policy/unknown.ts';
import type { Outcome, Rehearsal, RehearsedCall } from '../../rehearsal/rehearsal.ts';
import { denialProblem, type Problem, problemsOf } from './problems.ts';
import type { Candidate } from './remedy.ts';

export interface Attempted {
  readonly problems: readonly Problem[];
  readonly passes: boolean;
  /** What it fails for though everything lets it through: `CODE: message`. */
  readonly failure?: string;
  /** Code of the error that the call itself ends with, denials apart. */
  readonly errorCode?: string;
  readonly isCutShort: boolean;
  readonly steps: number;
}

export interface Subject {
  /** Denials are passed over, so that all that stands in the way is seen. */
  walkThrough(stage: Rehearsal, chosen: readonly Candidate[]): Promise<Attempted>;
  /** As it would go. */
  try(stage: Rehearsal, chosen: readonly Candidate[]): Promise<Attempted>;
}

export const passed = ({ error, isCutShort, transcript }: Outcome): boolean =>
  !error && !isCutShort && !transcript.isHindered;

const failureOf = ({ error, transcript }: Outcome): string | undefined =>
  error && !transcript.isHindered ? `${error.code}: ${error.message}` : undefined;

export function callSubject(call: RehearsedCall): Subject {
  const revised = (chosen: readonly Candidate[]) =>
    chosen.reduce((current, { revise }) => revise?.(current) ?? current, call);
  const attempted = (stage: Rehearsal, outcome: Outcome): Attempted => ({
    problems: problemsOf(stage, outcome),
    passes: passed(outcome),
    failure: failureOf(outcome),
    errorCode: outcome.error?.code,
    isCutShort: outcome.isCutShort,
    steps: outcome.steps,
  });
  return {
    walkThrough: async (stage, chosen) => attempted(stage, await stage.walkThrough(revised(chosen))),
    try: async (stage, chosen) => attempted(stage, await stage.try(revised(chosen))),
  };
}

/** A question to the policies of a stage. `more`: what else is so of the request. */
export type Decision = (
  stage: Rehearsal,
  more: ConditionValues,
) => Promise<Pick<Ruling, 'inputs' | 'request'>>;

/** `isOwnCall`: of which nobody asks for the caller. */
export function decisionSubject(decisions: readonly Decision[], isOwnCall: (at: number) => boolean): Subject {
  async function attempt(stage: Rehearsal, chosen: readonly Candidate[]): Promise<Attempted> {
    const more: ConditionValues = Object.assign({}, ...chosen.map(({ conditions }) => conditions));
    const problems: Problem[] = [];
    for (const [at, asked] of decisions.entries()) {
      const { inputs: known, request } = await asked(stage, more);
      const session =
        known.session && chosen.reduce((all, { inSession }) => inSession?.(all) ?? all, known.session);
      const inputs = { ...known, session };
      const decision = decide(inputs, request);
      if (!decision.allowed)
        problems.push(decisionProblem(stage, { inputs, request, decision }, isOwnCall(at)));
    }
    return { problems, passes: problems.length === 0, isCutShort: false, steps: 1 };
  }
  return { walkThrough: attempt, try: attempt };
}

/**
 * Where it depends on what nobody knows of the request, only a request that leaves nothing open helps whatever it was: a
 * statement that allows what a condition may have refused takes that condition away.
 */
function decisionProblem(
  stage: Rehearsal,
  ruling: Pick<Ruling, 'inputs' | 'request' | 'decision'>,
  isOwnCall: boolean,
): Problem {
  const { inputs, request, decision } = ruling;
  if (!decision.missing) return denialProblem(stage, ruling, isOwnCall);
  const absent = unknownAsAbsent(request);
  const problem = denialProblem(
    stage,
    { inputs, request: absent, decision: decide(inputs, absent) },
    isOwnCall,
  );
  return {
    ...problem,
    candidates: async (on) => (await problem.candidates(on)).filter(({ kind }) => kind === 'request'),
  };
}
