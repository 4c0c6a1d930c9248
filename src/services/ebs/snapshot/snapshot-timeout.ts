/** The end of a snapshot that is neither written nor completed in time. */
import type { EffectContext } from '../../../invoke/context.ts';
import { workflow } from '../../../invoke/workflow.ts';
import { workflowRef } from '../../../invoke/workflow-ref.ts';
import { MINUTE_MS } from '../../../platform/durations.ts';
import { ebs } from '../ebs.ts';
import { type StartedSnapshot, sealWrites, startedSnapshots } from './started-snapshot.ts';

/** A snapshot that is neither written nor completed for its timeout is given up. */
export function scheduleTimeout(
  context: EffectContext,
  { id, timeoutMinutes, lastWriteMs }: StartedSnapshot,
): void {
  const dueInMs = lastWriteMs + timeoutMinutes * MINUTE_MS - context.nowMs;
  context.schedule(timeOutSnapshotStep, { snapshotId: id }, { delayMs: dueInMs });
}

const timeOutSnapshotStep = workflowRef<{ snapshotId: string }>('ebs.snapshot.time-out');

export const timeOutSnapshotWorkflow = workflow(timeOutSnapshotStep, ebs, async (_ctx, { snapshotId }) => {
  return async (context) => {
    const { account, region, tx, nowMs, ports } = context;
    const started = await tx.get(startedSnapshots, [account, region, snapshotId]);
    if (!started || started.isSealed) return;
    if (nowMs < started.lastWriteMs + started.timeoutMinutes * MINUTE_MS)
      return scheduleTimeout(context, started);
    await sealWrites(tx, started);
    await ports.snapshots.fail(context, snapshotId, 'The snapshot was not completed within its timeout.');
  };
});
