/**
 * Blocks that a call makes before there is a record of them. They are announced before and claimed with the record, so
 * that what a server made that was killed between the two is freed when the next one starts.
 */
import type { Scope } from '../../../aws/scope.ts';
import type { EffectContext, WorkflowContext } from '../../../invoke/context.ts';
import type { Runtime } from '../../../invoke/runtime.ts';
import { workflow } from '../../../invoke/workflow.ts';
import { workflowRef } from '../../../invoke/workflow-ref.ts';
import { uuid } from '../../../platform/identifiers.ts';
import { table } from '../../../store/store.ts';
import { ec2 } from '../ec2.ts';
import { snapshotKind } from '../snapshot/snapshot.ts';
import { deleteBlocks, deleteSnapshotBlocks } from './volume-blocks.ts';

interface AnnouncedBlocks extends Scope {
  /** The volume or snapshot at the block host. */
  readonly name: string;
}

const announced = table<AnnouncedBlocks>()({
  name: 'ec2.announced-blocks',
  key: ({ account, region, name }) => [account, region, name],
});

export function announceBlocks(ctx: WorkflowContext, names: readonly string[]): Promise<void> {
  return ctx.transact(async ({ tx, account, region }) => {
    for (const name of names) tx.put(announced, { account, region, name });
  });
}

/** There is a record of them now, or they have been freed. */
export function claimBlocks({ tx, account, region }: EffectContext, names: readonly string[]): void {
  for (const name of names) tx.delete(announced, [account, region, name]);
}

/** Nothing is going to be recorded of them. */
export function giveUpBlocks(context: EffectContext, names: readonly string[]): void {
  if (names.length > 0) context.schedule(freeAnnouncedStep, { names });
}

/** Once, when the server starts: no call is under way that could claim them. */
export async function freeAnnouncedBlocks({ store, workflows, clock, entropy }: Runtime): Promise<void> {
  await store.transact(async (tx) => {
    for (const { account, region, name } of await tx.list(announced)) {
      const due = { dueAtMs: clock.nowMs(), account, region, requestId: uuid(entropy) };
      workflows.schedule(tx, freeAnnouncedStep, { names: [name] }, due);
    }
  });
}

const freeAnnouncedStep = workflowRef<{ names: readonly string[] }>('ec2.blocks.free-announced');

export const freeAnnouncedBlocksWorkflow = workflow(freeAnnouncedStep, ec2, async (ctx, { names }) => {
  for (const name of names) {
    if (name.startsWith(`${snapshotKind.prefix}-`)) await deleteSnapshotBlocks(ctx.ports, name);
    else await deleteBlocks(ctx.ports, name);
  }
  return async (context) => claimBlocks(context, names);
});
