/** An instance refresh taken back: what it has launched is replaced by what the group was before. */
import type { EffectContext } from '../../../invoke/context.ts';
import type { GroupRecord } from '../group/group.ts';
import { requestReconcile } from '../group/request-reconcile.ts';
import { instancesOf, isCounted, isLaunchedSince } from '../instance/instance.ts';
import { changeStatus, type RefreshRecord } from './instance-refresh.ts';

export async function rollBack(
  context: EffectContext,
  group: GroupRecord,
  refresh: RefreshRecord,
  reason: string,
): Promise<void> {
  const { percentage, left, startedAtMs } = refresh;
  const launched = (await instancesOf(context.tx, group)).filter(
    (instance) => isCounted(instance) && isLaunchedSince(instance, startedAtMs),
  );
  changeStatus(context, group, refresh, {
    status: 'RollbackInProgress',
    statusReason: reason,
    rollback: { reason, startedAtMs: context.nowMs, percentage, left },
    instanceIds: launched.map(({ instanceId }) => instanceId),
    left: launched.length,
    percentage: 0,
    progressedAtMs: context.nowMs,
    checkpoints: [],
    waitsUntilMs: undefined,
  });
  requestReconcile(context, group);
}
