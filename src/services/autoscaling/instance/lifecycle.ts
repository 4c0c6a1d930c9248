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
import { findGroup, type GroupRecord, groups } from '../group/group.ts';
import { awaitExpiry, backOff, requestReconcile } from '../group/request-reconcile.ts';
import { dropActions, startActions } from '../lifecycle-hook/lifecycle-action.ts';
import { type InstanceRecord, instances } from './instance.ts';
import { terminateStep } from './steps.ts';

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
  if (instance.state === 'Terminating:Wait') {
    tx.put(instances, { ...instance, state: 'Terminating:Proceed' });
    await changeActivity(context, instance.activityId, { status: 'InProgress' });
    scheduleTermination(context, instance);
  } else if (instance.state === 'Pending:Wait') {
    return abandoned === undefined
      ? comeIntoService(context, group, instance)
      : loseLaunch(context, group, instance, abandoned);
  }
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
): Promise<void> {
  await dropActions(context, instance);
  context.tx.put(instances, { ...instance, state: 'Terminating', activityId: undefined });
  scheduleTermination(context, instance);
  await failLaunch(context, group, instance.activityId, { status: 'Cancelled', statusMessage });
}

/** Takes the instance out of the group and ends it, once the hooks have done with it. */
export async function beginTermination(
  context: EffectContext,
  group: GroupRecord,
  instance: InstanceRecord,
  cause: string,
  { waitsForHooks = true } = {},
): Promise<ActivityRecord> {
  const { instanceId } = instance;
  const activity = startActivity(context, group, {
    instanceId,
    description: `Terminating EC2 instance: ${instanceId}`,
    cause,
    details: placementDetails(instance),
  });
  await dropActions(context, instance);
  const going: InstanceRecord = { ...instance, state: 'Terminating', activityId: activity.id };
  context.tx.put(instances, going);
  const isWaiting = waitsForHooks && (await startActions(context, group, going, 'terminate'));
  if (!isWaiting) scheduleTermination(context, going);
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

/** EC2 refused to terminate it: it stays in service until the next attempt. */
export async function failTermination(
  context: EffectContext,
  group: GroupRecord,
  instance: InstanceRecord,
  failure: { readonly statusMessage: string; readonly refusedEventId?: string },
): Promise<void> {
  context.tx.put(instances, { ...instance, state: 'InService', activityId: undefined });
  const activity = await endActivity(context, instance.activityId, { ...failure, status: 'Failed' });
  if (activity) emitOutcome(context, activity, 'Terminate', 'Unsuccessful');
  backOff(context, group);
}
