/** Whether a store holds what was read of real accounts, of which less is known than of accounts made here. */
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

export async function isImportedWorld(tx: ReadTransaction): Promise<boolean> {
  return (await tx.list(importedAccounts, { limit: 1 })).length > 0;
}
