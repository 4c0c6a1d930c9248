/** The AWS accounts of this server. Each has a root access key of its own, made with it. */
import { formatAccessKeyId } from '../../aws/access-key-id.ts';
import type { Entropy, Sealer } from '../../platform/ports.ts';
import { type ReadTransaction, type Transaction, table } from '../../store/store.ts';

export interface AccountRecord {
  /** Twelve digits. */
  readonly accountId: string;
  readonly rootAccessKeyId: string;
  readonly sealedRootSecret: string;
  readonly createdAtMs: number;
}

export const accounts = table<AccountRecord>()({
  name: 'invoke.accounts',
  key: (account) => [account.accountId],
  indexes: { rootAccessKey: (account) => [[account.rootAccessKeyId]] },
});

/** The same secret under the sealer's current root key. */
export type Reseal = (sealed: string, context: string) => string;

const secretContext = (accessKeyId: string) => `access-key:${accessKeyId}`;

export interface RootCredentials {
  readonly accountId: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** The account, created when it is new. */
export async function ensureAccount(
  tx: Transaction,
  world: { entropy: Entropy; sealer: Sealer; nowMs: number },
  accountId: string,
): Promise<AccountRecord> {
  const existing = await tx.get(accounts, [accountId]);
  if (existing) return existing;
  const rootAccessKeyId = formatAccessKeyId('AKIA', accountId, world.entropy.bytes(5));
  const secret = world.entropy.bytes(30).toString('base64');
  const account: AccountRecord = {
    accountId,
    rootAccessKeyId,
    sealedRootSecret: world.sealer.seal(Buffer.from(secret), secretContext(rootAccessKeyId)),
    createdAtMs: world.nowMs,
  };
  tx.put(accounts, account);
  return account;
}

/** Puts the root secrets under the sealer's current root key; returns how many there are. */
export async function resealAccounts(tx: Transaction, reseal: Reseal): Promise<number> {
  const all = await allAccounts(tx);
  for (const account of all) {
    const context = secretContext(account.rootAccessKeyId);
    tx.put(accounts, { ...account, sealedRootSecret: reseal(account.sealedRootSecret, context) });
  }
  return all.length;
}

export const allAccounts = (tx: ReadTransaction): Promise<AccountRecord[]> => tx.list(accounts);

export function putAccounts(tx: Transaction, records: readonly AccountRecord[]): void {
  for (const record of records) tx.put(accounts, record);
}

export async function accountIds(tx: ReadTransaction): Promise<string[]> {
  return (await allAccounts(tx)).map(({ accountId }) => accountId);
}

/** Undefined in a store that is new. */
export async function anyAccountId(tx: ReadTransaction): Promise<string | undefined> {
  return (await tx.list(accounts, { limit: 1 }))[0]?.accountId;
}

export async function accountExists(tx: ReadTransaction, accountId: string): Promise<boolean> {
  return (await tx.get(accounts, [accountId])) !== undefined;
}

/** Opening a secret costs more than the rest of a request's authentication: once a record is enough. */
const opened = new WeakMap<AccountRecord, RootCredentials>();

export async function rootCredentials(
  tx: ReadTransaction,
  sealer: Sealer,
  by: { accountId: string } | { accessKeyId: string },
): Promise<RootCredentials | undefined> {
  const account =
    'accountId' in by
      ? await tx.get(accounts, [by.accountId])
      : (await tx.find(accounts, 'rootAccessKey', { prefix: [by.accessKeyId], limit: 1 }))[0];
  if (!account) return undefined;
  const { accountId, rootAccessKeyId, sealedRootSecret } = account;
  const known = opened.get(account);
  if (known) return known;
  const secret = sealer.open(sealedRootSecret, secretContext(rootAccessKeyId));
  const credentials = { accountId, accessKeyId: rootAccessKeyId, secretAccessKey: secret.toString() };
  opened.set(account, credentials);
  return credentials;
}

/** Root's one access key, without its secret. */
export async function rootAccessKey(tx: ReadTransaction, accountId: string) {
  const { rootAccessKeyId = '', createdAtMs = 0 } = (await tx.get(accounts, [accountId])) ?? {};
  return { accessKeyId: rootAccessKeyId, status: 'Active' as const, createdAtMs };
}

export async function accountCreatedAtMs(tx: ReadTransaction, accountId: string): Promise<number> {
  return (await tx.get(accounts, [accountId]))?.createdAtMs ?? 0;
}
