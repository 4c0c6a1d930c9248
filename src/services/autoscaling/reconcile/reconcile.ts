/** The comparison of what a group has with what it should have, and what follows from it. */
import { AwsError } from '../../../aws/aws-error.ts';
import type { EffectContext, WorkflowContext } from '../../../invoke/context.ts';
import { workflow } from '../../../invoke/workflow.ts';
import { causeOf, endActivity, startActivity, timestamped } from '../activity/activity.ts';
import { autoscaling } from '../autoscaling.ts';
import { findGroup, type GroupRecord, groups } from '../group/group.ts';
import { isBackingOff, reconcileStep, requestReconcile } from '../group/request-reconcile.ts';
import { capacityOf, excessMarket, type Occupant } from '../instance/allocation.ts';
import {
  type InstanceRecord,
  instancesOf,
  isCounted,
  isLaunchedSince,
  isLeaving,
} from '../instance/instance.ts';
import { launchesOf } from '../instance/launch-record.ts';
import { beginTermination, leavePool, returnToPool } from '../instance/lifecycle.ts';
import { Spread } from '../instance/placement.ts';
import { resolvePools } from '../instance/pools.ts';
import { chooseForScaleIn, type ScaleInFacts } from '../instance/scale-in.ts';
import { cancelSpotLaunches } from '../instance/spot-request.ts';
import { advanceRefresh, retiringByRefresh } from '../instance-refresh/advance-refresh.ts';
import { activeRefresh, type RefreshRecord, refreshedGroup } from '../instance-refresh/instance-refresh.ts';
import { launchConfigurations } from '../launch-configuration/launch-configuration.ts';
import { asServiceRole } from '../service-role/service-role.ts';
import { isReady } from '../warm-pool/warm-pool.ts';
import { keepPool } from './keep-pool.ts';
import { launch, type Pools, type Situation } from './launch-planned.ts';
import { rebalance } from './rebalance.ts';
import { removeGroup } from './remove-group.ts';
import {
  planReplacement,
  type Replacement,
  retiringOf,
  servingOf,
  withoutRepetition,
} from './replacement.ts';

export const reconcileWorkflow = workflow(
  reconcileStep,
  autoscaling,
  async (ctx, { groupName, groupId, isToLaunch }) => {
    const pools = isToLaunch ? await findPools(ctx, groupName) : undefined;
    return async (context) => {
      const group = await findGroup(context.tx, context, groupName);
      if (group?.id !== groupId) return;
      const held = isBackingOff(group, context.nowMs);
      if (group.isDeleting) return held ? undefined : endGroup(context, group);
      const refresh = await activeRefresh(context.tx, group);
      const situation = { group, refresh, asLaunched: refreshedGroup(group, refresh), pools };
      if (!held) {
        await keepCapacity(context, situation);
        if (group.warmPool) await keepPool(context, situation, await scaleInFacts(context, group, []));
      }
      if (refresh) await advanceRefresh(context, group, refresh);
    };
  },
);

async function findPools(ctx: WorkflowContext, groupName: string): Promise<Pools> {
  const found = await ctx.read(async (tx) => {
    const group = await findGroup(tx, ctx, groupName);
    return group && refreshedGroup(group, await activeRefresh(tx, group));
  });
  if (!found) return undefined;
  try {
    return await resolvePools(await asServiceRole(ctx, found.serviceRoleArn), found);
  } catch (error) {
    if (error instanceof AwsError) return error;
    throw error;
  }
}

async function endGroup(context: EffectContext, group: GroupRecord): Promise<void> {
  const instances = await instancesOf(context.tx, group);
  const launches = await launchesOf(context.tx, group);
  if (instances.length === 0 && launches.length === 0) return removeGroup(context, group);
  cancelSpotLaunches(context, launches);
  return terminateAll(context, group, instances);
}

