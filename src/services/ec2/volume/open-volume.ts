/** Opens a volume for an instance: its data key through the instance's grant, and its blocks. */
import type { WorkflowContext } from '../../../invoke/context.ts';
import { openForInstance } from '../encryption/data-key.ts';
import { type Attempt, hasFailed } from '../encryption/kms-failure.ts';
import type { VolumeRecord } from './volume.ts';
import { tryAttachBlocks } from './volume-blocks.ts';

/** The data key goes to the block host and nowhere else. */
export async function openFor(
  ctx: WorkflowContext,
  instanceId: string,
  { id, dataKey }: VolumeRecord,
): Promise<Attempt<undefined>> {
  const opened = dataKey ? await openForInstance(ctx, dataKey, instanceId) : { value: undefined };
  return hasFailed(opened) ? opened : tryAttachBlocks(ctx.ports, id, opened.value);
}
