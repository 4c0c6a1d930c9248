/** The names of users and roles that were deleted: unique ids outlive them in key policies and grants. */
import { parseArn } from '../../aws/arn.ts';
import { auditLog, type CloudTrailEvent } from '../../invoke/audit/audit.ts';
import type { ReadTransaction } from '../../store/store.ts';
import { lastSegment } from './names.ts';

export interface FormerPrincipal {
  readonly id: string;
  /** Undefined where nothing is recorded of its making. */
  readonly arn?: string;
  readonly deletedAt?: string;
}

const UNIQUE_ID = /^(AIDA|AROA)[A-Z0-9]+/;

/** Calls that are searched. */
const REACH = 2000;

/** The unique id that a stored principal begins with. */
export const uniqueIdOf = (stored: string): string | undefined => UNIQUE_ID.exec(stored)?.[0];

/** `arn`: the name, where it is known from elsewhere (a key policy's source). */
export async function formerPrincipal(
  tx: ReadTransaction,
  id: string,
  arn?: string,
): Promise<FormerPrincipal> {
  const noun = id.startsWith('AIDA') ? 'User' : 'Role';
  // Whoever reads a key policy of AWS finds the unique id written there.
  const named = arn?.startsWith('arn:') ? arn : await nameAtCreation(tx, id, noun);
  if (named === undefined) return { id };
  const event = await deletionOf(tx, named, noun);
  return { id, arn: named, deletedAt: event?.eventTime };
}

/** A record of IAM names the principal by its name alone. */
async function deletionOf(
  tx: ReadTransaction,
  arn: string,
  noun: 'User' | 'Role',
): Promise<CloudTrailEvent | undefined> {
  const label = { name: 'EventName', value: `Delete${noun}` };
  const calls = await tx.scan(auditLog, { label, limit: REACH });
  const deletion = calls.find(({ body: { event } }) => {
    const { recipientAccountId, requestParameters, errorCode } = event;
    const name = Object(requestParameters)[`${noun.toLowerCase()}Name`];
    return !errorCode && recipientAccountId === parseArn(arn)?.account && name === lastSegment(arn);
  });
  return deletion?.body.event;
}

async function nameAtCreation(
  tx: ReadTransaction,
  id: string,
  noun: 'User' | 'Role',
): Promise<string | undefined> {
  const label = { name: 'EventName', value: `Create${noun}` };
  for (const { body } of await tx.scan(auditLog, { label, limit: REACH })) {
    const made = (body.event.responseElements as Record<string, { arn?: string }> | null)?.[
      noun.toLowerCase()
    ];
    if (made && Object.values(made).includes(id)) return made.arn;
  }
  return undefined;
}
