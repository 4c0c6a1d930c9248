/** What entries of the audit log refer to and is kept beside them, each for as long as an entry that does. */
import type { Log, LogEntry, Store, Table, Transaction } from '../../store/store.ts';

/** A record that entries refer to. */
export interface Referred {
  /** Up to when entries are known to; not there in what was kept before this was noted. */
  readonly referredMs?: number;
}

/** For the table's index `byTime`. */
export const byTime = ({ referredMs = 0 }: Referred) => [[referredMs]];

/** How far behind its newest entry the time of a record that many entries refer to may lie: it is not written for each. */
export const LAG_MS = 3_600_000;

/** Whether to note that an entry of this time refers to the record. */
export const isToBeNoted = ({ referredMs = -Infinity }: Referred, atMs: number): boolean =>
  atMs - referredMs >= LAG_MS;

const AT_ONCE = 256;

/**
 * Forgets some of the records that no entry of the log refers to any more; returns how many it has dealt with. It comes
 * after the entries: where it does not come to pass, the next time makes up for it.
 */
export async function forgetUnreferred<R extends Referred>(
  store: Store,
  referrers: Log<LogEntry>,
  table: Table<R, 'byTime'>,
  { nowMs, lagMs }: { readonly nowMs: number; readonly lagMs: number },
): Promise<number> {
  return store.transact(async (tx: Transaction) => {
    const beforeMs = (store.earliestMs(referrers) ?? nowMs) - lagMs;
    const oldest = await tx.find(table, 'byTime', { limit: AT_ONCE });
    const due = oldest.filter(({ referredMs = 0 }) => referredMs < beforeMs);
    for (const record of due) {
      // Which entries refer to it is not known, so it gets the time of the newest that may.
      if (record.referredMs === undefined) tx.put(table, { ...record, referredMs: nowMs });
      else tx.delete(table, table.key(record));
    }
    return due.length;
  });
}
