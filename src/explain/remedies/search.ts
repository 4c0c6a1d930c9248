/**
 * The least that lets a call through, found by rehearsing it: for each denial the mildest change that helps is made in
 * the rehearsal and the call is made again, until nothing is denied; then whatever turns out not to be needed is left out.
 */
import type { Ruling } from '../../invoke/authorize.ts';
import type { Runtime } from '../../invoke/runtime.ts';
import type { Outcome, Rehearsal, RehearsedCall } from '../../rehearsal/rehearsal.ts';
import type { Asked } from '../../rehearsal/transcript.ts';
import { applied, isRefusal, type MadeRemedy } from './apply.ts';
import { denyCandidates } from './deny.ts';
import { keyStateCandidates } from './key-state.ts';
import { nearMissCandidates, type Question } from './near-miss.ts';
import { newStatementCandidates } from './new-statement.ts';
import type { Candidate } from './remedy.ts';

export interface FoundRemedies {
  readonly remedies: readonly MadeRemedy[];
  /** Whether the call, and all that follows from it, goes through with them in place. */
  readonly sufficient: boolean;
  /** The world with them in place. */
  readonly stage: Rehearsal;
  /** The call as it should be made, where that is a remedy. */
  readonly call: RehearsedCall;
}

/** Denials and closed doors that are taken on, each with so many candidates. */
const MAX_CHOSEN = 40;
const MAX_CANDIDATES = 16;

interface Problem {
  /** The same in the next rehearsal. */
  readonly id: string;
  /** What stands in the way now: another reason is progress. */
  readonly reason: string;
  candidates(stage: Rehearsal): Promise<readonly Candidate[]>;
}

export async function findRemedies(world: Runtime, call: RehearsedCall): Promise<FoundRemedies> {
  let chosen: Candidate[] = [];
  const hopeless = new Set<string>();
  while (chosen.length < MAX_CHOSEN) {
    const { stage } = await applied(world, chosen);
    const problem = (await problemsOf(stage, revised(call, chosen))).find(({ id }) => !hopeless.has(id));
    if (!problem) break;
    const helpful = await firstHelpful(world, call, chosen, problem, await problem.candidates(stage));
    if (helpful) chosen.push(...helpful);
    else hopeless.add(problem.id);
  }
  const goes = (candidates: readonly Candidate[]) => goesThrough(world, call, candidates);
  const sufficient = await goes(chosen);
  if (sufficient) chosen = await withoutIdle(chosen, goes);
  const { made, stage } = await applied(world, chosen);
  return { remedies: made, sufficient, stage, call: revised(call, chosen) };
}

const revised = (call: RehearsedCall, chosen: readonly Candidate[]): RehearsedCall =>
  chosen.reduce((current, { revise }) => revise?.(current) ?? current, call);

async function firstHelpful(
  world: Runtime,
  call: RehearsedCall,
  chosen: readonly Candidate[],
  problem: Problem,
  candidates: readonly Candidate[],
): Promise<readonly Candidate[] | undefined> {
  const tried = candidates
    .slice(0, MAX_CANDIDATES)
    .flatMap((each) => [[each], ...(each.first ? [[each.first, each]] : [])]);
  for (const together of tried) {
    // What nobody can call (importing key material) can be told, not tried.
    if (together.every(isWords)) return together;
    const with_ = [...chosen, ...together];
    try {
      const { stage } = await applied(world, with_);
      const same = (await problemsOf(stage, revised(call, with_))).find(({ id }) => id === problem.id);
      if (same?.reason !== problem.reason) return together;
    } catch (error) {
      // The operation that would store it refuses it.
      if (!isRefusal(error)) throw error;
    }
  }
  return undefined;
}

const isWords = ({ change, calls, grant, revise }: Candidate) => !change && !calls && !grant && !revise;

async function goesThrough(
  world: Runtime,
  call: RehearsedCall,
  chosen: readonly Candidate[],
): Promise<boolean> {
  try {
    const { stage } = await applied(world, chosen);
    return passed(await stage.try(revised(call, chosen)));
  } catch (error) {
    if (isRefusal(error)) return false;
    throw error;
  }
}

export const passed = ({ error, transcript }: Outcome): boolean =>
  !error && transcript.denied.length === 0 && transcript.stateFailures.length === 0;

async function withoutIdle(
  chosen: readonly Candidate[],
  goes: (candidates: readonly Candidate[]) => Promise<boolean>,
): Promise<Candidate[]> {
  let needed = [...chosen];
  for (const candidate of chosen) {
    const others = needed.filter((each) => each !== candidate);
    if (await goes(others)) needed = others;
  }
  return needed;
}

async function problemsOf(stage: Rehearsal, call: RehearsedCall): Promise<Problem[]> {
  const { transcript } = await stage.walkThrough(call);
  const { clock, store, ports } = stage.runtime;
  const states = transcript.obstacles.map(({ invocation, error }): Problem => {
    const keyArn =
      transcript.asked.find((each) => each.invocation === invocation)?.ruling.request.resource ?? '';
    return {
      id: `state ${keyArn}`,
      reason: error.message,
      candidates: () => keyStateCandidates(stage, keyArn),
    };
  });
  const denials = transcript.denied.map(
    ({ invocation, ruling }): Problem => ({
      id: problemId({ invocation, ruling }),
      reason: JSON.stringify(ruling.decision),
      async candidates() {
        const gone = new Map<string, boolean>();
        for (const id of uniqueIdsIn(ruling)) {
          gone.set(id, (await store.read((tx) => ports.principals.arn(tx, id))) === undefined);
        }
        return candidatesFor(ruling, {
          inputs: ruling.inputs,
          request: ruling.request,
          isOwnCall: invocation.caller.kind === 'external',
          nowMs: clock.nowMs(),
          isGone: (id) => gone.get(id) ?? false,
        });
      },
    }),
  );
  return [...states, ...denials];
}

function candidatesFor({ decision }: Ruling, question: Question): readonly Candidate[] {
  if (decision.allowed) return [];
  if (decision.explicit) return denyCandidates(question, decision);
  return [...nearMissCandidates(question), ...newStatementCandidates(question, decision)];
}

function problemId({ invocation, ruling }: Asked): string {
  const { principal, action, resource } = ruling.request;
  const who =
    principal.kind === 'role-session'
      ? principal.roleArn
      : 'arn' in principal
        ? principal.arn
        : principal.kind;
  return `${who} ${action} ${resource} ${invocation.operation.name}`;
}

const UNIQUE_ID = /^A(?:IDA|ROA)[A-Z0-9]+$/;

/** Unique ids that the resource's policy names. */
function uniqueIdsIn({ inputs }: Ruling): string[] {
  return (inputs.resourcePolicy?.policy.statements ?? []).flatMap(({ principals }) =>
    (principals?.patterns ?? []).map(({ value }) => value).filter((value) => UNIQUE_ID.test(value)),
  );
}
