/** The comparison of what a group has with what it should have, and what follows from it. */
import type { EffectContext } from '../../../invoke/context.ts';
import { workflow } from '../../../invoke/workflow.ts';
import { causeOf, endActivity, startActivity, timestamped } from '../activity/activity.ts';
import { autoscaling } from '../autoscaling.ts';
import { findGroup, type GroupRecord, groups } from '../group/group.ts';
import { isBackingOff, reconcileStep } from '../group/request-reconcile.ts';
import { type InstanceRecord, instancesOf, isCounted } from '../instance/instance.ts';
import { beginLaunches, launchesOf } from '../instance/launch.ts';
import { beginTermination } from '../instance/lifecycle.ts';
import { chooseForScaleIn } from '../instance/scale-in.ts';
import { advanceRefresh } from '../instance-refresh/advance-refresh.ts';
import { launchConfigurations } from '../launch-configuration/launch-configuration.ts';
import { rebalance } from './rebalance.ts';
import { removeGroup } from './remove-group.ts';

export const reconcileWorkflow = workflow(
  reconcileStep,
  autoscaling,
  async (_ctx, { groupName, groupId }) => {
    return async (context) => {
      const group = await findGroup(context.tx, context, groupName);
      if (group?.id !== groupId) return;
      const held = isBackingOff(group, context.nowMs);
      if (group.isDeleting) return held ? undefined : endGroup(context, group);
      if (!held) await keepCapacity(context, group);
      await advanceRefresh(context, group, { mayTerminate: !held });
    };
  },
);

async function endGroup(context: EffectContext, group: GroupRecord): Promise<void> {
  const instances = await instancesOf(context.tx, group);
  const launches = await launchesOf(context.tx, group);
  if (instances.length + launches.length === 0) return removeGroup(context, group);
  return terminateAll(context, group, instances);
}

async function keepCapacity(context: EffectContext, group: GroupRecord): Promise<void> {
  const counted = (await instancesOf(context.tx, group)).filter(isCounted);
  const launches = await launchesOf(context.tx, group);
  const left = await replaceUnhealthy(context, group, counted);
  const actual = left.length + launches.length;
  const taken = [...left, ...launches.map(({ placement }) => placement)];
  if (actual < group.desiredCapacity) scaleOut(context, group, taken);
  else if (actual > group.desiredCapacity) await scaleIn(context, group, left, actual);
  else settleCause(context, group);
  if (actual === group.desiredCapacity && launches.length === 0) rebalance(context, group, left);
}

async function terminateAll(
  context: EffectContext,
  group: GroupRecord,
  instances: readonly InstanceRecord[],
): Promise<void> {
  const left = instances.filter(({ state }) => !state.startsWith('Terminating'));
  for (const instance of left) {
    const cause = shrinking(context, group, left.length, 0, instance);
    await beginTermination(context, group, instance, cause, { waitsForHooks: false });
  }
}

/** Terminates what failed its health check; the difference that this makes is then made up for. */
async function replaceUnhealthy(
  context: EffectContext,
  group: GroupRecord,
  counted: readonly InstanceRecord[],
): Promise<InstanceRecord[]> {
  const { ReplaceUnhealthy, Terminate } = group.suspended;
  if (ReplaceUnhealthy || Terminate) return [...counted];
  const left: InstanceRecord[] = [];
  for (const instance of counted) {
    const { health, state, unhealthyCause } = instance;
    if (health === 'Healthy' || state !== 'InService' || !unhealthyCause) left.push(instance);
    else await beginTermination(context, group, instance, timestamped(context.nowMs, unhealthyCause));
  }
  return left;
}

/** The cause is named by the activities that follow it once, and then forgotten. */
function settleCause({ tx }: EffectContext, group: GroupRecord): void {
  if (group.pendingCause !== undefined) tx.put(groups, { ...group, pendingCause: undefined });
}

function scaleOut(
  context: EffectContext,
  group: GroupRecord,
  taken: Parameters<typeof beginLaunches>[2],
): void {
  if (group.suspended.Launch) return;
  const count = group.desiredCapacity - taken.length;
  const cause = causeOf(
    group.pendingCause,
    timestamped(
      context.nowMs,
      `an instance was started in response to a difference between desired and actual capacity, increasing the capacity from ${taken.length} to ${group.desiredCapacity}.`,
    ),
  );
  beginLaunches(context, group, taken, count, cause);
  settleCause(context, group);
}

async function scaleIn(
  context: EffectContext,
  group: GroupRecord,
  counted: readonly InstanceRecord[],
  actual: number,
): Promise<void> {
  if (group.suspended.Terminate) return;
  const { tx, account, region, nowMs } = context;
  const configurations = await tx.list(launchConfigurations, { prefix: [account, region] });
  const configurationCreatedAtMs = new Map(
    configurations.map(({ name, createdAtMs }) => [name, createdAtMs]),
  );
  const inService = counted.filter(({ state }) => state === 'InService');
  const facts = { group, nowMs, configurationCreatedAtMs };
  // What is still to come into service does not stand in for what is.
  const chosen = chooseForScaleIn(inService, inService.length - group.desiredCapacity, facts);
  if (chosen.length === 0) {
    if (inService.length > group.desiredCapacity) await noteProtection(context, group);
    return;
  }
  for (const instance of chosen) {
    const cause = shrinking(context, group, actual, actual - chosen.length, instance);
    await beginTermination(context, group, instance, cause);
  }
  settleCause(context, group);
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
