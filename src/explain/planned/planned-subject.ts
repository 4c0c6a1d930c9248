/** A kind of thing on which somebody would call, and which calls those are. */
import type { Scope } from '../../aws/scope.ts';

export type Input = Readonly<Record<string, unknown>>;

/** Asks as AWS would be asked; undefined where it is not there. */
export type Describe = (call: string, input: Input) => Promise<Input | undefined>;

export interface Asking extends Scope {
  readonly subject: string;
  readonly describe: Describe;
}

export interface PlannedCall {
  /** `user john could not …` */
  readonly verb: string;
  input(asking: Asking): Promise<Input>;
}

export interface SubjectKind {
  readonly noun: string;
  readonly service: string;
  matches(asking: Asking): Promise<boolean> | boolean;
  /** By operation; the first is what is meant where nothing is said. */
  readonly calls: Readonly<Record<string, PlannedCall>>;
  /** Where another one than the first is. */
  usual?(asking: Asking): Promise<string | undefined>;
  /** The role of its service that does what is asked for, whoever asks. */
  readonly role?: SubjectRole;
  /** What keeps the subject from doing its part, whatever the policies say. */
  hindrance?(asking: Asking): Promise<Hindrance | undefined>;
}

export interface SubjectRole {
  /** `role … could not launch one more instance for web` */
  readonly verb: string;
  /** ARN of the one that does it. */
  arn(asking: Asking): Promise<string | undefined>;
}

export interface Hindrance {
  /** A sentence, with what to do. */
  readonly sentence: string;
  /** The call that takes it away. */
  readonly cleared: { readonly operation: readonly [service: string, name: string]; readonly input: Input };
}
