/**
 * Durable work: what goes on after the reply. A step is a row in the store, committed with the state that asked
 * for it, so it runs after a restart too. It works outside any transaction and returns its effect, which commits
 * together with the row's removal. A step that was cut off runs again; what it has called by then is not carried out
 * twice (kept-replies.ts).
 */
import { diskProblem } from '../platform/disk.ts';
import { hex } from '../platform/identifiers.ts';
import { type Transaction, table } from '../store/store.ts';
import { StoreFailure } from '../store/store-failure.ts';
import type { EffectContext, WorkContext, WorkflowContext } from './context.ts';
import { effectContext, workflowContext } from './effects.ts';
import type { EventEnvelope, OutgoingEvent } from './event.ts';
import { eraseReplies } from './kept-replies.ts';
import type { ServiceDefinition } from './operation.ts';
import type { Due, DurableWork, Runtime } from './runtime.ts';
import type { WorkflowRef } from './workflow-ref.ts';

/** A step, as it is stored until it has run. */
interface StoredStep extends Due {
  readonly workflow: string;
  readonly payload: object;
  readonly stepId: string;
  readonly attempts: number;
}

const stepTable = (name: string) => table<StoredStep>()({ name, key: (step) => [step.dueAtMs, step.stepId] });
const STEPS = stepTable('invoke.steps');
/** Of rehearsals, which do not take up what is due in the world. Written to forks of the store only. */
const REHEARSED_STEPS = stepTable('invoke.rehearsed-steps');

/** The effect of a step: what it commits. */
export type StepEffect = (context: EffectContext) => Promise<void>;

export interface Workflow {
  readonly name: string;
  readonly service: ServiceDefinition;
  /**
   * An event that any service emits may start the workflow: the payload for it, undefined where it does not concern
   * the workflow. The step is committed together with the event.
   */
  readonly trigger?: (event: OutgoingEvent, envelope: EventEnvelope) => object | undefined;
  /** A method, so that one of any payload fits: its reference is what lets nobody schedule it with another. */
  run(context: WorkflowContext, payload: object): Promise<StepEffect | undefined>;
}

export function workflow<P extends object>(
  ref: WorkflowRef<P>,
  service: ServiceDefinition,
  run: (context: WorkflowContext, payload: NoInfer<P>) => Promise<StepEffect | undefined>,
  trigger?: (event: OutgoingEvent, envelope: EventEnvelope) => NoInfer<P> | undefined,
): Workflow {
  return { name: ref.name, service, run: run as Workflow['run'], trigger };
}

const RETRY_MS = 1000;
const MAX_AT_ONCE = 16;

/** A disk that has no room or has failed is nobody's defect: it is told once, in words. */
function reportError({ health, onDefect }: Runtime, error: unknown): void {
  const sentence = diskProblem(error);
  if (sentence === undefined) onDefect(error);
  else health.begins('disk', { sentence, refusesCalls: false });
}

export class WorkflowRunner implements DurableWork {
  readonly #workflows: ReadonlyMap<string, Workflow>;
  readonly #steps: typeof STEPS;
  readonly #running = new Set<string>();
  #runtime: Runtime | undefined;
  #timer: { cancel(): void } | undefined;
  #nextMs = Number.POSITIVE_INFINITY;
  #stopped = false;
  /** The store could not take what a step came to: nothing is tried before this. */
  #restUntilMs = 0;
  #scheduled = 0;
  #idle: (() => void)[] = [];

  constructor(workflows: readonly Workflow[], steps = STEPS) {
    this.#workflows = new Map(workflows.map((each) => [each.name, each]));
    this.#steps = steps;
  }

