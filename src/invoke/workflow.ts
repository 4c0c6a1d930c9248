/**
 * Durable work: what goes on after the reply. A step is a row in the store, committed with the state that asked
 * for it, so it runs after a restart too. It works outside any transaction and returns its effect, which commits
 * together with the row's removal. A step that was cut off runs again; what it has called by then is not carried out
 * twice (kept-replies.ts).
 */
import { diskProblem } from '../platform/disk.ts';
import { hex } from '../platform/identifiers.ts';
import { encodeKey } from '../store/key.ts';
import { type IndexRange, type Key, type Transaction, table } from '../store/store.ts';
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
  /** What it looks at, where other steps of the workflow may be for the same. */
  readonly subject?: Key;
}

const stepTable = (name: string) =>
  table<StoredStep>()({
    name,
    key: stepKey,
    indexes: { subject: (step) => (step.subject ? [subjectKey(step, step.subject)] : []) },
  });
const stepKey = ({ dueAtMs, stepId }: StoredStep) => [dueAtMs, stepId];
const subjectKey = ({ dueAtMs }: StoredStep, subject: Key) => [...subject, dueAtMs];
const STEPS = stepTable('invoke.steps');
/** Of rehearsals, which do not take up what is due in the world. Written to forks of the store only. */
const REHEARSED_STEPS = stepTable('invoke.rehearsed-steps');

/** The effect of a step: what it commits. */
export type StepEffect = (context: EffectContext) => Promise<void>;

export interface Workflow {
  readonly name: string;
  readonly service: ServiceDefinition;
  readonly subjectOf?: WorkflowRef<object>['subjectOf'];
  /**
   * An event that any service emits may start the workflow: the payload for it, undefined where it does not concern
   * the workflow. The step is committed together with the event.
   */
  readonly trigger?: (event: OutgoingEvent, envelope: EventEnvelope) => object | undefined;
  /** A method, so that one of any payload fits: its reference is what lets nobody schedule it with another. */
  run(ctx: WorkflowContext, payload: object): Promise<StepEffect | undefined>;
}

export function workflow<P extends object>(
  ref: WorkflowRef<P>,
  service: ServiceDefinition,
  run: (ctx: WorkflowContext, payload: NoInfer<P>) => Promise<StepEffect | undefined>,
  trigger?: (event: OutgoingEvent, envelope: EventEnvelope) => NoInfer<P> | undefined,
): Workflow {
  const { name, subjectOf } = ref;
  return {
    name,
    service,
    subjectOf: subjectOf as Workflow['subjectOf'],
    run: run as Workflow['run'],
    trigger,
  };
}

