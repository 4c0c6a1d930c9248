/** What of a real account nobody has read: what may have failed, and cannot be seen here. */
import type { Scope } from '../../aws/scope.ts';
import { type ReadTransaction, table } from '../../store/store.ts';
import { type Adoption, type Answer, whyUnlisted, whyUnread } from './described.ts';

interface Unread extends Scope {
  readonly operation: string;
  /** Where it is read of each by itself. */
  readonly about: string;
  readonly why: string;
}

const unread = table<Unread>()({
  name: 'snapshot.unread',
  key: ({ account, region, operation, about }) => [account, region, operation, about],
});

/** `about`: of what it is read, where it is read of each by itself, with this input. */
export function noteUnread(
  adoption: Pick<Adoption, 'tx' | 'described'>,
  operation: string,
  { account, region }: Scope,
  about = '',
  input?: Answer['input'],
): void {
  const scope = { account, region };
  const why = input ? whyUnread(adoption, operation, scope, input) : whyUnlisted(adoption, operation, scope);
  if (why !== undefined) adoption.tx.put(unread, { account, region, operation, about, why });
}

/** Why the answer is not known; undefined where it is, as in every account that was made here. */
export async function unreadOf(
  tx: ReadTransaction,
  operation: string,
  { account, region }: Scope,
  about = '',
): Promise<string | undefined> {
  return (await tx.get(unread, [account, region, operation, about]))?.why;
}
