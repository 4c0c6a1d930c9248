/**
 * Rehearsals of one call with candidates in place. Each set of candidates is rehearsed once, and there are only so many
 * rehearsals and steps: a stack of hundreds of resources, each refused, would otherwise be built thousands of times.
 */
import type { Runtime } from '../../invoke/runtime.ts';
import type { Outcome, Rehearsal, RehearsedCall } from '../../rehearsal/rehearsal.ts';
import { applied, isRefusal, type MadeRemedy } from './apply.ts';
import { type Problem, problemsOf } from './problems.ts';
import type { Candidate } from './remedy.ts';

const MAX_REHEARSALS = 200;
const MAX_STEPS = 8000;

interface Staged {
  readonly stage: Rehearsal;
  readonly made: readonly MadeRemedy[];
}

export class Trials {
  readonly #world: Runtime;
  readonly #call: RehearsedCall;
  readonly #staged = new Map<string, Promise<Staged>>();
  readonly #problems = new Map<string, Promise<Problem[]>>();
  readonly #goesThrough = new Map<string, Promise<boolean>>();
  readonly #names = new WeakMap<object, string>();
  #nextName = 0;
  #rehearsals = 0;
  #steps = 0;
  #isCutShort = false;

  constructor(world: Runtime, call: RehearsedCall) {
    this.#world = world;
    this.#call = call;
  }

  /** Nothing more is to be tried: the rehearsals are used up, or one did not come to its end. */
  get areSpent(): boolean {
    return this.#isCutShort || this.#rehearsals >= MAX_REHEARSALS || this.#steps >= MAX_STEPS;
  }

  /** The world with the candidates made. Throws the AwsError of what refuses one. */
  staged(chosen: readonly Candidate[]): Promise<Staged> {
    return this.#once(this.#staged, chosen, () => applied(this.#world, chosen));
  }

  /** What stands in the way with the candidates made. Throws the AwsError of what refuses one. */
  problems(chosen: readonly Candidate[]): Promise<Problem[]> {
    return this.#once(this.#problems, chosen, async () => {
      const { stage } = await this.staged(chosen);
      return problemsOf(stage, this.#counted(await stage.walkThrough(revised(this.#call, chosen))));
    });
  }

  goesThrough(chosen: readonly Candidate[]): Promise<boolean> {
    return this.#once(this.#goesThrough, chosen, async () => {
      try {
        const { stage } = await this.staged(chosen);
        return passed(this.#counted(await stage.try(revised(this.#call, chosen))));
      } catch (error) {
        if (isRefusal(error)) return false;
        throw error;
      }
    });
  }

  #counted(outcome: Outcome): Outcome {
    this.#rehearsals++;
    this.#steps += outcome.steps;
    this.#isCutShort ||= outcome.isCutShort;
    return outcome;
  }

  #once<T>(known: Map<string, Promise<T>>, chosen: readonly Candidate[], make: () => Promise<T>): Promise<T> {
    const name = JSON.stringify(chosen.map((each) => this.#nameOf(each)));
    const made = known.get(name) ?? make();
    known.set(name, made);
    return made;
  }

  /** Equal candidates have one name; of one that is code, only it itself is equal to it. */
  #nameOf(candidate: Candidate): string {
    const { kind, account, region, target, sentence, change, grant, calls, revise } = candidate;
    if (!calls && !revise) {
      const document = change && [change.place.id, change.index, change.statement];
      return JSON.stringify([kind, account, region, target, sentence, document, grant]);
    }
    const name = this.#names.get(candidate) ?? String(this.#nextName++);
    this.#names.set(candidate, name);
    return name;
  }
}

export const revised = (call: RehearsedCall, chosen: readonly Candidate[]): RehearsedCall =>
  chosen.reduce((current, { revise }) => revise?.(current) ?? current, call);

export const passed = ({ error, isCutShort, transcript }: Outcome): boolean =>
  !error &&
  !isCutShort &&
  [transcript.denied, transcript.stateFailures, transcript.requestFailures].every(
    ({ length }) => length === 0,
  );
