/** What deleting a snapshot does, and deregistering the image made of it. */
import type { EffectContext } from '../../../invoke/context.ts';
import { workflow } from '../../../invoke/workflow.ts';
import { workflowRef } from '../../../invoke/workflow-ref.ts';
import { ec2 } from '../ec2.ts';
import { scheduleRetirement } from '../encryption/retire-grants.ts';
import { endFastRestores } from '../fast-restore/fast-restore-states.ts';
import { removeForeignTags } from '../resource/foreign-tags.ts';
import { volumes } from '../volume/volume.ts';
import { deleteSnapshotBlocks } from '../volume/volume-blocks.ts';
import { snapshotKind, snapshots } from './snapshot.ts';
import type { SnapshotRecord } from './snapshot-record.ts';

export async function removeSnapshot(context: EffectContext, snapshot: SnapshotRecord): Promise<void> {
  const { account, region, id, hasBlocks } = snapshot;
  context.tx.delete(snapshotKind.table, [account, region, id]);
  scheduleRetirement(context, [snapshot.tiering?.move?.grant], 0);
  await endFastRestores(context, snapshot);
  await removeForeignTags(context.tx, snapshot);
  if (hasBlocks) context.schedule(freeSnapshotStep, { snapshotId: id });
}

const AGAIN_MS = 5000;

/** Frees the blocks, once no volume or copy that was asked for before is still to be made of them. */
export const freeSnapshotStep = workflowRef<{ snapshotId: string }>('ec2.snapshot.free');

export const freeSnapshotWorkflow = workflow(freeSnapshotStep, ec2, async (ctx, { snapshotId }) => {
  const isNeeded = await ctx.read(async (tx) => {
    const range = { prefix: [snapshotId], limit: 1 };
    const needing = [
      await tx.find(volumes, 'blocksFrom', range),
      await tx.find(snapshots, 'blocksFrom', range),
    ];
    return needing.flat().length > 0;
  });
  if (isNeeded)
    return async (context) => context.schedule(freeSnapshotStep, { snapshotId }, { delayMs: AGAIN_MS });
  await deleteSnapshotBlocks(ctx.ports, snapshotId);
  return undefined;
});
