/** A copy's `pending` ends: EBS opens both data keys through its grants and writes the blocks anew. */
import type { Scope } from '../../../aws/scope.ts';
import type { WorkflowContext } from '../../../invoke/context.ts';
import { workflow } from '../../../invoke/workflow.ts';
import { workflowRef } from '../../../invoke/workflow-ref.ts';
import { ec2 } from '../ec2.ts';
import { openForService, retireGrants } from '../encryption/data-key.ts';
import { type Attempt, hasFailed } from '../encryption/kms-failure.ts';
import { findResource } from '../resource/kind.ts';
import { deleteSnapshotBlocks, fullSizeOf } from '../volume/volume-blocks.ts';
import { GIB } from '../volume/volume-type.ts';
import { causeOf, KEY_REFUSED } from './copy-preparation.ts';
import { snapshotKind } from './snapshot.ts';
import { emitSnapshotEvent } from './snapshot-event.ts';
import { cancelLock } from './snapshot-lock.ts';
import type { SnapshotRecord } from './snapshot-record.ts';
import { completeSnapshot, settleWaiting } from './take-snapshot.ts';

export const copySnapshotStep = workflowRef<{ snapshotId: string }>('ec2.snapshot.copy');

export const copySnapshotWorkflow = workflow(copySnapshotStep, ec2, async (ctx, { snapshotId }) => {
  const snapshot = await ctx.read((tx) => findResource(tx, snapshotKind, ctx, snapshotId));
  if (snapshot?.state !== 'pending' || !snapshot.copy) return undefined;
  const { copy } = snapshot;
  const copied: Attempt<undefined> | undefined = copy.refused ? undefined : await copyBlocks(ctx, snapshot);
  for (const { grant, region } of copy.grants) await retireGrants(ctx, [grant], region);
  const refused = copied && hasFailed(copied) ? KEY_REFUSED : copy.refused;
  const fullSizeBytes = refused ? undefined : await fullSizeOf(ctx.ports, snapshotId);

  return async (context) => {
    const current = await findResource(context.tx, snapshotKind, context, snapshotId);
    if (current?.state !== 'pending') return;
    if (!refused) {
      const completed = completeSnapshot(context, { ...current, fullSizeBytes });
      emitSnapshotEvent(context, completed, { event: 'copySnapshot', result: 'succeeded' });
      // The source is no longer needed: its events have been emitted.
      context.tx.put(snapshotKind.table, { ...completed, copy: undefined });
      await settleWaiting(context, completed);
      return;
    }
    const failure = copied && hasFailed(copied) ? copied.failure : current.failure;
    const failed: SnapshotRecord = {
      ...cancelLock(context, current),
      state: 'error',
      stateMessage: refused,
      volumeSizeGiB: failure ? current.volumeSizeGiB : 0,
      progressPercent: 0,
      hasBlocks: false,
      dataKey: undefined,
      failure,
    };
    emitSnapshotEvent(context, failed, {
      event: 'copySnapshot',
      result: 'failed',
      cause: causeOf(refused),
    });
    context.tx.put(snapshotKind.table, { ...failed, copy: undefined });
    await settleWaiting(context, failed);
  };
});

async function copyBlocks(ctx: WorkflowContext, snapshot: SnapshotRecord): Promise<Attempt<undefined>> {
  const { id: snapshotId, dataKey, encrypted, volumeSizeGiB } = snapshot;
  const { blocksFrom, sourceKey, sourceRegion } = snapshot.copy!;
  const { blocks } = ctx.ports;
  await deleteSnapshotBlocks(ctx.ports, snapshotId);
  const target = dataKey ? await openForService(ctx, dataKey) : { value: undefined };
  if (hasFailed(target)) return target;
  const source = sourceKey ? await openForService(ctx, sourceKey, sourceRegion) : { value: undefined };
  if (hasFailed(source)) {
    target.value?.fill(0);
    return source;
  }
  if (!blocksFrom) {
    for (const key of [target.value, source.value]) key?.fill(0);
    await blocks.startSnapshot({ snapshotId, sizeBytes: volumeSizeGiB * GIB, encrypted });
    return { value: undefined };
  }
  const progress = progressRecorder(ctx, snapshot);
  await blocks.copySnapshot({
    sourceSnapshotId: blocksFrom,
    snapshotId,
    sourceKey: source.value,
    targetKey: target.value,
    progress: progress.note,
  });
  await progress.written();
  return { value: undefined };
}

/** Percent by percent into the record, one write at a time and the latest only. */
function progressRecorder(ctx: WorkflowContext, { id, ...rest }: SnapshotRecord) {
  const scope: Scope = rest;
  let latest = 0;
  let writing: Promise<void> | undefined;
  const write = async (): Promise<void> => {
    let written = 0;
    while (written < latest) {
      written = latest;
      await ctx.transact(async ({ tx }) => {
        const snapshot = await findResource(tx, snapshotKind, scope, id);
        if (snapshot?.state === 'pending')
          tx.put(snapshotKind.table, { ...snapshot, progressPercent: written });
      });
    }
    writing = undefined;
  };
  return {
    note(percent: number): void {
      latest = Math.min(99, Math.floor(percent));
      writing ??= write();
    },
    written: async (): Promise<void> => writing,
  };
}
