/**
 * What AWS described of real accounts, for services that take it into their own records. Adoption is no call and passes no
 * front door: it is done once, into an empty store, by the composition root. What was not read is unknown, not absent.
 */
import type { Scope } from '../../aws/scope.ts';
import type { Entropy } from '../../platform/ports.ts';
import type { Missing } from '../../policy/policy.ts';
import { type ReadTransaction, type Transaction, table } from '../../store/store.ts';
import type { Ports } from '../port.ts';
import type { WorkflowRef } from '../workflow-ref.ts';

/** One answer of AWS's, or its refusal. */
export interface Answer {
  readonly input: Readonly<Record<string, unknown>>;
  readonly output?: Readonly<Record<string, unknown>>;
  readonly refused?: { readonly code: string; readonly message: string };
  readonly at: string;
  readonly by?: string;
  readonly from: string;
  /** Nobody has read it: it is put together from recorded events. `missing` says why there may be more of it. */
  readonly rebuilt?: { readonly missing?: string };
}

export interface Described {
  accounts(): readonly string[];
  regions(): readonly string[];
  /** Undefined where nobody asked. */
  of(operation: string, scope: Scope): readonly Answer[] | undefined;
  get(operation: string, scope: Scope, input: Answer['input']): Answer | undefined;
}

export interface Adoption {
  readonly tx: Transaction;
  readonly described: Described;
  readonly ports: Ports;
  readonly entropy: Entropy;
  readonly nowMs: number;
  /** Which keys get material of their own: of a fork all, to rehearse with those that encrypt volumes. */
  readonly material: 'symmetric' | 'all';
  /**
   * What was to happen in the account, in a fork of it; nowhere else does time pass. What was due before the fork was made
   * does not happen any more: the account is there as it was read.
   */
  schedule<P extends object>(ref: WorkflowRef<P>, payload: NoInfer<P>, scope: Scope, atMs: number): void;
  /** ARNs that recorded calls were about. */
  readonly recorded: Iterable<string>;
}

/** What was on its way when the account was read has arrived in a fork, and elsewhere is on its way. */
export const isFork = ({ material }: Pick<Adoption, 'material'>): boolean => material === 'all';

/** The place of what is the same in all Regions. */
export const globalScope = (account: string): Scope => ({ account, region: 'global' });

/** The entries of a list member, of all answers of an operation in one place. */
export function entriesOf<T extends object>(
  from: Pick<Adoption, 'described'>,
  operation: string,
  scope: Scope,
  member: string,
): T[] {
  return answeredEntries<T>(from, operation, scope, member).map(([entry]) => entry);
}

/** Each with the answer that it stands in. */
export function answeredEntries<T extends object>(
  { described }: Pick<Adoption, 'described'>,
  operation: string,
  scope: Scope,
  member: string,
): [entry: T, answer: Answer][] {
  return (described.of(operation, scope) ?? []).flatMap((answer) =>
    ((answer.output?.[member] as T[] | undefined) ?? []).map((entry): [T, Answer] => [entry, answer]),
  );
}

/** Whether all of a kind was listed: what events tell of is never all. */
export const isListed = (
  { described }: Pick<Adoption, 'described'>,
  operation: string,
  scope: Scope,
): boolean => described.of(operation, scope)?.some(({ output, rebuilt }) => output && !rebuilt) ?? false;

/** Why the answer is not known; undefined where it is. */
export function missingAnswer(
  { described }: Pick<Adoption, 'described'>,
  operation: string,
  scope: Scope,
  what: Pick<Missing, 'kind' | 'name'>,
  input?: Answer['input'],
): Missing | undefined {
  const why = whyUnread({ described }, operation, scope, input);
  return why === undefined ? undefined : { ...what, why };
}

export function whyUnread(
  { described }: Pick<Adoption, 'described'>,
  operation: string,
  scope: Scope,
  input?: Answer['input'],
): string | undefined {
  const answers = input ? [described.get(operation, scope, input)] : (described.of(operation, scope) ?? []);
  const [answer] = answers;
  if (answers.some((each) => each?.output && !each.rebuilt?.missing)) return undefined;
  return answer?.rebuilt?.missing ?? whyNot(operation, answer);
}

/** Why not all of a kind was listed; undefined where it was. */
export function whyUnlisted(
  adoption: Pick<Adoption, 'described'>,
  operation: string,
  scope: Scope,
): string | undefined {
  if (isListed(adoption, operation, scope)) return undefined;
  const asked = adoption.described.of(operation, scope) ?? [];
  return whyNot(
    operation,
    asked.find(({ refused }) => refused),
  );
}

const whyNot = (operation: string, answer: Answer | undefined): string =>
  answer?.refused
    ? `${operation} was refused to ${answer.by ?? 'the reader'}: ${answer.refused.code}`
    : `nobody has read it (${operation})`;

/** Times as the SDK, both AWS CLIs and other tools write them. */
export function timeOf(value: unknown, otherwise = 0): number {
  const parsed = typeof value === 'string' ? Date.parse(value) : Number(value ?? Number.NaN);
  if (Number.isNaN(parsed)) return otherwise;
  return typeof value === 'number' && value < 1e11 ? value * 1000 : parsed;
}

/** Where a record came from. */
export interface Origin {
  readonly arn: string;
  readonly operation: string;
  readonly at: string;
  readonly by?: string;
  readonly from: string;
  readonly isRebuilt?: true;
}

const origins = table<Origin>()({ name: 'snapshot.origins', key: ({ arn, operation }) => [arn, operation] });

export function noteOrigin(
  { tx }: Pick<Adoption, 'tx'>,
  arn: string,
  operation: string,
  { at, by, from, rebuilt }: Pick<Answer, 'at' | 'by' | 'from' | 'rebuilt'>,
): void {
  tx.put(origins, { arn, operation, at, by, from, ...(rebuilt && { isRebuilt: true }) });
}

/** What was read of a resource, and when. */
export const originsOf = (tx: ReadTransaction, arn: string): Promise<Origin[]> =>
  tx.list(origins, { prefix: [arn] });
