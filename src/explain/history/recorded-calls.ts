/** Recorded calls, and how they belong together. */
import { serviceBehind } from '../../import/cloudtrail/use.ts';
import { type AuditEntry, auditLog, type CloudTrailEvent } from '../../invoke/audit/audit.ts';
import { DENIED_TO_SERVICE } from '../../invoke/audit/audit-labels.ts';
import type { ReadTransaction, Sequenced } from '../../store/store.ts';

export type Recorded = Sequenced<AuditEntry>;

/** How many of the latest calls about a resource are searched for a failed one. */
const REACH = 500;
/** How many of the latest denials of services are searched for those of somebody's calls. */
const MAX_REFUSALS = 5000;

export function byLabel(
  tx: ReadTransaction,
  name: string,
  value: string,
  limit = REACH,
): Promise<Recorded[]> {
  return tx.scan(auditLog, { label: { name, value }, limit });
}

function ofSameRequest(tx: ReadTransaction, { body }: Recorded): Promise<Recorded[]> {
  return byLabel(tx, 'RequestId', String(body.event.requestID));
}

export const isDenied = ({ body }: Recorded): boolean =>
  body.decisions.some(({ decision }) => !decision.allowed);

/** A dry run that passes answers with an error too. */
export const isPassedDryRun = (errorCode: string | undefined): boolean =>
  errorCode?.endsWith('DryRunOperation') ?? false;

export const isFailed = ({ body: { event } }: Recorded): boolean =>
  event.errorCode !== undefined && !isPassedDryRun(event.errorCode);

/** Somebody looks at what is there: that he may not is no cause of what became of it. */
export const isLook = (call: Recorded): boolean =>
  invokedBy(call) === undefined &&
  /^(?:Describe|List|Get(?!PublicKey|Parameter))/.test(call.body.event.eventName);

/** The user's own call may have passed and a service's call for it failed: then that is what matters. */
export async function lastCall(
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

/** The owner of a resource hears of another account's call without its caller's name: the caller's own record has it. */
export async function callersCopy(tx: ReadTransaction, call: Recorded): Promise<Recorded> {
  const isForeign = ({ body }: Recorded) => body.event.userIdentity?.type === 'AWSAccount';
  const { sharedEventID } = call.body.event;
  if (!isForeign(call) || sharedEventID === undefined) return call;
  const copies = await ofSameRequest(tx, call);
  return copies.find((each) => each.body.event.sharedEventID === sharedEventID && !isForeign(each)) ?? call;
}

/** The copy for the owner of a resource in another account repeats what the caller's record says. */
export function isCallersOwn({ stream, body: { event } }: AuditEntry): boolean {
  const caller = event.userIdentity?.accountId;
  return caller === undefined || caller === (event.recipientAccountId ?? stream.split('/')[0]);
}

/** `kms:CreateGrant` */
export const actionOf = ({
  eventSource,
  eventName,
}: Pick<CloudTrailEvent, 'eventSource' | 'eventName'>): string =>
  `${eventSource.replace(/\.amazonaws\.com$/, '')}:${eventName}`;

export const invokedBy = ({ body }: Recorded): string | undefined => body.event.userIdentity?.invokedBy;

/** The call in whose request a service made this one, if one did: the user's, or that of a service in between. */
export async function outerCall(tx: ReadTransaction, call: Recorded): Promise<Recorded | undefined> {
  if (!invokedBy(call)) return undefined;
  return outermost((await ofSameRequest(tx, call)).filter((each) => invokedBy(each) !== invokedBy(call)));
}

/** The call that somebody made and that a service went on for in requests of its own, of which this is one. */
export async function initialCall(tx: ReadTransaction, { labels }: Recorded): Promise<Recorded | undefined> {
  const { InCourseOf: request } = labels;
  return typeof request === 'string' ? outermost(await byLabel(tx, 'RequestId', request)) : undefined;
}

function outermost(calls: readonly Recorded[]): Recorded | undefined {
  const own = calls.filter(isCallersOwn);
  return own.find((each) => invokedBy(each) === undefined) ?? own[0] ?? calls[0];
}

/** What services were denied, the last of each course by the request id of the call that they made it for. */
export type Refusals = ReadonlyMap<string, Recorded>;

export async function refusals(tx: ReadTransaction): Promise<Refusals> {
  const { name, value } = DENIED_TO_SERVICE;
  const found = (await byLabel(tx, name, value, MAX_REFUSALS)).filter(isCallersOwn);
  const requestOf = ({ labels, body }: Recorded) => String(labels.InCourseOf ?? body.event.requestID);
  return new Map(found.toReversed().map((each) => [requestOf(each), each]));
}

/** What KMS refused a service last, for whomever it asked. */
export async function lastRefusedByKms(tx: ReadTransaction, service: string): Promise<Recorded | undefined> {
  const { name, value } = DENIED_TO_SERVICE;
  const denied = await byLabel(tx, name, value, MAX_REFUSALS);
  return denied.find(
    (call) =>
      isCallersOwn(call) &&
      call.body.event.eventSource === 'kms.amazonaws.com' &&
      serviceBehind({ invokedBy: invokedBy(call) ?? '' }) === service,
  );
}

/**
 * What a service was refused in the course of this call, at once or after its reply: why the call failed with an error of the
 * service's own, or why what it was for did not come about.
 */
export async function causeOf(
  tx: ReadTransaction,
  call: Recorded,
  refused: Refusals,
): Promise<Recorded | undefined> {
  const { CausedBy: eventId } = call.labels;
  if (typeof eventId === 'string') return (await byLabel(tx, 'EventId', eventId))[0];
  if (isDenied(call) || invokedBy(call)) return undefined;
  return refused.get(String(call.body.event.requestID));
}
