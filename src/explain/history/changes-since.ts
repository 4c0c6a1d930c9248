/** Changes of permissions before and since a call, which may be why it was let through before, or would be now. */
import { parseArn } from '../../aws/arn.ts';
import { type AuditEntry, auditLog } from '../../invoke/audit/audit.ts';
import type { ReadTransaction, Sequenced } from '../../store/store.ts';
import { lastSegment } from '../words/names.ts';
import { actionOf } from './recorded-calls.ts';

export interface ChangeSince {
  /** `iam:PutUserPolicy` */
  readonly action: string;
  readonly at: string;
  /** ARN of who made it. */
  readonly by?: string;
  readonly about: readonly string[];
  readonly eventId: string;
}

const CHANGES =
  /^(Put|Attach|Detach|Delete)(User|Role|Group|Key|Bucket)?Policy$|^(Put|Delete)(User|Role)PermissionsBoundary$|^(CreatePolicyVersion|SetDefaultPolicyVersion|AddUserToGroup|RemoveUserFromGroup|UpdateAssumeRolePolicy|UpdatePolicy|MoveAccount|CreateGrant|RevokeGrant|RetireGrant|EnableKey|DisableKey|CancelKeyDeletion|ScheduleKeyDeletion|ImportKeyMaterial|TagResource|UntagResource|TagUser|UntagUser|TagRole|UntagRole|CreateAlias|UpdateAlias|DeleteAlias|CreateServiceLinkedRole|CreateRole|CreateUser)$/;

/** Calls that are searched, the newest first, and changes that are named. */
const REACH = 500;
const MAX_NAMED = 3;

/** Recorded after the call. */
export async function changesSince(
  tx: ReadTransaction,
  { at, eventId, account }: { readonly at: string; readonly eventId: string; readonly account?: string },
  concerned: readonly string[],
): Promise<ChangeSince[]> {
  const entries = await tx.scan(auditLog, { fromMs: Date.parse(at), limit: REACH });
  // Records have the second only: the newest first, down to the call itself.
  const position = entries.findIndex(({ body }) => body.event.eventID === eventId);
  const changes = (position === -1 ? entries : entries.slice(0, position)).filter(isChange);
  const direct = changes.filter(concerning(concerned, account));
  const own = changes.filter(({ body }) => body.event.recipientAccountId === account);
  return lastNamed(direct.length > 0 ? direct : own);
}

/** When the same caller was last let do the same, and what was changed between that and the refusal. */
export interface LetThroughBefore {
  readonly at: string;
  readonly eventId: string;
  readonly changes: readonly ChangeSince[];
}

export async function letThroughBefore(
  tx: ReadTransaction,
  refused: Sequenced<AuditEntry>,
  { resource, account }: { readonly resource: string; readonly account?: string },
  concerned: readonly string[],
): Promise<LetThroughBefore | undefined> {
  const isBefore = ({ sequence }: Sequenced<AuditEntry>) => sequence < refused.sequence;
  const about = await tx.scan(auditLog, { label: { name: 'About', value: resource }, limit: REACH });
  const passed = about.filter(isBefore).find(isSameLetThrough(refused));
  if (!passed) return undefined;
  const entries = await tx.scan(auditLog, { fromMs: passed.atMs, toMs: refused.atMs, limit: REACH });
  const between = entries.filter((each) => isBefore(each) && each.sequence > passed.sequence);
  const changes = between.filter(isChange).filter(concerning(concerned, account));
  if (changes.length === 0) return undefined;
  const { eventTime, eventID } = passed.body.event;
  return { at: eventTime, eventId: eventID, changes: lastNamed(changes) };
}

const isSameLetThrough = (refused: AuditEntry) => {
  const { eventName, eventSource } = refused.body.event;
  return ({ body: { event } }: AuditEntry) =>
    !event.errorCode &&
    event.eventName === eventName &&
    event.eventSource === eventSource &&
    callerOf(event) === callerOf(refused.body.event);
};

/** The role, whatever its sessions are called. */
function callerOf({ userIdentity }: AuditEntry['body']['event']): string | undefined {
  return userIdentity?.sessionContext?.sessionIssuer?.arn ?? userIdentity?.arn;
}

const isChange = ({ body: { event } }: AuditEntry) =>
  !event.errorCode && CHANGES.test(event.eventName) && !isGrantOfService(event);

function concerning(concerned: readonly string[], account: string | undefined) {
  const names = new Set(concerned.map((each) => ROLE.exec(each)?.[1] ?? lastSegment(each)));
  const isConcerned = (arn: string) =>
    concerned.includes(arn) || (parseArn(arn)?.account === account && names.has(lastSegment(arn)));
  return ({ labels }: AuditEntry) => [labels.About ?? []].flat().some(isConcerned);
}

/** The newest come first. */
const lastNamed = (changes: readonly Sequenced<AuditEntry>[]) =>
  changes.slice(0, MAX_NAMED).reverse().map(named);

/** EC2 makes a grant for each volume that it attaches and retires it again: whoever was denied has nothing of it. */
const isGrantOfService = ({ eventName, userIdentity }: AuditEntry['body']['event']) =>
  eventName.endsWith('Grant') && userIdentity?.invokedBy !== undefined;

/** Of a session, the name of its role. */
const ROLE = /:assumed-role\/([^/]+)\//;

function named({ body: { event }, labels }: Sequenced<AuditEntry>): ChangeSince {
  return {
    action: actionOf(event),
    at: event.eventTime,
    by: event.userIdentity?.arn,
    about: [labels.About ?? []].flat().filter((each) => each.startsWith('arn:')),
    eventId: event.eventID,
  };
}
