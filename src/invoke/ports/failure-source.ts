/** For explanations: what made a service's resource fail. Services implement it for the resources that they keep. */
import type { Scope } from '../../aws/scope.ts';
import type { ReadTransaction } from '../../store/store.ts';

export interface ResourceFailure {
  /**
   * Where to look next: CloudTrail's event id of the call that was refused, or a resource that has failed itself. Absent where
   * neither is known, as of a real account's.
   */
  readonly cause?: { readonly eventId: string } | { readonly resource: string };
  /** `i-… was stopped: Client.InternalError: Client error on launch` */
  readonly symptom: string;
  /** When it failed, of what is tried again. */
  readonly atMs?: number;
  /** It has succeeded since. */
  readonly isOver?: boolean;
  /** What goes on trying by itself: the name of a group, and the ARN of the role as which it does so. */
  readonly triedBy?: { readonly name: string; readonly role: string };
}

/** What is being done to a resource, of which nobody can say yet how it ends. */
export interface UnderWay {
  /** `The creation of stack app` */
  readonly what: string;
  readonly sinceMs?: number;
  readonly waitsFor?: readonly AwaitedResource[];
}

/** A resource that has to come about first. */
export interface AwaitedResource {
  /** As whoever waits for it calls it. */
  readonly name: string;
  /** By which its service knows it. */
  readonly subject: string;
  /** What of it failed earlier was no part of this. */
  readonly sinceMs: number;
}

/** Something that is failed as it stands. */
export interface StandingFailure extends Scope {
  readonly kind: 'instance' | 'volume' | 'snapshot' | 'group' | 'stack';
  /** By which `failureOf` finds it. */
  readonly subject: string;
  /** Where the service has the time; else it is that of the call that was refused. */
  readonly atMs?: number;
}

export interface FailureSource {
  /** Undefined for what has not failed, or is not the service's. */
  failureOf(tx: ReadTransaction, scope: Scope, subject: string): Promise<ResourceFailure | undefined>;
  /** In a sentence, what has come of what is over and has not failed; of what nothing else is on record of. */
  outcomeOf?(tx: ReadTransaction, scope: Scope, subject: string): Promise<string | undefined>;
  /** What it was made with, as a volume with an instance: asked where nothing is on record of it by itself. */
  madeWith?(tx: ReadTransaction, scope: Scope, subject: string): Promise<string | undefined>;
  /** Of every account and Region, `limit` of a kind at most. */
  standing?(tx: ReadTransaction, limit: number): Promise<readonly StandingFailure[]>;
  /** Undefined too for what has failed itself, though its failure is not dealt with yet. */
  underWay?(tx: ReadTransaction, scope: Scope, subject: string): Promise<UnderWay | undefined>;
  /**
   * Of a real account: what nobody has read of the subject, each with why, so that it may have failed unseen. Undefined for
   * what is not the service's.
   */
  unread?(tx: ReadTransaction, scope: Scope, subject: string): Promise<readonly string[] | undefined>;
}