  twin(): WorkflowRunner {
    return new WorkflowRunner([...this.#workflows.values()], REHEARSED_STEPS);
  }

  get isBusy(): boolean {
    return this.#running.size > 0;
  }

  /** Takes up whatever is due, and goes on until `stop`. */
  start(runtime: Runtime): void {
    this.#runtime = runtime;
    this.#arm(0);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.cancel();
    if (this.#running.size > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  schedule(tx: Transaction, { name }: { readonly name: string }, payload: object, due: Due): void {
    if (!this.#workflows.has(name)) throw new Error(`unknown workflow ${name}`);
    const runtime = this.#runtime as Runtime;
    // Of steps that are due at one moment, the one that was asked for first runs first.
    const stepId = `${String(this.#scheduled++).padStart(12, '0')}-${hex(runtime.entropy, 16)}`;
    tx.put(this.#steps, { ...due, workflow: name, payload, stepId, attempts: 0 });
    // Not before: a timer that ran in the middle of the transaction would find nothing, and nobody would set it again.
    tx.afterwards(() => this.#arm(due.dueAtMs - runtime.clock.nowMs()));
  }

  dispatch(tx: Transaction, work: WorkContext, event: OutgoingEvent, envelope: EventEnvelope): void {
    const due = {
      dueAtMs: (this.#runtime as Runtime).clock.nowMs(),
      account: event.account ?? work.account,
      region: event.region ?? work.region,
      requestId: work.requestId,
    };
    for (const triggered of this.#workflows.values()) {
      // Whoever only listens to an event never fails what emitted it.
      try {
        const payload = triggered.trigger?.(event, envelope);
        if (payload) this.schedule(tx, triggered, payload, due);
      } catch (error) {
        this.#runtime?.onDefect(error);
      }
    }
  }

  rearm(): void {
    this.#arm(0);
  }

  async settled(): Promise<void> {
    const runtime = this.#runtime as Runtime;
    for (;;) {
      const due = await runtime.store.read((tx) => tx.list(this.#steps, { limit: 1 }));
      const waiting = due[0] !== undefined && due[0].dueAtMs <= runtime.clock.nowMs();
      if (!waiting && this.#running.size === 0) return;
      await new Promise<void>((resolve) => runtime.timers.after(1, resolve));
    }
  }

  #arm(delayMs: number): void {
    if (this.#stopped || !this.#runtime) return;
    const { clock, timers } = this.#runtime;
    const nowMs = clock.nowMs();
    const atMs = Math.max(nowMs + delayMs, this.#restUntilMs);
    if (this.#timer && this.#nextMs <= atMs && delayMs > 0) return;
    this.#timer?.cancel();
    this.#nextMs = atMs;
    this.#timer = timers.after(Math.max(0, atMs - nowMs), () => {
      this.#timer = undefined;
      this.#nextMs = Number.POSITIVE_INFINITY;
      void this.#runDue().catch((error) => this.#rest(error));
    });
  }

  /** What is stored stays due, and is tried again: nothing is lost but the work of a step that will be repeated. */
  #rest(error: unknown): void {
    const runtime = this.#runtime as Runtime;
    // The store has reported its own failure.
    if (!(error instanceof StoreFailure)) reportError(runtime, error);
    this.#restUntilMs = runtime.clock.nowMs() + RETRY_MS;
    this.#arm(RETRY_MS);
  }

  async #runDue(): Promise<void> {
    const runtime = this.#runtime as Runtime;
    if (this.#stopped) return;
    // Taken up at once, or what is listed might have run by the time that it is durable.
    const stored = await runtime.store.readAhead((tx) => tx.list(this.#steps, { limit: MAX_AT_ONCE * 2 }));
    for (const step of stored) {
      if (this.#running.has(step.stepId)) continue;
      const waitMs = step.dueAtMs - runtime.clock.nowMs();
      if (waitMs > 0) return this.#arm(waitMs);
      if (this.#running.size >= MAX_AT_ONCE) return;
      this.#running.add(step.stepId);
      void this.#runAndNote(runtime, step);
    }
  }

  /** A step that could not even be put off (the disk is full) stays due, and is tried again after a while. */
  async #runAndNote(runtime: Runtime, step: StoredStep): Promise<void> {
    await this.#run(runtime, step).catch((error) => this.#rest(error));
    this.#running.delete(step.stepId);
    if (this.#running.size === 0) for (const resolve of this.#idle.splice(0)) resolve();
    this.#arm(0);
  }

  async #run(runtime: Runtime, step: StoredStep): Promise<void> {
    const work = this.#workflows.get(step.workflow);
    // What a step does outside the store is not done for state that a power failure would take back.
    await runtime.store.durable();
    try {
      if (!work) throw new Error(`unknown workflow ${step.workflow}`);
      const request: WorkContext = {
        account: step.account,
        region: step.region,
        requestId: step.requestId,
        inCourseOf: step.inCourseOf,
        nowMs: runtime.clock.nowMs(),
        entropy: runtime.entropy,
        ports: runtime.ports,
      };
      const { stepId, payload } = step;
      const ctx = workflowContext(runtime, request, work.service, step);
      const effect = await work.run(ctx, payload);
      await runtime.store.transact(async (tx) => {
        tx.delete(this.#steps, [step.dueAtMs, stepId]);
        await eraseReplies(tx, stepId);
        await effect?.(effectContext(runtime, { ...request, nowMs: runtime.clock.nowMs() }, tx));
      });
      if (step.attempts > 0) runtime.health.ends('disk', 'the disk serves volumes again');
    } catch (error) {
      if (error instanceof StoreFailure) throw error;
      reportError(runtime, error);
      const dueAtMs = runtime.clock.nowMs() + RETRY_MS * 2 ** Math.min(step.attempts, 8);
      await runtime.store.transact(async (tx) => {
        tx.delete(this.#steps, [step.dueAtMs, step.stepId]);
        tx.put(this.#steps, { ...step, dueAtMs, attempts: step.attempts + 1 });
      });
    }
  }
}
