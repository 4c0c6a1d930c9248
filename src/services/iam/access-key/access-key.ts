/** Access keys of IAM users. Secrets are sealed, and leave only in CreateAccessKey's answer and to check a signature. */
import type { Identity } from '../../../invoke/caller.ts';
import type { Reseal } from '../../../invoke/identity/account.ts';
import type { Sealer } from '../../../platform/ports.ts';
import type { AccessKeyMetadata } from '../../../shapes/generated/iam.ts';
import { type ReadTransaction, type Transaction, table } from '../../../store/store.ts';
import { noSuchEntity } from '../errors.ts';
import { type UserRecord, userArn, users } from '../user/user.ts';

export interface AccessKeyRecord {
  readonly account: string;
  readonly userId: string;
  readonly accessKeyId: string;
  readonly sealedSecret: string;
  readonly status: 'Active' | 'Inactive';
  readonly createdAtMs: number;
}

export const accessKeys = table<AccessKeyRecord>()({
  name: 'iam.access-keys',
  key: ({ accessKeyId }) => [accessKeyId],
  indexes: { user: ({ account, userId }) => [[account, userId]] },
});

export const MAX_KEYS_PER_USER = 2;

export function sealSecret(sealer: Sealer, accessKeyId: string, secret: string): string {
  return sealer.seal(Buffer.from(secret), secretContext(accessKeyId));
}

const secretContext = (accessKeyId: string) => `access-key:${accessKeyId}`;

/** Puts the users' secrets under the sealer's current root key; returns how many there are. */
export async function resealAccessKeys(tx: Transaction, reseal: Reseal): Promise<number> {
  const all = await tx.list(accessKeys);
  for (const key of all) {
    tx.put(accessKeys, { ...key, sealedSecret: reseal(key.sealedSecret, secretContext(key.accessKeyId)) });
  }
  return all.length;
}

export async function keysOf(tx: ReadTransaction, user: UserRecord): Promise<AccessKeyRecord[]> {
  return tx.find(accessKeys, 'user', { prefix: [user.account, user.id] });
}

interface Credential {
  readonly identity: Identity;
  readonly secretAccessKey: string;
}

interface Known {
  readonly key: AccessKeyRecord;
  readonly sealer: Sealer;
  readonly credential: Credential;
}

/** Opened credentials by the user's record, valid while it and the key stand unchanged. */
const opened = new WeakMap<UserRecord, Map<string, Known>>();

/** What is needed to check a signature by an IAM user's key; undefined where there is none, or it is inactive. */
export async function findCredential(
  tx: ReadTransaction,
  sealer: Sealer,
  accessKeyId: string,
): Promise<Credential | undefined> {
  const key = await tx.get(accessKeys, [accessKeyId]);
  if (key?.status !== 'Active') return undefined;
  const user = await tx.get(users.table, [key.account, key.userId]);
  if (!user) return undefined;
  const ofUser = opened.get(user) ?? new Map<string, Known>();
  opened.set(user, ofUser);
  const known = ofUser.get(accessKeyId);
  if (known?.key === key && known.sealer === sealer) return known.credential;
  const credential: Credential = {
    identity: {
      principal: { kind: 'user', account: user.account, arn: userArn(user), id: user.id },
      account: user.account,
      accessKeyId,
      userName: user.name,
    },
    secretAccessKey: sealer.open(key.sealedSecret, secretContext(accessKeyId)).toString(),
  };
  ofUser.set(accessKeyId, { key, sealer, credential });
  return credential;
}

export type ListedKey = Pick<AccessKeyRecord, 'accessKeyId' | 'status' | 'createdAtMs'>;

/** Root's has no user. */
export function shownAccessKey(key: ListedKey, userName: string | undefined): AccessKeyMetadata {
  return {
    UserName: userName,
    AccessKeyId: key.accessKeyId,
    Status: key.status,
    CreateDate: key.createdAtMs,
  };
}

export async function findKey(
  tx: ReadTransaction,
  user: UserRecord,
  accessKeyId: string,
): Promise<AccessKeyRecord> {
  const key = await tx.get(accessKeys, [accessKeyId]);
  if (key?.userId !== user.id) throw noSuchEntity(`The Access Key with id ${accessKeyId} cannot be found.`);
  return key;
}
