/** A lifecycle action: one instance waiting for one hook, until it is completed or its time is over. */
import type { Scope } from '../../../aws/scope.ts';
import type { EffectContext, ResolveContext } from '../../../invoke/context.ts';
import { workflowRef } from '../../../invoke/workflow-ref.ts';
import { uuid } from '../../../platform/identifiers.ts';
import { type ReadTransaction, table } from '../../../store/store.ts';
import { changeActivity, JOURNEYS, type Journey } from '../activity/activity.ts';
import { validationError } from '../errors.ts';
import { type GroupRecord, groupArn } from '../group/group.ts';
import { type InstanceRecord, instances, type LifecycleState } from '../instance/instance.ts';
import { globalSeconds, type HookRecord, hooksOf, TRANSITIONS, type Transition } from './lifecycle-hook.ts';

export interface ActionRecord extends Scope {
  readonly groupName: string;
  readonly instanceId: string;
  readonly hookName: string;
  readonly transition: Transition;
  readonly token: string;
  readonly heartbeatSeconds: number;
  readonly defaultResult: HookRecord['defaultResult'];
  readonly expiresAtMs: number;
  /** No heartbeat reaches beyond it. */
  readonly endsAtMs: number;
}

export const expireActionStep = workflowRef<ActionRecord>('autoscaling.lifecycle-action.expire');

export const actions = table<ActionRecord>()({
  name: 'autoscaling.lifecycle-actions',
  key: ({ account, region, groupName, instanceId, hookName }) => [
    account,
    region,
    groupName,
    instanceId,
    hookName,
  ],
  indexes: { token: ({ account, region, token }) => [[account, region, token]] },
});

export const actionKey = ({ account, region, groupName, instanceId, hookName }: ActionRecord) => [
  account,
  region,
  groupName,
  instanceId,
  hookName,
];

export const actionsOf = (tx: ReadTransaction, { account, region, name }: GroupRecord) =>
  tx.list(actions, { prefix: [account, region, name] });

export const actionsOfInstance = (
  tx: ReadTransaction,
  { account, region, groupName, instanceId }: InstanceRecord,
) => tx.list(actions, { prefix: [account, region, groupName, instanceId] });

/** Puts the instance, which is `Pending` or `Terminating`, into the wait state of it where the group has hooks for the transition; false where there is none. */
export async function startActions(
  context: EffectContext,
  group: GroupRecord,
  instance: InstanceRecord,
  transition: Transition,
): Promise<boolean> {
  const waiting = (await hooksOf(context.tx, group)).filter(
    (hook) => hook.transition === TRANSITIONS[transition],
  );
  if (waiting.length === 0) return false;
  context.tx.put(instances, { ...instance, state: `${instance.state}:Wait` as LifecycleState });
  const status = 'MidLifecycleAction';
  const activity = await changeActivity(context, instance.activityId, { status, progress: 40 });
  const journey = activity?.journey ?? JOURNEYS[transition === 'launch' ? 'Launch' : 'Terminate'];
  for (const hook of waiting) startAction(context, group, instance, { transition, hook, journey });
  return true;
}

function startAction(
  context: EffectContext,
  group: GroupRecord,
  { instanceId }: InstanceRecord,
  {
    transition,
    hook,
    journey,
  }: { readonly transition: Transition; readonly hook: HookRecord; readonly journey: Journey },
): void {
  const { account, region, nowMs } = context;
  const token = uuid(context.entropy);
  const action: ActionRecord = {
    account,
    region,
    groupName: group.name,
    instanceId,
    hookName: hook.name,
    transition,
    token,
    heartbeatSeconds: hook.heartbeatSeconds,
    defaultResult: hook.defaultResult,
    expiresAtMs: nowMs + hook.heartbeatSeconds * 1000,
    endsAtMs: nowMs + globalSeconds(hook) * 1000,
  };
  putAction(context, action);
  context.emit({
    source: 'aws.autoscaling',
    detailType: `EC2 Instance-${transition} Lifecycle Action`,
    resources: [groupArn(group)],
    detail: {
      LifecycleActionToken: token,
      AutoScalingGroupName: group.name,
      LifecycleHookName: hook.name,
      EC2InstanceId: instanceId,
      LifecycleTransition: hook.transition,
      ...(hook.metadata !== undefined && { NotificationMetadata: hook.metadata }),
      ...journey,
    },
  });
}

function putAction(context: EffectContext, action: ActionRecord): void {
  context.tx.put(actions, action);
  // The time is the user's own, not that of simulated work.
  context.schedule(expireActionStep, { ...action }, { delayMs: action.expiresAtMs - context.nowMs });
}

export function recordHeartbeat(context: EffectContext, action: ActionRecord): void {
  const expiresAtMs = Math.min(context.nowMs + action.heartbeatSeconds * 1000, action.endsAtMs);
  putAction(context, { ...action, expiresAtMs });
}

/** What waits is forgotten, as the instance or its group goes. */
export async function dropActions({ tx }: EffectContext, instance: InstanceRecord): Promise<void> {
  for (const action of await actionsOfInstance(tx, instance)) tx.delete(actions, actionKey(action));
}

/** The action that a request names by its token or by its instance. */
export async function requireAction(
  { tx }: ResolveContext,
  group: GroupRecord,
  named: {
    readonly LifecycleHookName: string;
    readonly LifecycleActionToken?: string;
    readonly InstanceId?: string;
  },
): Promise<ActionRecord> {
  const { LifecycleActionToken: token, InstanceId: instanceId } = named;
  if (!token && !instanceId) {
    throw validationError('Either the LifecycleActionToken or the InstanceId must be specified.');
  }
  const { account, region, name: groupName } = group;
  const hookName = named.LifecycleHookName;
  const action = token
    ? (await tx.find(actions, 'token', { prefix: [account, region, token], limit: 1 }))[0]
    : await tx.get(actions, [account, region, groupName, instanceId as string, hookName]);
  const isNamed =
    action?.groupName === groupName &&
    action.hookName === hookName &&
    (!instanceId || action.instanceId === instanceId);
  if (isNamed) return action;
  throw validationError(
    token
      ? `No active Lifecycle Action found with token ${token}`
      : `No active Lifecycle Action found with instance ID ${instanceId}`,
  );
}
