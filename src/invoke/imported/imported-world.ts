/** Whether a store holds what was read of real accounts, of which less is known than of accounts made here. */
import type { Scope } from '../../aws/scope.ts';
import { type ReadTransaction, type Transaction, table } from '../../store/store.ts';

interface ImportedAccount {
  readonly account: string;
  /** Whether its identities were read. */
  readonly hasIdentities: boolean;
}

const importedAccounts = table<ImportedAccount>()({
  name: 'snapshot.accounts',
  key: ({ account }) => [account],
});

export const putImportedAccount = (tx: Transaction, account: ImportedAccount) =>
  tx.put(importedAccounts, account);

export async function importedAccount(
  tx: ReadTransaction,
  account: string,
): Promise<ImportedAccount | undefined> {
  return tx.get(importedAccounts, [account]);
}

/** Where all keys are known; elsewhere one that is not here may be there all the same. */
const listedKeys = table<Scope>()({
  name: 'snapshot.listed-keys',
  key: ({ account, region }) => [account, region],
});

export const putListedKeys = (tx: Transaction, { account, region }: Scope) =>
  tx.put(listedKeys, { account, region });

export async function areKeysListed(tx: ReadTransaction, { account, region }: Scope): Promise<boolean> {
  return !(await isImportedWorld(tx)) || (await tx.get(listedKeys, [account, region])) !== undefined;
}

/** Of an account made here they are, and of a real one where its identities were read. */
export async function areIdentitiesKnown(tx: ReadTransaction, account: string): Promise<boolean> {
  return !(await isImportedWorld(tx)) || ((await importedAccount(tx, account))?.hasIdentities ?? false);
}

export async function isImportedWorld(tx: ReadTransaction): Promise<boolean> {
  return (await tx.list(importedAccounts, { limit: 1 })).length > 0;
}