async function keepCapacity(context: EffectContext, situation: Situation): Promise<void> {
  const { group, refresh } = situation;
  const counted = (await instancesOf(context.tx, group)).filter(isCounted);
  const underWay = (await launchesOf(context.tx, group)).filter(({ isWarm: toPool }) => !toPool);
  const launches = underWay.map(({ planned }) => planned);
  const replacement = replacementOf(context, group, counted, launches.length > 0, refresh);
  const leaving = firstOf(context, group, replacement.leaving);
  for (const { instance, cause } of leaving) {
    await beginTermination(context, group, instance, timestamped(context.nowMs, cause));
  }
  const gone = new Set(leaving.map(({ instance }) => instance));
  const left = counted.filter((instance) => !gone.has(instance));
  const taken: readonly Occupant[] = [...left, ...launches];
  const wanted = group.desiredCapacity + replacement.surge;
  const actual = capacityOf(taken);
  if (actual < wanted) await scaleOut(context, situation, taken, replacement);
  else if (actual > wanted) {
    cancelSpotLaunches(context, underWay.slice(0, actual - wanted));
    await scaleIn(context, group, left, actual, wanted);
  } else settleCause(context, group);
  const isSettled = actual === wanted && replacement.surge === 0 && launches.length === 0;
  if (isSettled) await rebalance(context, situation, left);
}

function replacementOf(
  { nowMs }: EffectContext,
  group: GroupRecord,
  counted: readonly InstanceRecord[],
  isLaunching: boolean,
  refresh: RefreshRecord | undefined,
): Replacement {
  const retiring = withoutRepetition([
    ...retiringOf(group, counted, nowMs),
    ...(refresh && !group.suspended.InstanceRefresh ? retiringByRefresh(refresh, counted) : []),
  ]);
  const warmupSeconds = refresh?.warmupSeconds ?? group.defaultWarmupSeconds ?? 0;
  const serving = servingOf(counted, retiring, warmupSeconds * 1000, nowMs);
  const settled = new Set([...serving, ...retiring.map(({ instance }) => instance)]);
  const isBusy = isLaunching || counted.some((instance) => !settled.has(instance));
  return planReplacement(group, serving, retiring, isBusy);
}

async function terminateAll(
  context: EffectContext,
  group: GroupRecord,
  instances: readonly InstanceRecord[],
): Promise<void> {
  const left = instances.filter((instance) => !isLeaving(instance));
  for (const instance of firstOf(context, group, left)) {
    const cause = shrinking(context, group, left.length, 0, instance);
    await beginTermination(context, group, instance, cause);
  }
}

/** A group of whatever size does not keep the others waiting. */
const MAX_ENDED_AT_ONCE = 500;

/** Those that are ended at once; for the others the group goes on afterwards. */
function firstOf<T>(context: EffectContext, group: GroupRecord, ending: readonly T[]): readonly T[] {
  if (ending.length > MAX_ENDED_AT_ONCE) requestReconcile(context, group);
  return ending.slice(0, MAX_ENDED_AT_ONCE);
}

/** The cause is named by the activities that follow it once, and then forgotten. */
function settleCause({ tx }: EffectContext, group: GroupRecord): void {
  if (group.pendingCause !== undefined) tx.put(groups, { ...group, pendingCause: undefined });
}

async function scaleOut(
  context: EffectContext,
  situation: Situation,
  taken: readonly Occupant[],
  { awaiting, surge }: Replacement,
): Promise<void> {
  const { group } = situation;
  if (group.suspended.Launch) return;
  const actual = capacityOf(taken);
  const difference = `an instance was started in response to a difference between desired and actual capacity, increasing the capacity from ${actual} to ${group.desiredCapacity}.`;
  const [extra] = actual < group.desiredCapacity ? [] : awaiting;
  const cause = causeOf(group.pendingCause, timestamped(context.nowMs, extra?.launchCause ?? difference));
  // What comes takes the place, and the market, of what is to go for it.
  const going = new Set<Occupant>(awaiting.map(({ instance }) => instance));
  const staying = taken.filter((occupant) => !going.has(occupant));
  const wanted = capacityOf(staying) + group.desiredCapacity + surge - actual;
  const started = await startWarm(context, situation, staying, wanted, cause);
  const isMet = capacityOf([...staying, ...started]) >= wanted;
  if (isMet || (await launch(context, situation, { taken: [...staying, ...started], wanted, cause }))) {
    settleCause(context, group);
  }
}

