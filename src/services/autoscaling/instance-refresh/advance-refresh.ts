/**
 * An instance refresh from step to step: which instances it wants replaced by now, and what has become of it. The group
 * replaces them as it replaces others (reconcile/replacement.ts).
 */
import type { EffectContext } from '../../../invoke/context.ts';
import { HOUR_MS } from '../../../platform/durations.ts';
import { timestamped } from '../activity/activity.ts';
import { type GroupRecord, groups } from '../group/group.ts';
import { requestReconcile } from '../group/request-reconcile.ts';
import { capacityOf } from '../instance/allocation.ts';
import { type InstanceRecord, instancesOf, isLaunchedSince } from '../instance/instance.ts';
import { beginTermination } from '../instance/lifecycle.ts';
import type { Retiring } from '../reconcile/replacement.ts';
import { isReady, warmInstancesOf } from '../warm-pool/warm-pool.ts';
import { changeStatus, emitRefresh, type RefreshRecord } from './instance-refresh.ts';
import { rollBack } from './roll-back.ts';

/** A refresh that replaces nothing for an hour, besides the warm-up, has failed. */
const patienceMs = ({ warmupSeconds }: RefreshRecord) => HOUR_MS + warmupSeconds * 1000;

const CAUSE = 'an instance was taken out of service in response to an instance refresh.';
const LAUNCH_CAUSE = 'an instance was launched in response to an instance refresh.';

/** How many of its instances a refresh has replaced once so many percent are done. */
const shareOf = ({ instanceIds }: RefreshRecord, percentage: number) =>
  Math.ceil((instanceIds.length * percentage) / 100);

/** At which share of its instances a refresh stops for now, and for good. */
const nextShare = (refresh: RefreshRecord) =>
  shareOf(
    refresh,
    refresh.checkpoints[refresh.checkpointsPassed - (isWaiting(refresh) ? 1 : 0)] ?? lastCheckpoint(refresh),
  );
const lastShare = (refresh: RefreshRecord) => shareOf(refresh, lastCheckpoint(refresh));
const lastCheckpoint = ({ checkpoints }: RefreshRecord) => checkpoints.at(-1) ?? 100;

const isWaiting = ({ waitsUntilMs }: RefreshRecord) => waitsUntilMs !== undefined;

/** The instances that it wants replaced now. What is protected, or on standby, waits for whoever put it there. */
export function retiringByRefresh(refresh: RefreshRecord, counted: readonly InstanceRecord[]): Retiring[] {
  if (refresh.status === 'Cancelling' || refresh.status === 'Baking') return [];
  const due = new Set(refresh.instanceIds.slice(0, nextShare(refresh)));
  return counted
    .filter(
      ({ instanceId, state, isProtected }) =>
        state === 'InService' &&
        due.has(instanceId) &&
        (!isProtected || refresh.protectedInstances === 'Refresh'),
    )
    .map((instance) => ({ instance, range: refresh.range, cause: CAUSE, launchCause: LAUNCH_CAUSE }));
}

export async function advanceRefresh(
  context: EffectContext,
  group: GroupRecord,
  active: RefreshRecord,
): Promise<void> {
  if (group.suspended.InstanceRefresh) return;
  const { nowMs } = context;
  const { left, ready, warming } = sorted(context, active, await instancesOf(context.tx, group));
  const missing = Math.max(0, group.desiredCapacity - capacityOf(left) - capacityOf(ready));
  const refresh = progressed(context, group, active, left.length, missing);
  if (refresh.status === 'Cancelling') {
    if (missing === 0) changeStatus(context, group, refresh, { status: 'Cancelled' });
    return;
  }
  if (isWaiting(refresh)) return resumeRefresh(context, group, refresh);
  const toStay = refresh.instanceIds.length - lastShare(refresh);
  if (left.length <= toStay && missing === 0) return bake(context, group, refresh);
  if (nowMs - refresh.progressedAtMs >= patienceMs(refresh)) {
    return failRefresh(context, group, refresh, 'The instance refresh made no progress for an hour.');
  }
  if (reachesCheckpoint(refresh, left.length, missing)) return pause(context, group, refresh);
  await endStandby(context, group, refresh, left);
  const untilWarmMs = warming.map((instance) => warmAtMs(refresh, instance) - nowMs);
  if (untilWarmMs.length > 0) requestReconcile(context, group, Math.min(...untilWarmMs));
}

const warmAtMs = ({ warmupSeconds }: RefreshRecord, { inServiceAtMs = 0 }: InstanceRecord) =>
  inServiceAtMs + warmupSeconds * 1000;

