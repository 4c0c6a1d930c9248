/** What EBS keeps of a snapshot while it is written through the direct APIs. */
import { createHash } from 'node:crypto';
import type { Scope } from '../../../aws/scope.ts';
import { type ReadTransaction, type Transaction, table } from '../../../store/store.ts';
import { invalid, quotaExceeded } from '../ebs.ts';

export interface StartedSnapshot {
  readonly account: string;
  readonly region: string;
  readonly id: string;
  readonly parentSnapshotId?: string;
  readonly timeoutMinutes: number;
  readonly lastWriteMs: number;
  readonly isSealed: boolean;
  readonly clientToken?: string;
  /** Of the parameters that the token came with. */
  readonly digest: string;
}

export const startedSnapshots = table<StartedSnapshot>()({
  name: 'ebs.started-snapshots',
  key: ({ account, region, id }) => [account, region, id],
  indexes: {
    clientToken: ({ account, region, clientToken }) => (clientToken ? [[account, region, clientToken]] : []),
    unsealed: ({ account, region, isSealed }) => (isSealed ? [] : [[account, region]]),
  },
});

/** That are written to, of an account in a Region: https://docs.aws.amazon.com/general/latest/gr/ebs-service.html#limits_ebs */
const MAX_PENDING = 100;

export async function requireRoomForSnapshot(tx: ReadTransaction, { account, region }: Scope): Promise<void> {
  const pending = await tx.find(startedSnapshots, 'unsealed', {
    prefix: [account, region],
    limit: MAX_PENDING,
  });
  if (pending.length < MAX_PENDING) return;
  throw quotaExceeded(
    `An account may have ${MAX_PENDING} pending snapshots that were started by StartSnapshot.`,
  );
}

/** What is kept of it while it is written; throws EBS's error once it is completed or given up. */
export async function requirePending(
  tx: ReadTransaction,
  { account, region, id }: Pick<StartedSnapshot, 'account' | 'region' | 'id'>,
): Promise<StartedSnapshot> {
  const started = await tx.get(startedSnapshots, [account, region, id]);
  if (started && !started.isSealed) return started;
  throw invalid('INVALID_SNAPSHOT_ID', `The snapshot '${id}' is not pending.`);
}

interface WrittenBlock {
  readonly snapshotId: string;
  readonly index: number;
  /** SHA-256 of the block, base64. */
  readonly checksum: string;
}

export const writtenBlocks = table<WrittenBlock>()({
  name: 'ebs.written-blocks',
  key: ({ snapshotId, index }) => [snapshotId, index],
});

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('base64');

/** How many blocks were written, and their checksums' aggregate by the linear method: in the order of their indexes. */
export async function writtenSummary(
  tx: ReadTransaction,
  snapshotId: string,
): Promise<{ count: number; checksum: string }> {
  const blocks = await tx.list(writtenBlocks, { prefix: [snapshotId] });
  const aggregate = createHash('sha256');
  for (const { checksum } of blocks) aggregate.update(Buffer.from(checksum, 'base64'));
  return { count: blocks.length, checksum: aggregate.digest('base64') };
}

/** No more is written, since it is completed or given up: only what its client token stands for is kept. */
export async function sealWrites(tx: Transaction, started: StartedSnapshot): Promise<void> {
  tx.put(startedSnapshots, { ...started, isSealed: true });
  for (const { index } of await tx.list(writtenBlocks, { prefix: [started.id] }))
    tx.delete(writtenBlocks, [started.id, index]);
}
