/** With everything that is the group's own; its activities stay. */
import type { EffectContext } from '../../../invoke/context.ts';
import { type GroupRecord, groups } from '../group/group.ts';
import { refreshes, refreshesOf } from '../instance-refresh/instance-refresh.ts';
import { hooks, hooksOf } from '../lifecycle-hook/lifecycle-hook.ts';
import { policiesOf, scalingPolicies } from '../scaling-policy/scaling-policy.ts';
import {
  scheduledActionKey,
  scheduledActions,
  scheduledActionsOf,
} from '../scheduled-action/scheduled-action.ts';

export async function removeGroup({ tx }: EffectContext, group: GroupRecord): Promise<void> {
  const { account, region, name } = group;
  for (const hook of await hooksOf(tx, group)) tx.delete(hooks, [account, region, name, hook.name]);
  for (const policy of await policiesOf(tx, group))
    tx.delete(scalingPolicies, [account, region, name, policy.name]);
  for (const { startedAtMs, id } of await refreshesOf(tx, group)) {
    tx.delete(refreshes, [account, region, name, startedAtMs, id]);
  }
  for (const action of await scheduledActionsOf(tx, group))
    tx.delete(scheduledActions, scheduledActionKey(action));
  tx.delete(groups, [account, region, name]);
}
