/** Makes the changes that an explanation proposes, as whoever may make them would with the SDK. */
import type { Explanation } from '../../src/explain/denial/explanation.ts';
import { anyCall } from './any-call.ts';
import type { Credentials, TestServer } from './server.ts';

export type Explained = Explanation & { readonly text: string };

/** As root of each account, unless it is said as whom. */
export async function applyRemedies(
  server: TestServer,
  { remedies }: Pick<Explanation, 'remedies'>,
  as: (by: string | undefined, account: string) => Promise<Credentials> = (_, account) =>
    server.root(account),
): Promise<void> {
  for (const { calls = [], by } of remedies) {
    for (const call of calls) await anyCall(server, await as(by, call.account), call, call.region);
  }
}