const RETRY_MS = 1000;
const MAX_AT_ONCE = 16;
/** Steps read at one time. */
const PAGE = 2 * MAX_AT_ONCE;

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
  /** Encoded. */
  readonly #subjects = new Set<string>();
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

  #named(name: string): Workflow {
    const found = this.#workflows.get(name);
    if (!found) throw new Error(`unknown workflow ${name}`);
    return found;
  }

  schedule(tx: Transaction, { name }: { readonly name: string }, payload: object, due: Due): void {
    const { subjectOf } = this.#named(name);
    const subject = subjectOf && [name, due.account, due.region, ...subjectOf(payload)];
    const runtime = this.#runtime as Runtime;
    // Of steps that are due at one moment, the one that was asked for first runs first.
    const stepId = `${String(this.#scheduled++).padStart(12, '0')}-${hex(runtime.entropy, 16)}`;
    tx.put(this.#steps, { ...due, workflow: name, payload, stepId, attempts: 0, subject });
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
    for (let last: StoredStep | undefined; ; ) {
      const range = { after: last && stepKey(last), limit: PAGE };
      // Taken up at once, or what is listed might have run by the time that it is durable.
      const stored = await runtime.store.readAhead((tx) => tx.list(this.#steps, range));
      if (!this.#begin(runtime, stored) || stored.length < PAGE) return;
      // All of them may wait for the end of others for their subjects.
      last = stored.at(-1);
    }
  }

  /** Whether there is room for more, and more may be due. */
  #begin(runtime: Runtime, stored: readonly StoredStep[]): boolean {
    for (const step of stored) {
      if (this.#running.has(step.stepId)) continue;
      const waitMs = step.dueAtMs - runtime.clock.nowMs();
      if (waitMs > 0) this.#arm(waitMs);
      if (waitMs > 0 || this.#running.size >= MAX_AT_ONCE) return false;
      const subject = step.subject && encodeKey(step.subject);
      if (subject !== undefined && this.#subjects.has(subject)) continue;
      this.#running.add(step.stepId);
      if (subject !== undefined) this.#subjects.add(subject);
      void this.#runAndNote(runtime, step, subject);
    }
    return true;
  }

  /** A step that could not even be put off (the disk is full) stays due, and is tried again after a while. */
  async #runAndNote(runtime: Runtime, step: StoredStep, subject: string | undefined): Promise<void> {
    await this.#run(runtime, step).catch((error) => this.#rest(error));
    this.#running.delete(step.stepId);
    if (subject !== undefined) this.#subjects.delete(subject);
    if (this.#running.size === 0) for (const resolve of this.#idle.splice(0)) resolve();
    this.#arm(0);
  }

  /**
   * Others for its subject that are due: as it has not begun yet, it will look at whatever they were asked for. Not those that
   * have been begun, of whose calls there may be replies.
   */
  async #repeatsOf({ store, clock }: Runtime, step: StoredStep): Promise<readonly StoredStep[]> {
    const { subject, stepId } = step;
    if (!subject) return [];
    const nowMs = clock.nowMs();
    return store.readAhead(async (tx) => {
      const due: StoredStep[] = [];
      for (let last: StoredStep | undefined; ; ) {
        const after: IndexRange['after'] = last && {
          indexKey: subjectKey(last, subject),
          key: stepKey(last),
        };
        const page = await tx.find(this.#steps, 'subject', {
          prefix: subject,
          after,
          limit: PAGE,
        });
        due.push(...page.filter(({ dueAtMs }) => dueAtMs <= nowMs));
        last = page.at(-1);
        if (!last || last.dueAtMs > nowMs || page.length < PAGE) break;
      }
      return due.filter((other) => other.stepId !== stepId && other.attempts === 0);
    });
  }

  async #run(runtime: Runtime, step: StoredStep): Promise<void> {
    // What a step does outside the store is not done for state that a power failure would take back.
    await runtime.store.durable();
    const done = [step, ...(await this.#repeatsOf(runtime, step))];
    try {
      const { service, run } = this.#named(step.workflow);
      const work: WorkContext = {
        account: step.account,
        region: step.region,
        requestId: step.requestId,
        inCourseOf: step.inCourseOf,
        nowMs: runtime.clock.nowMs(),
        entropy: runtime.entropy,
        turns: runtime.turns,
        ports: runtime.ports,
      };
      const { stepId, payload } = step;
      const effect = await run(workflowContext(runtime, work, service, step), payload);
      await runtime.store.transact(async (tx) => {
        for (const each of done) tx.delete(this.#steps, stepKey(each));
        await eraseReplies(tx, stepId);
        await effect?.(effectContext(runtime, { ...work, nowMs: runtime.clock.nowMs() }, tx));
      });
      if (step.attempts > 0) runtime.health.ends('disk', 'the disk serves volumes again');
    } catch (error) {
      if (error instanceof StoreFailure) throw error;
      reportError(runtime, error);
      const dueAtMs = runtime.clock.nowMs() + RETRY_MS * 2 ** Math.min(step.attempts, 8);
      await runtime.store.transact(async (tx) => {
        tx.delete(this.#steps, stepKey(step));
        tx.put(this.#steps, { ...step, dueAtMs, attempts: step.attempts + 1 });
      });
    }
  }
}
