/** Which recorded call is meant: an event id, a request id, or a resource whose last trouble is to be explained. */
import type { Scope } from '../aws/scope.ts';
import { type AuditEntry, auditLog } from '../invoke/audit/audit.ts';
import type { FailureSource } from '../invoke/ports/failure-source.ts';
import type { ReadTransaction, Sequenced } from '../store/store.ts';

export type Recorded = Sequenced<AuditEntry>;

export interface Finding {
  readonly entry: Recorded;
  /** What became of the resource that was asked about: `i-… was stopped: Client.InternalError…`. */
  readonly symptom?: string;
  /** The call of the user in whose course a service made this one. */
  readonly outer?: Recorded;
}

/** How many of the latest calls about a resource are searched for a failed one. */
const REACH = 500;

export async function findCall(
  tx: ReadTransaction,
  subject: string,
  scope: Scope,
  failures: readonly FailureSource[],
): Promise<Finding | undefined> {
  for (const source of failures) {
    const failure = await source.failureOf(tx, scope, subject);
    if (!failure) continue;
    const { cause, symptom } = failure;
    const found = await findCall(tx, 'eventId' in cause ? cause.eventId : cause.resource, scope, failures);
    if (found) return { ...found, symptom };
  }

  const [event] = await byLabel(tx, 'EventId', subject);
  if (event) return withOuter(tx, { entry: event });

  // ResourceName has what a call made; About, what it was decided on.
  const calls: Recorded[] = [];
  for (const label of ['RequestId', 'About', 'ResourceName'])
    calls.push(...(await byLabel(tx, label, subject)));
  const entry = (await lastCall(tx, calls, isDenied)) ?? (await lastCall(tx, calls, isFailed)) ?? calls[0];
  return entry && withOuter(tx, { entry });
}

/** The user's own call may have passed and a service's call for it failed: then that is what matters. */
async function lastCall(
  tx: ReadTransaction,
  calls: readonly Recorded[],
  matches: (call: Recorded) => boolean,
): Promise<Recorded | undefined> {
  for (const call of calls) {
    const found = matches(call) ? call : (await ofSameRequest(tx, call)).find(matches);
    if (found) return found;
  }
  return undefined;
}

const isDenied = ({ body }: Recorded) => body.decisions.some(({ decision }) => !decision.allowed);
/** A dry run that passes answers with an error too. */
const isFailed = ({ body: { event } }: Recorded) =>
  event.errorCode !== undefined && !event.errorCode.endsWith('DryRunOperation');

async function withOuter(tx: ReadTransaction, finding: Finding): Promise<Finding> {
  const outer = await outerCall(tx, finding.entry);
  return outer ? { ...finding, outer } : finding;
}

/** The call in whose course a service made this one, if one did: the user's, or that of a service in between. */
export async function outerCall(tx: ReadTransaction, call: Recorded): Promise<Recorded | undefined> {
  const invokedBy = ({ body }: Recorded) => (body.event.userIdentity as { invokedBy?: string }).invokedBy;
  if (!invokedBy(call)) return undefined;
  const others = (await ofSameRequest(tx, call)).filter((each) => invokedBy(each) !== invokedBy(call));
  return others.find((each) => invokedBy(each) === undefined) ?? others[0];
}

function ofSameRequest(tx: ReadTransaction, { body }: Recorded): Promise<Recorded[]> {
  return byLabel(tx, 'RequestId', String(body.event.requestID));
}

function byLabel(tx: ReadTransaction, name: string, value: string): Promise<Recorded[]> {
  return tx.scan(auditLog, { label: { name, value }, limit: REACH });
}
