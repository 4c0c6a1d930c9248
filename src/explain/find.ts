/** Which recorded call is meant: an event id, a request id, or a resource whose last trouble is to be explained. */
import { type AuditEntry, auditLog } from '../invoke/audit.ts';
import { failureOf } from '../services/ec2/index.ts';
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
  place: { account: string; region: string },
): Promise<Finding | undefined> {
  const failure = await failureOf(tx, place.account, place.region, subject);
  const failed = failure && (await byLabel(tx, 'EventId', failure.eventId))[0];
  if (failure && failed) return withOuter(tx, { entry: failed, symptom: failure.symptom });

  const [event] = await byLabel(tx, 'EventId', subject);
  if (event) return withOuter(tx, { entry: event });

  // ResourceName has what a call made; About, what it was decided on.
  for (const label of ['RequestId', 'About', 'ResourceName']) {
    const calls = await byLabel(tx, label, subject);
    const entry = (await lastCall(tx, calls, isDenied)) ?? (await lastCall(tx, calls, isFailed)) ?? calls[0];
    if (entry) return withOuter(tx, { entry });
  }
  return undefined;
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
const isFailed = ({ body }: Recorded) => body.event.errorCode !== undefined;

async function withOuter(tx: ReadTransaction, finding: Finding): Promise<Finding> {
  const { invokedBy } = finding.entry.body.event.userIdentity as { invokedBy?: string };
  if (!invokedBy) return finding;
  const outer = (await ofSameRequest(tx, finding.entry)).find(
    ({ body }) => (body.event.userIdentity as { invokedBy?: string }).invokedBy === undefined,
  );
  return outer ? { ...finding, outer } : finding;
}

function ofSameRequest(tx: ReadTransaction, { body }: Recorded): Promise<Recorded[]> {
  return byLabel(tx, 'RequestId', String(body.event.requestID));
}

function byLabel(tx: ReadTransaction, name: string, value: string): Promise<Recorded[]> {
  return tx.scan(auditLog, { label: { name, value }, limit: REACH });
}
