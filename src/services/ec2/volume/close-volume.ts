import type { WorkflowContext } from '../../../invoke/context.ts';
import { instanceKind } from '../instance/instance.ts';
import { findResource } from '../resource/kind.ts';
import type { VolumeRecord } from './volume.ts';
import { detachBlocks } from './volume-blocks.ts';

/**
 * Closes the volume and has its data key wiped, once an instance lets go of it: unless another one, to which it is
 * attached too (Multi-Attach), is up.
 */
export async function closeFor(
  ctx: WorkflowContext,
  instanceId: string,
  { id, attachments }: VolumeRecord,
): Promise<void> {
  const others = attachments.filter((attachment) => attachment.instanceId !== instanceId);
  const isHeld = await ctx.read(async (tx) => {
    for (const other of others) {
      const instance = await findResource(tx, instanceKind, ctx, other.instanceId);
      if (instance?.state === 'running' || instance?.state === 'pending') return true;
    }
    return false;
  });
  if (!isHeld) await detachBlocks(ctx.ports, id);
}
