/**
 * A rehearsal: calls run through the same front door, in a runtime of their own over a fork of the world's store, and
 * nothing of it lasts. No block is written and no event leaves; workflows run at once, on the rehearsal's own clock.
 * What services ask of one another in its course is what they would ask, because it is the same code that asks.
 */
import { AwsError } from '../aws/aws-error.ts';
import type { Caller } from '../invoke/caller.ts';
import { createRuntime } from '../invoke/invoke.ts';
import type { Operation } from '../invoke/operation.ts';
import type { Runtime } from '../invoke/runtime.ts';
import { MINUTE_MS } from '../platform/durations.ts';
import { uuid } from '../platform/identifiers.ts';
import { idleBlocks, idleInstances } from './idle-hosts.ts';
import { NewNames } from './new-names.ts';
import { Transcript } from './transcript.ts';
import { VirtualTime } from './virtual-time.ts';

/** What one rehearsal may take. */
export interface Budget {
  /** How far workflows are followed: what is due later (an hour's retirement, a retry) is another story. */
  readonly rehearsedMs: number;
  /** A workflow that asks again and again is cut off. */
  readonly steps: number;
  /** What is under way is waited for through so many turns of the event loop, then for what it may itself wait for. */
  readonly patientTurns: number;
  /** What does not come to an end is left. */
  readonly turnsAtOneStep: number;
}

const BUDGET: Budget = { rehearsedMs: 10 * MINUTE_MS, steps: 4000, patientTurns: 500, turnsAtOneStep: 8000 };

export interface RehearsedCall {
  readonly caller: Caller;
  readonly operation: Operation;
  readonly input: object;
  /** Members of its input that were secret: they are not there, or something stands in for them. */
  readonly withheld?: readonly string[];
}

export interface Outcome {
  readonly output?: object;
  readonly error?: AwsError;
  readonly transcript: Transcript;
  /** It took more steps than a rehearsal has: what would have followed is not known. */
  readonly isCutShort: boolean;
  readonly steps: number;
}

export class Rehearsal {
  /** The world with what has been done to it here. */
  readonly runtime: Runtime;

  readonly #budget: Budget;

  constructor(world: Runtime, budget = BUDGET) {
    this.#budget = budget;
    this.runtime = { ...world, store: world.store.fork() };
  }

  /** A rehearsal that begins with what has been done here. */
  fork(): Rehearsal {
    return new Rehearsal(this.runtime, this.#budget);
  }

  /** One call that must be as on the real stage; its effect stays in this rehearsal. Throws its AwsError. */
  async perform(call: RehearsedCall): Promise<object> {
    const { error, output } = await this.#run(call, 'strict');
    if (error) throw error;
    return output ?? {};
  }

  /** Whether the call, and all that follows from it, would be let through now. Its effect does not stay. */
  try(call: RehearsedCall): Promise<Outcome> {
    return this.fork().#run(call, 'strict');
  }

  /** As `try`, but denials are passed over, so that everything is asked that the call would ask. */
  walkThrough(call: RehearsedCall): Promise<Outcome> {
    return this.fork().#run(call, 'passing over');
  }

  async #run(
    { caller, operation, input, withheld = [] }: RehearsedCall,
    mode: Transcript['mode'],
  ): Promise<Outcome> {
    const names = new NewNames(this.runtime.entropy, input);
    const transcript = new Transcript(mode, names);
    const { runtime, work, time } = this.#stage(transcript, names);
    const atMs = time.nowMs();
    const requestId = uuid(runtime.entropy);
    let reply: { output?: object; error?: AwsError } | undefined;
    let defect: { error: unknown } | undefined;
    runtime.invoke({ caller, operation, input: withoutToken(input), requestId, atMs }).then(
      (output) => {
        reply = { output };
      },
      (error: unknown) => {
        if (error instanceof AwsError) reply = { error };
        else defect = { error };
      },
    );
    const isUnderWay = () => (!reply && !defect) || work.isBusy;
    const followed = await this.#follow(isUnderWay, time, atMs + this.#budget.rehearsedMs);
    const stopped = work.stop();
    // What did not come to an end in its time is not waited for either.
    if (!followed.isCutShort) await stopped;
    if (defect) throw defect.error;
    // Once it has been let through, it may fail for want of the password that was not kept: that is no error of the call.
    const mayBeForWant = withheld.length > 0 && transcript.asked.length > 0 && !transcript.isHindered;
    return { ...(mayBeForWant ? { output: reply?.output } : reply), ...followed, transcript };
  }

  #stage(transcript: Transcript, entropy: NewNames) {
    const world = this.runtime;
    const time = new VirtualTime(world.clock.nowMs());
    const work = world.workflows.twin();
    const runtime = createRuntime({
      ...world,
      entropy,
      clock: time,
      timers: time,
      workflows: work,
      watcher: transcript,
      // What is not done here is rehearsed all the same.
      refusal: undefined,
      ports: {
        ...world.ports,
        blocks: idleBlocks,
        instances: idleInstances,
        delays: { scaled: () => 0, grantPropagationMs: 0 },
        audience: undefined,
      },
      // What goes wrong here is seen in the transcript, and nothing of it is the server's.
      onDefect: (error) => transcript.defect(error),
    });
    work.start(runtime);
    return { runtime, work, time };
  }

  /** Goes from step to step until nothing is under way and nothing is due. */
  async #follow(
    isUnderWay: () => boolean,
    time: VirtualTime,
    untilMs: number,
  ): Promise<Pick<Outcome, 'isCutShort' | 'steps'>> {
    const { timers } = this.runtime;
    const { patientTurns, turnsAtOneStep } = this.#budget;
    let steps = 0;
    for (let turns = 1; turns <= turnsAtOneStep && steps < this.#budget.steps; turns++) {
      await new Promise<void>((resolve) => timers.after(0, resolve));
      if (isUnderWay() && turns < patientTurns) continue;
      if (time.leap(untilMs)) {
        steps++;
        turns = 0;
      } else if (!isUnderWay()) {
        return { isCutShort: false, steps };
      }
    }
    return { isCutShort: true, steps };
  }
}

/** A token that was used before would give the answer of then. */
function withoutToken(input: object): object {
  const { ClientToken: _, ClientRequestToken: __, ...rest } = input as Record<string, unknown>;
  return rest;
}
