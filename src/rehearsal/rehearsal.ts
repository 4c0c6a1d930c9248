/**
 * A rehearsal: calls run through the same front door, in a runtime of their own over a fork of the world's store, and
 * nothing of it lasts. No block is written and no event leaves; workflows run at once, on the rehearsal's own clock.
 * What services ask of one another in its course is what they would ask, because it is the same code that asks.
 */
import { AwsError } from '../aws/aws-error.ts';
import type { Caller } from '../invoke/caller.ts';
import { createRuntime } from '../invoke/invoke.ts';
import type { Operation } from '../invoke/operation.ts';
import type { Runtime, TwinWork } from '../invoke/runtime.ts';
import { uuid } from '../platform/identifiers.ts';
import { idleBlocks, idleInstances } from './idle-hosts.ts';
import { Transcript } from './transcript.ts';
import { VirtualTime } from './virtual-time.ts';

/** How far workflows are followed: what is due later (an hour's retirement, a retry) is another story. */
const HORIZON_MS = 10 * 60_000;
/** A workflow that asks again and again is cut off. */
const MAX_LEAPS = 2000;

export interface RehearsedCall {
  readonly caller: Caller;
  readonly operation: Operation;
  readonly input: object;
}

export interface Outcome {
  readonly output?: object;
  readonly error?: AwsError;
  readonly transcript: Transcript;
}

export class Rehearsal {
  /** The world with what has been done to it here. */
  readonly runtime: Runtime;

  constructor(world: Runtime) {
    this.runtime = { ...world, store: world.store.fork() };
  }

  /** A rehearsal that begins with what has been done here. */
  fork(): Rehearsal {
    return new Rehearsal(this.runtime);
  }

  /** One call that must be as on the real stage; its effect stays in this rehearsal. Throws its AwsError. */
  async perform(call: RehearsedCall): Promise<object> {
    const { error, output } = await this.#run(call, new Transcript('strict'));
    if (error) throw error;
    return output ?? {};
  }

  /** Whether the call, and all that follows from it, would be let through now. Its effect does not stay. */
  try(call: RehearsedCall): Promise<Outcome> {
    return this.fork().#run(call, new Transcript('strict'));
  }

  /** As `try`, but denials are passed over, so that everything is asked that the call would ask. */
  walkThrough(call: RehearsedCall): Promise<Outcome> {
    return this.fork().#run(call, new Transcript('passing over'));
  }

  async #run({ caller, operation, input }: RehearsedCall, transcript: Transcript): Promise<Outcome> {
    const { runtime, work, time } = this.#stage(transcript);
    const startMs = time.nowMs();
    const requestId = uuid(runtime.entropy);
    const called = runtime
      .invoke({ caller, operation, input: withoutToken(input), requestId, atMs: startMs })
      .then(
        (output) => ({ output, error: undefined }),
        (error: unknown) => {
          if (!(error instanceof AwsError)) throw error;
          return { output: undefined, error };
        },
      );
    const outcome = await called;
    await this.#settle(work, time, startMs + HORIZON_MS);
    return { ...outcome, transcript };
  }

  #stage(transcript: Transcript) {
    const world = this.runtime;
    const time = new VirtualTime(world.clock.nowMs());
    const work = world.workflows.twin();
    const runtime = createRuntime({
      ...world,
      clock: time,
      timers: time,
      workflows: work,
      watcher: transcript,
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

  async #settle(work: TwinWork, time: VirtualTime, untilMs: number): Promise<void> {
    const { timers } = this.runtime;
    for (let leaps = 0; leaps < MAX_LEAPS; ) {
      await new Promise<void>((resolve) => timers.after(0, resolve));
      if (work.isBusy) continue;
      if (!time.leap(untilMs)) break;
      leaps++;
    }
    await work.stop();
  }
}

/** A token that was used before would give the answer of then. */
function withoutToken(input: object): object {
  const { ClientToken: _, ClientRequestToken: __, ...rest } = input as Record<string, unknown>;
  return rest;
}
