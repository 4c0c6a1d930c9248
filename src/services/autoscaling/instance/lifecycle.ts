/**
 * How an instance goes from state to state within its group
 * (https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-lifecycle.html).
 */
import type { EffectContext } from '../../../invoke/context.ts';
import {
  type ActivityRecord,
  changeActivity,
  emitOutcome,
  endActivity,
  findActivity,
  placementDetails,
  startActivity,
} from '../activity/activity.ts';
import { ACTIVITY_KINDS } from '../activity/activity-kind.ts';
import { findGroup, type GroupRecord, groups } from '../group/group.ts';
import { awaitExpiry, backOff, requestReconcile } from '../group/request-reconcile.ts';
import { dropActions, startActions } from '../lifecycle-hook/lifecycle-action.ts';
import { type InstanceRecord, instances, isLeaving, isWarm } from './instance.ts';
import { startStep, stopStep, terminateStep, watchStep } from './steps.ts';

const keyOf = ({ account, region, instanceId }: InstanceRecord) => [account, region, instanceId];

const scheduleTermination = (context: EffectContext, { instanceId }: InstanceRecord) =>
  context.schedule(terminateStep, { instanceId });

/** `Pending` ends, or waits for the group's launch hooks. */
export async function arrive(
  context: EffectContext,
  group: GroupRecord,
  instance: InstanceRecord,
): Promise<void> {
  if (await startActions(context, group, instance, 'launch')) return;
  await comeIntoService(context, group, instance);
}

async function comeIntoService(
  context: EffectContext,
  group: GroupRecord,
  instance: InstanceRecord,
): Promise<void> {
  const { tx, nowMs } = context;
  tx.put(instances, { ...instance, state: 'InService', inServiceAtMs: nowMs, activityId: undefined });
  const activity = await endActivity(context, instance.activityId, { status: 'Successful' });
  if (activity) emitOutcome(context, activity, 'Launch', 'Successful');
  if (group.backoff) tx.put(groups, { ...group, backoff: undefined });
  // What is wanted may have changed while it was pending.
  requestReconcile(context, group);
  if (group.defaultWarmupSeconds) requestReconcile(context, group, group.defaultWarmupSeconds * 1000);
  awaitExpiry(context, group, { inServiceAtMs: nowMs });
}

/** The hooks have let the instance go on; `abandoned` says why a launch was given up. */
export async function resume(
  context: EffectContext,
  group: GroupRecord,
  instance: InstanceRecord,
  abandoned?: string,
): Promise<void> {
  const { tx } = context;
  if (isLeaving(instance)) {
    tx.put(instances, {
      ...instance,
      state: isWarm(instance) ? 'Warmed:Terminating:Proceed' : 'Terminating:Proceed',
    });
    await changeActivity(context, instance.activityId, { status: 'InProgress' });
    scheduleTermination(context, instance);
    return;
  }
  const isReturn = (await findActivity(context, instance.activityId))?.journey?.Origin === 'AutoScalingGroup';
  // What was abandoned on its way back from service is kept all the same (aws-facts E4.3).
  if (abandoned !== undefined && !isReturn) return loseLaunch(context, group, instance, abandoned);
  if (instance.state === 'Pending:Wait') return comeIntoService(context, group, instance);
  if (instance.state === 'Warmed:Pending:Wait') return settleInPool(context, group, instance);
}

/** Running, and `Warmed:Pending`: it waits for the group's launch hooks, and is stopped where the pool has it stopped. */
export async function enterPool(
  context: EffectContext,
  group: GroupRecord,
  instance: InstanceRecord,
  transition: 'launch' | 'terminate',
): Promise<void> {
  if (await startActions(context, group, instance, transition)) return;
  await settleInPool(context, group, instance);
}

async function settleInPool(
  context: EffectContext,
  group: GroupRecord,
  instance: InstanceRecord,
): Promise<void> {
  if (group.warmPool?.state === 'Running') return beWarm(context, group, instance);
  context.tx.put(instances, { ...instance, state: 'Warmed:Pending:Proceed' });
  await changeActivity(context, instance.activityId, { status: 'InProgress' });
  context.schedule(stopStep, { instanceId: instance.instanceId });
}

/** The instance is ready, in the pool. */
export async function beWarm(
  context: EffectContext,
  group: GroupRecord,
  instance: InstanceRecord,
): Promise<void> {
  const state = `Warmed:${group.warmPool?.state ?? 'Stopped'}` as const;
  context.tx.put(instances, { ...instance, state, inServiceAtMs: undefined, activityId: undefined });
  const activity = await endActivity(context, instance.activityId, { status: 'Successful' });
  const isReturn = activity?.journey?.Origin === 'AutoScalingGroup';
  if (activity) emitOutcome(context, activity, isReturn ? 'Terminate' : 'Launch', 'Successful');
  if (group.backoff) context.tx.put(groups, { ...group, backoff: undefined });
  requestReconcile(context, group);
}

