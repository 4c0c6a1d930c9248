/** Changes of permissions since a call, which may be why it would be decided otherwise now. */
import { parseArn } from '../aws/arn.ts';
import { type AuditEntry, auditLog } from '../invoke/audit/audit.ts';
import type { ReadTransaction, Sequenced } from '../store/store.ts';

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
  const names = new Set(concerned.map((each) => ROLE.exec(each)?.[1] ?? lastOf(each)));
  const isConcerned = (arn: string) =>
    concerned.includes(arn) || (parseArn(arn)?.account === account && names.has(lastOf(arn)));
  const entries = await tx.scan(auditLog, { fromMs: Date.parse(at), limit: REACH });
  // Records have the second only: the newest first, down to the call itself.
  const position = entries.findIndex(({ body }) => body.event.eventID === eventId);
  const later = position === -1 ? entries : entries.slice(0, position);
  const changes = later.filter(
    ({ body: { event } }) => !event.errorCode && CHANGES.test(event.eventName) && !isGrantOfService(event),
  );
  const direct = changes.filter(({ labels }) => [labels.About ?? []].flat().some(isConcerned));
  const own = changes.filter(({ body }) => body.event.recipientAccountId === account);
  return (direct.length > 0 ? direct : own).slice(0, MAX_NAMED).reverse().map(named);
}

/** EC2 makes a grant for each volume that it attaches and retires it again: whoever was denied has nothing of it. */
const isGrantOfService = ({ eventName, userIdentity }: AuditEntry['body']['event']) =>
  eventName.endsWith('Grant') && 'invokedBy' in (userIdentity as object);

/** Of a session, the name of its role. */
const ROLE = /:assumed-role\/([^/]+)\//;

const lastOf = (arn: string) => arn.slice(arn.lastIndexOf('/') + 1);

function named({ body: { event }, labels }: Sequenced<AuditEntry>): ChangeSince {
  return {
    action: `${event.eventSource.split('.', 1)[0]}:${event.eventName}`,
    at: event.eventTime,
    by: (event.userIdentity as { arn?: string }).arn,
    about: [labels.About ?? []].flat().filter((each) => each.startsWith('arn:')),
    eventId: event.eventID,
  };
}
