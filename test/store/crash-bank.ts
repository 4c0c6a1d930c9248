import assert from 'node:assert/strict';
import { writeSync } from 'node:fs';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { log, type Store, table } from '../../src/store/store.ts';

/** A bank whose transfers touch several rows, an index and a log: half of one would show. */
export interface Account {
  readonly id: number;
  readonly cents: number;
}

export interface Teller {
  readonly id: number;
  /** Transfers made so far; each has left an entry in the log that bears its number. */
  readonly transfers: number;
}

const ACCOUNTS = 20;
export const TELLERS = 4;

const accounts = table<Account>()({
  name: 'bank.accounts',
  key: (account) => [account.id],
  indexes: { byCents: (account) => [[account.cents]] },
});
const tellers = table<Teller>()({ name: 'bank.tellers', key: (teller) => [teller.id] });
const journal = log('bank.journal');
/** Of which a transfer makes so many entries that blocks of it fill up, and are packed, under the transfers. */
const receipts = log('bank.receipts');
const RECEIPTS = 6;
const MAX_RECEIPTS = 2000;

/** One transfer of a teller's. Resolves, with how many it has made, when it is acknowledged. */
export function transfer(store: Store, id: number): Promise<number> {
  return store.transact(async (tx) => {
    const before = (await tx.get(tellers, [id]))?.transfers ?? 0;
    const [from, to] = [(before * 7 + id) % ACCOUNTS, (before * 3 + id + 1) % ACCOUNTS];
    if (from !== to) {
      const source = (await tx.get(accounts, [from])) ?? { id: from, cents: 0 };
      const target = (await tx.get(accounts, [to])) ?? { id: to, cents: 0 };
      tx.put(accounts, { ...source, cents: source.cents - before });
      tx.put(accounts, { ...target, cents: target.cents + before });
    }
    tx.put(tellers, { id, transfers: before + 1 });
    tx.append(journal, {
      stream: 'bank',
      atMs: before + 1,
      labels: { teller: String(id) },
      body: { from, to, memo: 'x'.repeat(500) },
    });
    for (let copy = 0; copy < RECEIPTS; copy++) {
      tx.append(receipts, { stream: 'bank', atMs: before + 1, labels: {}, body: { id, copy } });
    }
    return before + 1;
  });
}

/** Asserts that every transfer is there whole or not at all; gives how many each teller has made. */
export async function audit(file: string, before: readonly number[]): Promise<number[]> {
  const store = openSqliteStore({ file });
  try {
    return await store.read(async (tx) => {
      const all = await tx.list(accounts);
      assert.equal(
        all.reduce((sum, account) => sum + account.cents, 0),
        0,
        'money was made or lost',
      );
      const ordered = all.toSorted((a, b) => a.cents - b.cents || a.id - b.id);
      assert.deepEqual(await tx.find(accounts, 'byCents'), ordered, 'the index is not that of the records');
      assert.ok(all.length <= ACCOUNTS);
      const made: number[] = [];
      for (let id = 0; id < TELLERS; id++) {
        const transfers = (await tx.get(tellers, [id]))?.transfers ?? 0;
        const limit = transfers - (before[id] ?? 0) + 1;
        const entries = await tx.scan(journal, { label: { name: 'teller', value: String(id) }, limit });
        const expected = Array.from({ length: Math.min(limit, transfers) }, (_, i) => transfers - i);
        assert.deepEqual(
          entries.map((entry) => entry.atMs),
          expected,
          'the journal is not that of the tellers',
        );
        made.push(transfers);
      }
      const total = RECEIPTS * made.reduce((sum, transfers) => sum + transfers, 0);
      const found = await tx.scan(receipts, { limit: MAX_RECEIPTS });
      assert.deepEqual(
        found.map((entry) => entry.sequence),
        Array.from({ length: Math.min(total, MAX_RECEIPTS) }, (_, i) => total - i),
        'the receipts are not those of the transfers',
      );
      return made;
    });
  } finally {
    await store.close();
  }
}

/** Transfers without end, and writes "teller number" to the standard output once a transfer is acknowledged. */
async function work(file: string): Promise<void> {
  const store = openSqliteStore({ file });
  const serve = async (id: number) => {
    for (;;) writeSync(1, `${id} ${await transfer(store, id)}\n`);
  };
  await Promise.all(Array.from({ length: TELLERS }, (_, id) => serve(id)));
}

if (import.meta.main) await work(process.argv[2] as string);
