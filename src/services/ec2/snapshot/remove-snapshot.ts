/** What deleting a snapshot does, and deregistering the image made of it. */
import type { EffectContext } from '../../../invoke/context.ts';
import { type Workflow, workflow } from '../../../invoke/workflow.ts';
import { ec2 } from '../ec2.ts';
import { volumes } from '../volume/volume.ts';
import { deleteSnapshotBlocks } from '../volume/volume-blocks.ts';
import { snapshotKind, snapshots } from './snapshot.ts';
import type { SnapshotRecord } from './snapshot-record.ts';

export function removeSnapshot(context: EffectContext, snapshot: SnapshotRecord): void {
  const { account, region, id, hasBlocks } = snapshot;
  context.tx.delete(snapshotKind.table, [account, region, id]);
  if (hasBlocks) context.schedule(freeSnapshotWorkflow.name, 0, { snapshotId: id });
}

const AGAIN_MS = 5000;

/** Frees the blocks, once no volume or copy that was asked for before is still to be made of them. */
export const freeSnapshotWorkflow: Workflow = workflow(
  ec2,
  'ec2.snapshot.free',
  async (ctx, { snapshotId }: { snapshotId: string }) => {
    const isNeeded = await ctx.read(async (tx) => {
      const range = { prefix: [snapshotId], limit: 1 };
      const needing = [
        await tx.find(volumes, 'blocksFrom', range),
        await tx.find(snapshots, 'blocksFrom', range),
      ];
      return needing.flat().length > 0;
    });
    if (isNeeded)
      return async (context) => context.schedule(freeSnapshotWorkflow.name, AGAIN_MS, { snapshotId });
    await deleteSnapshotBlocks(ctx.ports, snapshotId);
    return undefined;
  },
);
