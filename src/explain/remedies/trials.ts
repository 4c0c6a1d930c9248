/**
 * Trials of one subject with candidates in place. Each set of candidates is rehearsed once, and there are only so many
 * rehearsals and steps: a stack of hundreds of resources, each refused, would otherwise be built thousands of times.
 */
import type { Runtime } from '../../invoke/runtime.ts';
import type { Rehearsal } from '../../rehearsal/rehearsal.ts';
import { applied, isRefusal, type MadeRemedy } from './apply.ts';
import type { Problem } from './problems.ts';
import type { Candidate } from './remedy.ts';
import type { Attempted, Subject } from './subject.ts';

const MAX_REHEARSALS = 200;
const MAX_STEPS = 8000;

type Tried = Pick<Attempted, 'passes' | 'failure'>;
type Walked = Pick<Attempted, 'problems' | 'errorCode'>;

interface Staged {
  readonly stage: Rehearsal;
  readonly made: readonly MadeRemedy[];
}

export class Trials {
  readonly #world: Runtime;
  readonly #subject: Subject;
  readonly #staged = new Map<string, Promise<Staged>>();
  readonly #problems = new Map<string, Promise<Walked>>();
  readonly #tried = new Map<string, Promise<Tried>>();
  readonly #names = new WeakMap<object, string>();
  #nextName = 0;
  #rehearsals = 0;
  #steps = 0;
  #isCutShort = false;

  constructor(world: Runtime, subject: Subject) {
    this.#world = world;
    this.#subject = subject;
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
  async problems(chosen: readonly Candidate[]): Promise<readonly Problem[]> {
    return (await this.#walked(chosen)).problems;
  }

  /** Whether the call as the last of the candidates would have it cannot be: it fails for another reason than before. */
  async isSpoilt(chosen: readonly Candidate[], last: readonly Candidate[]): Promise<boolean> {
    if (!last.some(({ revise }) => revise)) return false;
    const { errorCode } = await this.#walked([...chosen, ...last]);
    return errorCode !== undefined && errorCode !== (await this.#walked(chosen)).errorCode;
  }

  #walked(chosen: readonly Candidate[]): Promise<Walked> {
    return this.#once(this.#problems, chosen, async () => {
      const { stage } = await this.staged(chosen);
      return this.#counted(await this.#subject.walkThrough(stage, chosen));
    });
  }

  /** How it goes with the candidates made. */
  tried(chosen: readonly Candidate[]): Promise<Tried> {
    return this.#once(this.#tried, chosen, async () => {
      try {
        const { stage } = await this.staged(chosen);
        return this.#counted(await this.#subject.try(stage, chosen));
      } catch (error) {
        if (isRefusal(error)) return { passes: false };
        throw error;
      }
    });
  }

  #counted(attempted: Attempted): Attempted {
    this.#rehearsals++;
    this.#steps += attempted.steps;
    this.#isCutShort ||= attempted.isCutShort;
    return attempted;
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
      const document = change && [change.place.id, change.index, change.statement, change.version];
      return JSON.stringify([kind, account, region, target, sentence, document, grant]);
    }
    const name = this.#names.get(candidate) ?? String(this.#nextName++);
    this.#names.set(candidate, name);
    return name;
  }
}
