/** A kind of thing that AWS lists in each Region: what of a description is its record. */
import type { Scope } from '../../aws/scope.ts';
import type { Table, Transaction } from '../../store/store.ts';
import { type Adoption, type Answer, answeredEntries } from './described.ts';

export type AdoptKind = (adoption: Adoption, scope: Scope) => Promise<void>;

/** Where records are put. */
interface Records<R> {
  put(tx: Transaction, record: R): unknown;
}

/** The records of a table, of a service that has nothing else to do when one is put. */
export const recordsIn = <R extends object>(table: Table<R, string>): Records<R> => ({
  put: (tx, record) => tx.put(table, record),
});

export const adoptedKind =
  <D extends object, R>(
    operation: string,
    member: string,
    records: Records<R>,
    recordOf: (described: D, scope: Scope, adoption: Adoption) => R | undefined,
    /** What else follows from it. */
    onRecord?: (adoption: Adoption, record: R, answer: Answer) => unknown,
  ): AdoptKind =>
  async (adoption, scope) => {
    for (const [described, answer] of answeredEntries<D>(adoption, operation, scope, member)) {
      const record = recordOf(described, scope, adoption);
      if (record === undefined) continue;
      await records.put(adoption.tx, record);
      await onRecord?.(adoption, record, answer);
    }
  };

/** In each Region of each account, one kind after the other. */
export const adoptKinds =
  (kinds: readonly AdoptKind[]) =>
  async (adoption: Adoption): Promise<void> => {
    for (const account of adoption.described.accounts()) {
      for (const region of adoption.described.regions()) {
        for (const adopt of kinds) await adopt(adoption, { account, region });
      }
    }
  };
