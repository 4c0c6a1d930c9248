/**
 * Closes the volume and has its data key wiped, once an instance lets go of it: unless another one, to which it is
 * attached too (Multi-Attach), is up.
 */
import type { WorkflowContext } from '../../../invoke/context.ts';
import { instanceKind } from '../instance/instance.ts';
import { findResource } from '../resource/kind.ts';
import { type VolumeRecord, volumeKind } from './volume.ts';
import { detachBlocks } from './volume-blocks.ts';

export async function closeFor(
  ctx: WorkflowContext,
  instanceId: string,
  { id }: VolumeRecord,
): Promise<void> {
  const isHeld = () =>
    ctx.read(async (tx) => {
      const { attachments = [] } = (await findResource(tx, volumeKind, ctx, id)) ?? {};
      for (const other of attachments) {
        if (other.instanceId === instanceId) continue;
        const instance = await findResource(tx, instanceKind, ctx, other.instanceId);
        if (instance?.state === 'running' || instance?.state === 'pending') return true;
      }
      return false;
    });
  await detachBlocks(ctx.ports, id, isHeld);
}
