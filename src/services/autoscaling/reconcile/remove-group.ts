/** With everything that is the group's own; its activities stay. */
import type { EffectContext } from '../../../invoke/context.ts';
import { type GroupRecord, groups } from '../group/group.ts';
import { refreshes, refreshesOf } from '../instance-refresh/instance-refresh.ts';
import { hooks, hooksOf } from '../lifecycle-hook/lifecycle-hook.ts';
import { policiesOf } from '../scaling-policy/scaling-policy.ts';
import { deletePolicy } from '../scaling-policy/tracking-alarms.ts';
import {
  scheduledActionKey,
  scheduledActions,
  scheduledActionsOf,
} from '../scheduled-action/scheduled-action.ts';

export async function removeGroup(context: EffectContext, group: GroupRecord): Promise<void> {
  const { tx } = context;
  const { account, region, name } = group;
  for (const hook of await hooksOf(tx, group)) tx.delete(hooks, [account, region, name, hook.name]);
  for (const policy of await policiesOf(tx, group)) deletePolicy(context, group, policy);
  for (const { startedAtMs, id } of await refreshesOf(tx, group)) {
    tx.delete(refreshes, [account, region, name, startedAtMs, id]);
  }
  for (const action of await scheduledActionsOf(tx, group))
    tx.delete(scheduledActions, scheduledActionKey(action));
  tx.delete(groups, [account, region, name]);
}
