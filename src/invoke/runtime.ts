/** What the front door stands on, and what it is asked to do. */
import type { AwsError } from '../aws/aws-error.ts';
import type { Scope } from '../aws/scope.ts';
import type { Health } from '../platform/health.ts';
import type { Clock, Entropy, Timers, Turns } from '../platform/ports.ts';
import type { Store, Transaction } from '../store/store.ts';
import type { Ruling } from './authorize.ts';
import type { Caller } from './caller.ts';
import type { WorkContext } from './context.ts';
import type { EventEnvelope, OutgoingEvent } from './event.ts';
import type { ReplyKey } from './kept-replies.ts';
import type { Operation } from './operation.ts';
import type { Ports } from './port.ts';
import type { Registry } from './registry.ts';
import type { WorkflowRef } from './workflow-ref.ts';

/** One per server. */
export interface Runtime {
  readonly store: Store;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly turns: Turns;
  readonly entropy: Entropy;
  readonly ports: Ports;
  readonly registry: Registry;
  readonly workflows: DurableWork;
  readonly health: Health;
  /** The front door itself (invoke.ts), for what is done through it: services' calls on one another. */
  readonly invoke: (invocation: Invocation) => Promise<object>;
  /** Of a rehearsal only: sees what is decided, and may let the call go on. */
  readonly watcher?: Watcher;
  /** What is not done here at all, whoever asks: changes of an account that is only shown. */
  refusal?(operation: Operation): AwsError | undefined;
  /** Receives errors that are ours, not the caller's. What a client sees of one is `InternalFailure`. */
  onDefect(error: unknown): void;
}

export interface Invocation {
  readonly caller: Caller;
  readonly operation: Operation;
  readonly input: object;
  readonly requestId: string;
  /** Of a call that a service makes: request id of the call that set it going. */
  readonly inCourseOf?: string | undefined;
  /** TLS and network facts of an external call are in its caller; the time it came is here. */
  readonly atMs: number;
  /** For a workflow's step: where the reply is kept, should the step be cut off and run again. */
  readonly reply?: ReplyKey;
}

/** Watches a rehearsal (src/rehearsal). No server that serves has one. */
export interface Watcher {
  /** The rulings on a call's checks; those that it returns count. */
  ruled(invocation: Invocation, rulings: readonly Ruling[]): readonly Ruling[];
  /** Whether the call goes on although the state of its resources does not let it. */
  passesOver(invocation: Invocation, error: unknown): boolean;
  failed(invocation: Invocation, error: AwsError): void;
}

/** When a workflow runs, and for what. */
export interface Due extends Scope {
  readonly dueAtMs: number;
  readonly requestId: string;
  readonly inCourseOf?: string | undefined;
}

/** Durable work as the front door sees it (workflow.ts). */
export interface DurableWork {
  schedule<P extends object>(tx: Transaction, ref: WorkflowRef<P>, payload: NoInfer<P>, due: Due): void;
  /** Starts the workflows that the event triggers. */
  dispatch(tx: Transaction, work: WorkContext, event: OutgoingEvent, envelope: EventEnvelope): void;
  /** The clock was moved: look again. */
  rearm(): void;
  /** Resolves once no step is due or under way (steps due later are not waited for). */
  settled(): Promise<void>;
  /** Waits for the steps under way; what is stored runs after the next start. */
  stop(): Promise<void>;
  /** The same workflows with no step due: for another runtime. */
  twin(): TwinWork;
}

export interface TwinWork extends DurableWork {
  start(runtime: Runtime): void;
  readonly isBusy: boolean;
}
