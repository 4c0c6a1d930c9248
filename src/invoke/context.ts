/** What the parts of an operation are handed. Nothing here can be reached from outside the front door. */
import type { Scope } from '../aws/scope.ts';
import type { Entropy, Turns } from '../platform/ports.ts';
import type { ServiceOperations } from '../shapes/generated/index.ts';
import type { ReadTransaction, Transaction } from '../store/store.ts';
import type { Caller } from './caller.ts';
import type { OutgoingEvent } from './event.ts';
import type { Ports } from './port.ts';
import type { WorkflowRef } from './workflow-ref.ts';

/** A piece of work for an account in a region: a request, or what goes on after its reply. */
export interface WorkContext extends Scope {
  /** Id of the API request; calls made for it by services carry the same (aws-facts B1.5). */
  readonly requestId: string;
  /** Request id of the call that somebody made and that set this going; undefined for what no call but an event did. */
  readonly inCourseOf?: string | undefined;
  readonly nowMs: number;
  readonly entropy: Entropy;
  /** For work that is long without asking the store or anybody. */
  readonly turns: Turns;
  readonly ports: Ports;
}

export interface RequestContext extends WorkContext {
  readonly caller: Caller;
}

/** What there is to prove who calls, before anybody is known to. */
export type BearerContext = Pick<ResolveContext, 'tx' | 'ports' | 'nowMs'>;

export interface ResolveContext extends RequestContext {
  readonly tx: ReadTransaction;
}

/** Inside the transaction that commits the effect. */
export interface EffectContext extends WorkContext {
  readonly tx: Transaction;
  /** Puts an EventBridge event on the outbox, committed with the rest. */
  emit(event: OutgoingEvent): void;
  /**
   * Starts or continues durable work, which runs after a restart too. Default: at once, in the account and Region of
   * this work.
   */
  schedule<P extends object>(
    ref: WorkflowRef<P>,
    payload: NoInfer<P>,
    when?: { readonly delayMs?: number; readonly scope?: Scope },
  ): void;
  /** Ends a forward access session that was kept: nothing is left to do for its caller. */
  endForwardSession(sessionId: string): void;
}

export interface ExecuteContext extends EffectContext {
  readonly caller: Caller;
  /** Keeps the caller's rights for the work that goes on after the reply, and names them (forward-session.ts). */
  keepForwardSession(): string;
}

export interface ServiceToBe {
  readonly principal: string;
  readonly invokedBy: string;
  /** The resource for which it works: `aws:SourceArn`. */
  readonly sourceArn?: string;
  /** Whose resource it is: `aws:SourceAccount`. Default: the account of the work. */
  readonly account?: string;
}

export interface RoleToAssume {
  readonly roleArn: string;
  readonly sessionName: string;
  /** The service that assumes it, e.g. `autoscaling.amazonaws.com`; CloudTrail knows its calls by this name. */
  readonly service: string;
}

/** Outside any transaction: what a service may do in its own name. All that a workflow has: it has no caller. */
export interface WorkflowContext extends WorkContext {
  /** How often this step has failed for a defect of ours. Zero for work that is no step. */
  readonly attempts: number;
  /** Speaks as EC2's infrastructure session for one instance (EC2 only). */
  asInfrastructure(instanceId: string): { readonly call: Call };
  /** Speaks as the service itself: principal `ec2.us-east-1.amazonaws.com`, known to CloudTrail as `ebs.amazonaws.com`. */
  asService(service: ServiceToBe): { readonly call: Call };
  /**
   * Speaks as a session of a role that trusts the service, which assumes it through sts:AssumeRole. Rejects with that
   * operation's AwsError where there is no such role or it trusts somebody else.
   */
  asRole(role: RoleToAssume): Promise<{ readonly call: Call }>;
  /** Speaks for the caller whose forward access session was kept. Rejects where the principal no longer exists. */
  asForwarded(sessionId: string): Promise<{ readonly call: Call }>;
  read<T>(body: (tx: ReadTransaction) => Promise<T>): Promise<T>;
  /**
   * What will be asked of others as soon as what is made here is used. Asked in a rehearsal alone, where a denial counts and
   * nothing else does: so what is proposed for the first denial leads to no second one.
   */
  foresee(asked: () => Promise<unknown>): Promise<void>;
  /** A step of its own, committed at once: for what must stand before others are asked. */
  transact<T>(body: (context: EffectContext) => Promise<T>): Promise<T>;
}

/** Outside any transaction, for a caller: the only place from which other services are called in the caller's name. */
export interface CallContext extends WorkflowContext {
  readonly caller: Caller;
  readonly call: Call;
}

export type InputOf<
  S extends keyof ServiceOperations,
  N extends keyof ServiceOperations[S],
> = ServiceOperations[S][N] extends { input: infer I } ? I : never;
type OutputOf<
  S extends keyof ServiceOperations,
  N extends keyof ServiceOperations[S],
> = ServiceOperations[S][N] extends { output: infer O } ? O : never;

export interface CallOptions {
  /** Default: that of the work. */
  readonly region?: string;
  /** A service's own call that is recorded under the id of the request it ends (aws-facts B6.2), not under one of its own. */
  readonly sameRequest?: boolean;
  /** The part of the service that forwards, where it is not the one that most calls come from (aws-facts B8). */
  readonly invokedBy?: string;
}

/** Calls an operation through the front door. Rejects with the callee's AwsError, which carries the event id of its audit record. */
export type Call = <S extends keyof ServiceOperations, N extends keyof ServiceOperations[S] & string>(
  service: S,
  operation: N,
  input: InputOf<S, N>,
  options?: CallOptions,
) => Promise<OutputOf<S, N>>;
