/** A step of an instance refresh: as many instances go as the group can spare; the group itself makes up for them. */
import type { EffectContext } from '../../../invoke/context.ts';
import { timestamped } from '../activity/activity.ts';
import type { GroupRecord } from '../group/group.ts';
import { requestReconcile } from '../group/request-reconcile.ts';
import { type InstanceRecord, instancesOf } from '../instance/instance.ts';
import { beginTermination } from '../instance/lifecycle.ts';
import { activeRefresh, changeStatus, type RefreshRecord } from './instance-refresh.ts';

const HOUR_MS = 3_600_000;

/** A refresh that replaces nothing for an hour, besides the warm-up, has failed. */
const patienceMs = ({ warmupSeconds }: RefreshRecord) => HOUR_MS + warmupSeconds * 1000;

export async function advanceRefresh(
  context: EffectContext,
  group: GroupRecord,
  { mayTerminate }: { readonly mayTerminate: boolean },
): Promise<void> {
  const active = await activeRefresh(context.tx, group);
  if (!active || group.suspended.InstanceRefresh) return;
  const { left, ready, warming } = sorted(context, active, await instancesOf(context.tx, group));
  const missing = Math.max(0, group.desiredCapacity - left.length - ready.length);
  const refresh = progressed(context, group, active, left.length, missing);
  if (refresh.status === 'Cancelling') {
    if (missing === 0) changeStatus(context, group, refresh, { status: 'Cancelled' });
    return;
  }
  if (left.length === 0 && missing === 0) {
    changeStatus(context, group, refresh, { status: 'Successful' });
    return;
  }
  if (context.nowMs - refresh.progressedAtMs >= patienceMs(refresh)) {
    const statusReason = 'The instance refresh made no progress for an hour.';
    changeStatus(context, group, refresh, { status: 'Failed', statusReason });
    return;
  }
  if (mayTerminate) await replaceSome(context, group, refresh, left, ready.length, missing);
  const untilWarmMs = warming.map((instance) => warmAtMs(refresh, instance) - context.nowMs);
  if (untilWarmMs.length > 0) requestReconcile(context, group, Math.min(...untilWarmMs));
}

const warmAtMs = ({ warmupSeconds }: RefreshRecord, { inServiceAtMs = 0 }: InstanceRecord) =>
  inServiceAtMs + warmupSeconds * 1000;

function sorted({ nowMs }: EffectContext, refresh: RefreshRecord, instances: readonly InstanceRecord[]) {
  const isOld = ({ instanceId }: InstanceRecord) => refresh.instanceIds.includes(instanceId);
  const present = instances.filter(({ state }) => state === 'InService' || state === 'Standby');
  const fresh = present.filter((instance) => instance.state === 'InService' && !isOld(instance));
  const isWarm = (instance: InstanceRecord) => warmAtMs(refresh, instance) <= nowMs;
  return {
    left: present.filter(isOld),
    ready: fresh.filter(isWarm),
    warming: fresh.filter((instance) => !isWarm(instance)),
  };
}

function progressed(
  context: EffectContext,
  group: GroupRecord,
  refresh: RefreshRecord,
  left: number,
  missing: number,
): RefreshRecord {
  const total = refresh.instanceIds.length;
  const done = Math.max(0, total - left - missing);
  const percentage = total === 0 ? 100 : Math.floor((100 * done) / total);
  const isFirst = refresh.status === 'Pending';
  if (!isFirst && percentage === refresh.percentage && left === refresh.left) return refresh;
  requestReconcile(context, group, patienceMs(refresh));
  const status = isFirst ? 'InProgress' : refresh.status;
  return changeStatus(context, group, refresh, { status, left, percentage, progressedAtMs: context.nowMs });
}

async function replaceSome(
  context: EffectContext,
  group: GroupRecord,
  refresh: RefreshRecord,
  left: readonly InstanceRecord[],
  ready: number,
  missing: number,
): Promise<void> {
  const atLeast = Math.ceil((group.desiredCapacity * refresh.minHealthyPercentage) / 100);
  const spare = left.length + ready - atLeast;
  // Where all are wanted, one goes all the same: nothing would ever be replaced.
  const count = Math.max(missing === 0 ? 1 : 0, spare);
  const free = left.filter(({ isProtected, state }) =>
    state === 'Standby'
      ? refresh.standbyInstances === 'Terminate'
      : !isProtected || refresh.protectedInstances === 'Refresh',
  );
  const cause = timestamped(
    context.nowMs,
    'an instance was taken out of service in response to an instance refresh.',
  );
  for (const instance of free.slice(0, count)) await beginTermination(context, group, instance, cause);
  if (free.length > 0 && count > 0) requestReconcile(context, group);
}
