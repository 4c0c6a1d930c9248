/** Block public access for snapshots: an account's switch in a region. */
import type { Scope } from '../../../aws/scope.ts';
import { type ReadTransaction, type Transaction, table } from '../../../store/store.ts';

export type PublicAccessState = 'block-all-sharing' | 'block-new-sharing' | 'unblocked';

const publicAccess = table<Scope & { readonly state: PublicAccessState }>()({
  name: 'ec2.snapshot-public-access',
  key: ({ account, region }) => [account, region],
});

export async function publicAccessOf(tx: ReadTransaction, scope: Scope): Promise<PublicAccessState> {
  return (await tx.get(publicAccess, [scope.account, scope.region]))?.state ?? 'unblocked';
}

export function setPublicAccess(tx: Transaction, { account, region }: Scope, state: PublicAccessState): void {
  tx.put(publicAccess, { account, region, state });
}
