/** Values that may hold secrets, sealed in records, in members whose names begin with `sealed`. */
import type { Reseal } from '../invoke/identity/account.ts';
import type { Sealer } from '../platform/ports.ts';
import type { Table, Transaction } from '../store/store.ts';

export type Vault = { readonly ports: { readonly sealer: Sealer } };

/** What is sealed for one context opens for no other. */
export const vaultOf = (context: string) => ({
  sealValue: ({ ports }: Vault, value: unknown): string =>
    ports.sealer.seal(Buffer.from(JSON.stringify(value)), context),

  openValue: <T>({ ports }: Vault, sealed: string | undefined): T | undefined =>
    sealed === undefined ? undefined : JSON.parse(ports.sealer.open(sealed, context).toString()),

  /** Puts what the records of a table keep sealed under the current root key; returns how many values there are. */
  async resealTable<R extends object>(
    tx: Transaction,
    reseal: Reseal,
    table: Table<R, string>,
  ): Promise<number> {
    let count = 0;
    const resealed = (value: unknown, name = ''): unknown => {
      if (typeof value === 'string' && name.startsWith('sealed')) {
        count++;
        return reseal(value, context);
      }
      if (Array.isArray(value)) return value.map((each) => resealed(each));
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resealed(inner, key)]));
    };
    for (const record of await tx.list(table)) tx.put(table, resealed(record) as R);
    return count;
  },
});