/** What is ready in the warm pool comes before what is to be launched, in the zone that has the least. */
async function startWarm(
  context: EffectContext,
  { group, refresh }: Situation,
  taken: readonly Occupant[],
  wanted: number,
  cause: string,
): Promise<InstanceRecord[]> {
  if (!group.warmPool) return [];
  // What an instance refresh has still to replace is of no use to the group.
  const sinceMs = refresh?.startedAtMs ?? 0;
  const ready = (await instancesOf(context.tx, group)).filter(
    (instance) => isReady(instance) && isLaunchedSince(instance, sinceMs),
  );
  const zones = Map.groupBy(ready.toReversed(), ({ zone }) => zone);
  const spread = new Spread(taken);
  const left = new Set(ready);
  const started: InstanceRecord[] = [];
  while (left.size > 0 && spread.capacity < wanted) {
    const [first] = left as Iterable<InstanceRecord>;
    const inZone = zones.get(spread.next(group).zone) ?? [];
    const next = (inZone.length > 0 ? inZone : zones.get(first!.zone))?.pop() as InstanceRecord;
    left.delete(next);
    spread.add(next);
    started.push(next);
    leavePool(context, group, next, cause);
  }
  return started;
}

async function scaleIn(
  context: EffectContext,
  group: GroupRecord,
  counted: readonly InstanceRecord[],
  actual: number,
  wanted: number,
): Promise<void> {
  if (group.suspended.Terminate) return;
  const inService = counted.filter(({ state }) => state === 'InService');
  // What is still to come into service does not stand in for what is.
  const excess = capacityOf(inService) - wanted;
  const all = chooseForScaleIn(inService, excess, await scaleInFacts(context, group, inService));
  const chosen = firstOf(context, group, all);
  if (chosen.length === 0) {
    if (excess > 0 && inService.every(({ isProtected }) => isProtected)) await noteProtection(context, group);
    return;
  }
  const to = actual - capacityOf(chosen);
  for (const instance of chosen) {
    const cause = shrinking(context, group, actual, to, instance);
    if (group.warmPool?.reusesOnScaleIn && !group.warmPool.isDeleting) {
      await returnToPool(context, group, instance, cause);
    } else await beginTermination(context, group, instance, cause);
  }
  if (chosen.length === all.length) settleCause(context, group);
}

async function scaleInFacts(
  { tx, account, region, nowMs }: EffectContext,
  group: GroupRecord,
  inService: readonly InstanceRecord[],
): Promise<ScaleInFacts> {
  const configurations = await tx.list(launchConfigurations, { prefix: [account, region] });
  return {
    group,
    nowMs,
    configurationCreatedAtMs: new Map(configurations.map(({ name, createdAtMs }) => [name, createdAtMs])),
    excessMarket: excessMarket(group, inService),
  };
}

/** Once for each change that asked for fewer, as AWS was recorded to do it (aws-facts E3.12). */
async function noteProtection(context: EffectContext, group: GroupRecord): Promise<void> {
  const { pendingCause, ...settled } = group;
  if (pendingCause === undefined) return;
  const { id } = startActivity(context, group, {
    description:
      'Could not scale to desired capacity because all remaining instances are protected from scale-in.',
    cause: causeOf(pendingCause, timestamped(context.nowMs, 'group reached equilibrium.')),
    details: {},
  });
  await endActivity(context, id, { status: 'Cancelled' });
  context.tx.put(groups, settled);
}

function shrinking(
  { nowMs }: EffectContext,
  { pendingCause }: GroupRecord,
  from: number,
  to: number,
  { instanceId }: InstanceRecord,
): string {
  return causeOf(
    pendingCause,
    timestamped(
      nowMs,
      `an instance was taken out of service in response to a difference between desired and actual capacity, shrinking the capacity from ${from} to ${to}.`,
    ),
    timestamped(nowMs, `instance ${instanceId} was selected for termination.`),
  );
}
