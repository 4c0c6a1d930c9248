/** How a lifecycle action ends: completed, abandoned, or by the time it was given. */
import type { EffectContext } from '../../../invoke/context.ts';
import { workflow } from '../../../invoke/workflow.ts';
import { autoscaling } from '../autoscaling.ts';
import { resume } from '../instance/lifecycle.ts';
import { findMember } from '../instance/member.ts';
import {
  type ActionRecord,
  actionKey,
  actions,
  actionsOfInstance,
  expireActionStep,
} from './lifecycle-action.ts';
import type { HookRecord } from './lifecycle-hook.ts';

/** Runs at each time that was ever set; a heartbeat has moved it on where the action's own is later. */
export const expireActionWorkflow = workflow(expireActionStep, autoscaling, async (_ctx, scheduled) => {
  return async (context) => {
    const action = await context.tx.get(actions, actionKey(scheduled));
    if (action?.token !== scheduled.token || action.expiresAtMs > context.nowMs) return;
    await completeAction(context, action, action.defaultResult, 'Heartbeat Timeout');
  };
});

/** The last action to be completed lets the instance go on; the first that is abandoned ends the others. */
export async function completeAction(
  context: EffectContext,
  action: ActionRecord,
  result: HookRecord['defaultResult'],
  reason: string,
): Promise<void> {
  const { tx } = context;
  tx.delete(actions, actionKey(action));
  const member = await findMember(tx, action, action.instanceId);
  if (!member) return;
  const { group, instance } = member;
  const others = (await actionsOfInstance(tx, instance)).filter(
    ({ hookName }) => hookName !== action.hookName,
  );
  const isAbandoned = result === 'ABANDON';
  if (isAbandoned) for (const other of others) tx.delete(actions, actionKey(other));
  else if (others.length > 0) return;
  await resume(
    context,
    group,
    instance,
    isAbandoned
      ? `Instance failed to complete user's Lifecycle Action: Lifecycle Action with token ${action.token} was abandoned: ${reason}`
      : undefined,
  );
}
