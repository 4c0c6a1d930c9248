/** What EC2 says of an instance, and what that means to its group: asked whenever EC2 emits an event of a new state. */
import type { EffectContext } from '../../../invoke/context.ts';
import type { OutgoingEvent } from '../../../invoke/event.ts';
import { workflow } from '../../../invoke/workflow.ts';
import { autoscaling } from '../autoscaling.ts';
import type { GroupRecord } from '../group/group.ts';
import { requestReconcile } from '../group/request-reconcile.ts';
import { asServiceRole } from '../service-role/service-role.ts';
import { describeInstance, type Seen } from './describe-instance.ts';
import { type InstanceRecord, instances, type LifecycleState } from './instance.ts';
import { arrive, beWarm, endTermination, enterPool, loseLaunch } from './lifecycle.ts';
import { findMember } from './member.ts';
import { type InstanceStep, watchStep } from './steps.ts';

type Reaction = (
  context: EffectContext,
  group: GroupRecord,
  instance: InstanceRecord,
  seen: Seen,
) => Promise<void> | undefined;

const stateOf = (seen: Seen) => seen?.State?.Name ?? 'terminated';

/** In AWS's words (aws-facts E3.1). */
const lost = (seen: Seen) =>
  'Instance became unhealthy while waiting for instance to be in InService state. ' +
  `Termination Reason: ${seen?.StateReason?.Message ?? `Instance is ${stateOf(seen)}`}`;

const awaitLaunch: Reaction = (context, group, instance, seen) => {
  const state = stateOf(seen);
  if (instance.isStarting) return undefined;
  if (state === 'running') return arrive(context, group, instance);
  return state === 'pending' ? undefined : loseLaunch(context, group, instance, lost(seen));
};

const awaitHook: Reaction = (context, group, instance, seen) =>
  stateOf(seen) === 'running' ? undefined : loseLaunch(context, group, instance, lost(seen));

const NOT_RUNNING =
  'an instance was taken out of service in response to an EC2 health check indicating it has been terminated or stopped.';

/** Whatever is not running has failed its health check (aws-facts E3.4). */
const reactToHealth: Reaction = async (context, group, instance, seen) => {
  if (stateOf(seen) === 'running' || group.suspended.HealthCheck) return;
  markUnhealthy(context, group, instance, NOT_RUNNING, { isDown: true });
};

const awaitPool: Reaction = (context, group, instance, seen) => {
  const state = stateOf(seen);
  if (state === 'running') return enterPool(context, group, instance, 'launch');
  return state === 'pending' ? undefined : loseLaunch(context, group, instance, lost(seen));
};

const awaitStop: Reaction = (context, group, instance, seen) => {
  const state = stateOf(seen);
  if (state === 'stopped') return beWarm(context, group, instance);
  return state === 'terminated' ? loseLaunch(context, group, instance, lost(seen)) : undefined;
};

/** What is kept stopped is well while it is stopped, or being started. */
const reactToPoolHealth: Reaction = async (context, group, instance, seen) => {
  const isWell =
    group.warmPool?.state === 'Running' ? ['pending', 'running'] : ['stopping', 'stopped', 'pending'];
  if (isWell.includes(stateOf(seen)) || group.suspended.HealthCheck) return;
  markUnhealthy(context, group, instance, NOT_RUNNING);
};

const awaitEnd: Reaction = (context, _group, instance, seen) =>
  stateOf(seen) === 'terminated' ? endTermination(context, instance) : undefined;

const REACTIONS: Partial<Readonly<Record<LifecycleState, Reaction>>> = {
  Pending: awaitLaunch,
  'Pending:Wait': awaitHook,
  InService: reactToHealth,
  Terminating: awaitEnd,
  'Terminating:Proceed': awaitEnd,
  'Warmed:Pending': awaitPool,
  'Warmed:Pending:Wait': awaitHook,
  'Warmed:Pending:Proceed': awaitStop,
  'Warmed:Running': reactToPoolHealth,
  'Warmed:Stopped': reactToPoolHealth,
  'Warmed:Terminating': awaitEnd,
  'Warmed:Terminating:Proceed': awaitEnd,
};

export function markUnhealthy(
  context: EffectContext,
  group: GroupRecord,
  instance: InstanceRecord,
  unhealthyCause: string,
  how: Pick<InstanceRecord, 'isDown'> = {},
): void {
  context.tx.put(instances, { ...instance, health: 'Unhealthy', unhealthyCause, ...how });
  requestReconcile(context, group, context.ports.delays.scaled(1000));
}

export const watchWorkflow = workflow(
  watchStep,
  autoscaling,
  async (ctx, { instanceId }) => {
    const member = await ctx.read((tx) => findMember(tx, ctx, instanceId));
    if (!member || !REACTIONS[member.instance.state]) return undefined;
    const seen = await describeInstance(await asServiceRole(ctx, member.group.serviceRoleArn), instanceId);
    return async (context) => {
      const current = await findMember(context.tx, context, instanceId);
      if (!current) return;
      const { group, instance } = current;
      await REACTIONS[instance.state]?.(context, group, instance, seen);
    };
  },
  onStateChange,
);

/** `pending` is no news: the group knows that it has launched. */
function onStateChange({ detailType, detail }: OutgoingEvent): InstanceStep | undefined {
  if (detailType !== 'EC2 Instance State-change Notification') return undefined;
  const { 'instance-id': instanceId, state } = detail as { 'instance-id': string; state: string };
  return state === 'pending' ? undefined : { instanceId };
}
