/** As many of a thing as an account may have, or one fewer: a state that would take thousands of requests. */
import type { Scope } from '../../src/aws/scope.ts';
import type { Table } from '../../src/store/store.ts';
import type { TestServer } from './server.ts';

/** Copies the one that was made by a request, under other names, until there are `count`. */
export async function multiply<R extends Scope & { readonly name: string }>(
  { latchkey }: TestServer,
  table: Table<R>,
  { account, region }: Scope,
  count: number,
): Promise<void> {
  await latchkey.runtime.store.transact(async (tx) => {
    const [first] = await tx.list(table, { prefix: [account, region] });
    for (let i = 1; i < count; i++) tx.put(table, { ...(first as R), name: `copy-${i}` });
  });
}