function sorted({ nowMs }: EffectContext, refresh: RefreshRecord, instances: readonly InstanceRecord[]) {
  const old = new Set(refresh.instanceIds);
  const isOld = ({ instanceId }: InstanceRecord) => old.has(instanceId);
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
  const total = lastShare(refresh);
  const done = Math.max(0, refresh.instanceIds.length - left - missing);
  const percentage = total === 0 ? 100 : Math.min(100, Math.floor((100 * done) / total));
  const isFirst = refresh.status === 'Pending';
  if (!isFirst && percentage === refresh.percentage && left === refresh.left) return refresh;
  requestReconcile(context, group, patienceMs(refresh));
  const status = isFirst ? 'InProgress' : refresh.status;
  return changeStatus(context, group, refresh, { status, left, percentage, progressedAtMs: context.nowMs });
}

const reachesCheckpoint = (refresh: RefreshRecord, left: number, missing: number) => {
  const next = refresh.checkpoints[refresh.checkpointsPassed];
  return next !== undefined && refresh.instanceIds.length - left - missing >= shareOf(refresh, next);
};

function pause(context: EffectContext, group: GroupRecord, refresh: RefreshRecord): void {
  const { checkpointSeconds, checkpointsPassed, checkpoints } = refresh;
  emitRefresh(context, group, refresh, 'Checkpoint Reached', {
    CheckpointPercentage: String(checkpoints[checkpointsPassed]),
    CheckpointDelay: String(checkpointSeconds),
  });
  wait(context, group, { ...refresh, checkpointsPassed: checkpointsPassed + 1 }, checkpointSeconds);
}

/** The time is the user's own, not that of simulated work. */
function wait(context: EffectContext, group: GroupRecord, refresh: RefreshRecord, seconds: number): void {
  const waitsUntilMs = context.nowMs + seconds * 1000;
  changeStatus(context, group, { ...refresh, waitsUntilMs }, { status: refresh.status });
  requestReconcile(context, group, seconds * 1000);
}

async function resumeRefresh(
  context: EffectContext,
  group: GroupRecord,
  refresh: RefreshRecord,
): Promise<void> {
  const { status, waitsUntilMs = 0 } = refresh;
  if (context.nowMs < waitsUntilMs) return;
  if (status === 'Baking') return succeed(context, group, refresh);
  changeStatus(context, group, refresh, { status, waitsUntilMs: undefined, progressedAtMs: context.nowMs });
  requestReconcile(context, group);
}

/** All are replaced. A rollback does not bake. */
async function bake(context: EffectContext, group: GroupRecord, refresh: RefreshRecord): Promise<void> {
  const bakes = refresh.bakeSeconds > 0 && !refresh.rollback;
  if (!bakes) await succeed(context, group, refresh);
  else wait(context, group, changeStatus(context, group, refresh, { status: 'Baking' }), refresh.bakeSeconds);
}

async function succeed(context: EffectContext, group: GroupRecord, refresh: RefreshRecord): Promise<void> {
  const { desired, rollback } = refresh;
  if (!rollback && !refresh.skipsMatching) await refreshPool(context, group, refresh);
  if (desired && !rollback) context.tx.put(groups, { ...group, source: desired });
  changeStatus(context, group, refresh, {
    status: rollback ? 'RollbackSuccessful' : 'Successful',
    percentage: 100,
    waitsUntilMs: undefined,
  });
}

/** The warm pool comes last: what is ready in it goes, and it is filled again. */
async function refreshPool(
  context: EffectContext,
  group: GroupRecord,
  refresh: RefreshRecord,
): Promise<void> {
  const warm = (await warmInstancesOf(context.tx, group)).filter(isReady);
  for (const instance of warm.filter((each) => !isLaunchedSince(each, refresh.startedAtMs))) {
    await beginTermination(context, group, instance, timestamped(context.nowMs, CAUSE));
  }
}

/** Fails the refresh, or takes it back where that was asked for. */
export async function failRefresh(
  context: EffectContext,
  group: GroupRecord,
  refresh: RefreshRecord,
  statusReason: string,
): Promise<void> {
  if (refresh.rollsBack && !refresh.rollback) return rollBack(context, group, refresh, statusReason);
  changeStatus(context, group, refresh, {
    status: refresh.rollback ? 'RollbackFailed' : 'Failed',
    statusReason,
  });
}

/** Instances on standby are not in service: they go at once, where they are to go at all. */
async function endStandby(
  context: EffectContext,
  group: GroupRecord,
  refresh: RefreshRecord,
  left: readonly InstanceRecord[],
): Promise<void> {
  if (refresh.standbyInstances !== 'Terminate' || group.suspended.Terminate) return;
  for (const instance of left.filter(({ state }) => state === 'Standby')) {
    await beginTermination(context, group, instance, timestamped(context.nowMs, CAUSE));
  }
}
