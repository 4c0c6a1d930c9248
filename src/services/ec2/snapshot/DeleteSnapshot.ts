/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSnapshot.html */
import { AwsError } from '../../../aws/aws-error.ts';
import type { EffectContext } from '../../../invoke/context.ts';
import { type Workflow, workflow } from '../../../invoke/workflow.ts';
import { ec2 } from '../ec2.ts';
import { images } from '../image/image.ts';
import { checkOwnResource } from '../resource/kind.ts';
import { volumes } from '../volume/volume.ts';
import { deleteSnapshotBlocks } from '../volume/volume-blocks.ts';
import { snapshotKind, snapshots } from './snapshot.ts';
import type { SnapshotRecord } from './snapshot-record.ts';

export default ec2.operation('DeleteSnapshot', {
  async checks(context, input) {
    return {
      snapshot: await checkOwnResource(context, snapshotKind, 'ec2:DeleteSnapshot', input.SnapshotId),
    };
  },
  async preconditions(context, _input, { snapshot }) {
    const { account, region, id } = snapshot.record;
    const own = await context.tx.list(images, { prefix: [account, region] });
    const user = own.find(
      ({ state, blockDevices }) =>
        state !== 'deregistered' && blockDevices.some(({ snapshotId }) => snapshotId === id),
    );
    if (!user) return;
    throw new AwsError('InvalidSnapshot.InUse', `The snapshot ${id} is currently in use by ${user.id}`);
  },
  execute(context, _input, { snapshot }) {
    removeSnapshot(context, snapshot.record);
    return {};
  },
});

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
