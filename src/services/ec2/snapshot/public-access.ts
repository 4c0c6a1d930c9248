/** Block public access for snapshots: an account's switch in a region. */
import { type ReadTransaction, type Transaction, table } from '../../../store/store.ts';
import type { Home } from '../resource/kind.ts';

export type PublicAccessState = 'block-all-sharing' | 'block-new-sharing' | 'unblocked';

const publicAccess = table<Home & { readonly state: PublicAccessState }>()({
  name: 'ec2.snapshot-public-access',
  key: ({ account, region }) => [account, region],
});

export async function publicAccessOf(tx: ReadTransaction, home: Home): Promise<PublicAccessState> {
  return (await tx.get(publicAccess, [home.account, home.region]))?.state ?? 'unblocked';
}

export function setPublicAccess(tx: Transaction, { account, region }: Home, state: PublicAccessState): void {
  tx.put(publicAccess, { account, region, state });
}
