/** A change that would let a denied call through. It is made of calls, so that it has passed their own checks. */
import type { ConditionValues } from '../../invoke/verdict.ts';
import type { NamedPolicy } from '../../policy/decision.ts';
import type { ApiCall } from '../../rehearsal/maker.ts';
import type { Rehearsal, RehearsedCall } from '../../rehearsal/rehearsal.ts';
import type { PolicyPlace } from './place.ts';

export type RemedyKind =
  /** A key is enabled, its deletion cancelled. */
  | 'state'
  /** The caller calls otherwise: with MFA, an external id, a tag. */
  | 'request'
  /** What a policy speaks of becomes so: a tag, an alias. */
  | 'fact'
  /** A statement that was meant for the caller is put right. */
  | 'statement'
  | 'new-statement'
  | 'grant'
  /** A denying statement spares the call. */
  | 'narrowed-deny';

/** One change of one policy document. */
export interface StatementChange {
  readonly place: PolicyPlace;
  /** Undefined adds it. */
  readonly index?: number;
  readonly statement: object;
  /** Of a denying statement: what it no longer does (`spares arn:…`), as its sentence says. */
  readonly purpose?: string;
  /** What is to be done, where a document has several changes. */
  readonly sentence?: string;
  /** That of the whole document: what its variables are. */
  readonly version?: '2012-10-17';
}

export interface GrantToMake {
  readonly KeyId: string;
  readonly GranteePrincipal: string;
  readonly Operations: readonly string[];
  readonly Constraints?: object;
}

export interface Candidate {
  readonly kind: RemedyKind;
  /** Whose administrators make it. */
  readonly account: string;
  readonly region: string;
  /** ARN of what is changed. */
  readonly target: string;
  readonly sentence: string;
  readonly change?: StatementChange;
  /** The grant to be made: one for each key and grantee, whatever it takes. */
  readonly grant?: GrantToMake;
  /** What must be there first where it is not. */
  readonly first?: Candidate;
  /** The calls that make it, where it is no change of a document. */
  calls?(stage: Rehearsal): readonly ApiCall[] | Promise<readonly ApiCall[]>;
  /** What is then so of the request. */
  readonly conditions?: ConditionValues;
  /** The user's call as it should be made. */
  revise?(call: RehearsedCall): RehearsedCall;
  /** Of several ways to make the call, of which one is enough: this one, and the sentence of all that were found to help. */
  readonly way?: { readonly how: string; sentence(hows: readonly string[]): string };
  /** The policies of the session in which it should be made. */
  inSession?(policies: readonly NamedPolicy[]): readonly NamedPolicy[];
}