/** A warm start: the instance is started, where it is stopped, and comes into service as any that was launched. */
export function leavePool(
  context: EffectContext,
  group: GroupRecord,
  instance: InstanceRecord,
  cause: string,
): void {
  const { instanceId } = instance;
  const { id: activityId } = startActivity(context, group, {
    instanceId,
    description: `${ACTIVITY_KINDS.launchFromPool.description}: ${instanceId}`,
    cause,
    details: placementDetails(instance),
    status: 'PreInService',
    progress: 30,
    journey: { Origin: 'WarmPool', Destination: 'AutoScalingGroup' },
  });
  const isStarting = instance.state === 'Warmed:Stopped';
  context.tx.put(instances, { ...instance, state: 'Pending', isStarting, activityId });
  context.schedule(isStarting ? startStep : watchStep, { instanceId });
}

/** Out of service, and back to the pool. */
export async function returnToPool(
  context: EffectContext,
  group: GroupRecord,
  instance: InstanceRecord,
  cause: string,
): Promise<void> {
  const { instanceId } = instance;
  const { id: activityId } = startActivity(context, group, {
    instanceId,
    description: `${ACTIVITY_KINDS.returnToPool.description}: ${instanceId}`,
    cause,
    details: placementDetails(instance),
    journey: { Origin: 'AutoScalingGroup', Destination: 'WarmPool' },
  });
  await dropActions(context, instance);
  await enterPool(context, group, { ...instance, state: 'Warmed:Pending', activityId }, 'terminate');
}

/** A launch that failed: its activity says so, and the group waits before it tries again, elsewhere if there was no room. */
export async function failLaunch(
  context: EffectContext,
  group: GroupRecord,
  activityId: string | undefined,
  failure: Pick<ActivityRecord, 'refusedEventId'> & {
    readonly status: 'Failed' | 'Cancelled';
    readonly statusMessage: string;
  },
  fullZone?: string,
): Promise<void> {
  const started = await findActivity(context, activityId);
  const description = `${started?.description}.  Status Reason: ${failure.statusMessage}`;
  const activity = await endActivity(context, activityId, { ...failure, description });
  if (activity) emitOutcome(context, activity, 'Launch', 'Unsuccessful');
  backOff(context, group, fullZone);
}

/** The instance died, or was given up, before it was in service. */
export async function loseLaunch(
  context: EffectContext,
  group: GroupRecord,
  instance: InstanceRecord,
  statusMessage: string,
  failure: Pick<ActivityRecord, 'refusedEventId'> = {},
): Promise<void> {
  await dropActions(context, instance);
  const state = isWarm(instance) ? 'Warmed:Terminating' : 'Terminating';
  context.tx.put(instances, { ...instance, state, activityId: undefined });
  scheduleTermination(context, instance);
  await failLaunch(context, group, instance.activityId, { ...failure, status: 'Cancelled', statusMessage });
}

/** Takes the instance out of the group and ends it, once the hooks have done with it. */
export async function beginTermination(
  context: EffectContext,
  group: GroupRecord,
  instance: InstanceRecord,
  cause: string,
): Promise<ActivityRecord> {
  const { instanceId } = instance;
  const activity = startActivity(context, group, {
    instanceId,
    description: `${ACTIVITY_KINDS.terminate.description}: ${instanceId}`,
    cause,
    details: placementDetails(instance),
    journey: isWarm(instance) ? { Origin: 'WarmPool', Destination: 'EC2' } : undefined,
  });
  await dropActions(context, instance);
  const state = isWarm(instance) ? 'Warmed:Terminating' : 'Terminating';
  const going: InstanceRecord = { ...instance, state, activityId: activity.id };
  context.tx.put(instances, going);
  if (!(await startActions(context, group, going, 'terminate'))) scheduleTermination(context, going);
  return activity;
}

export async function endTermination(context: EffectContext, instance: InstanceRecord): Promise<void> {
  await dropActions(context, instance);
  context.tx.delete(instances, keyOf(instance));
  const activity = await endActivity(context, instance.activityId, { status: 'Successful' });
  if (activity) emitOutcome(context, activity, 'Terminate', 'Successful');
  const group = await findGroup(context.tx, context, instance.groupName);
  if (group) requestReconcile(context, group);
}

/** EC2 refused to terminate it: it stays where it was until the next attempt. */
export async function failTermination(
  context: EffectContext,
  group: GroupRecord,
  instance: InstanceRecord,
  failure: { readonly statusMessage: string; readonly refusedEventId?: string },
): Promise<void> {
  const state = isWarm(instance) ? (`Warmed:${group.warmPool?.state ?? 'Stopped'}` as const) : 'InService';
  context.tx.put(instances, { ...instance, state, activityId: undefined });
  const activity = await endActivity(context, instance.activityId, { ...failure, status: 'Failed' });
  if (activity) emitOutcome(context, activity, 'Terminate', 'Unsuccessful');
  backOff(context, group);
}
