/** Changes the group as the action says, where the sizes are possible and the process is not suspended. */
import { workflow } from '../../../invoke/workflow.ts';
import { changedCapacity } from '../activity/activity.ts';
import { autoscaling } from '../autoscaling.ts';
import { findGroup } from '../group/group.ts';
import { areSizes, updatedSizes } from '../group/group-request.ts';
import { changeGroup } from '../group/request-reconcile.ts';
import {
  nextTime,
  runScheduledActionStep,
  scheduleAction,
  scheduledActionKey,
  scheduledActions,
} from './scheduled-action.ts';

export const runScheduledActionWorkflow = workflow(runScheduledActionStep, autoscaling, async (_ctx, due) => {
  return async (context) => {
    const { tx, nowMs } = context;
    const action = await tx.get(scheduledActions, scheduledActionKey(due));
    const group = await findGroup(tx, due, due.groupName);
    if (!group || action?.id !== due.id || action.nextAtMs > nowMs) return;
    const nextAtMs = nextTime(action, nowMs);
    if (nextAtMs === undefined) tx.delete(scheduledActions, scheduledActionKey(action));
    else scheduleAction(context, { ...action, nextAtMs });
    const sizes = updatedSizes(action.sizes, group);
    if (group.suspended.ScheduledActions || !areSizes(sizes)) return;
    const { minSize, maxSize, desiredCapacity } = sizes;
    const update = `a scheduled action update of AutoScalingGroup constraints to min: ${minSize}, max: ${maxSize}, desired: ${desiredCapacity}`;
    changeGroup(context, { ...group, ...sizes, ...changedCapacity(group, desiredCapacity, nowMs, update) });
  };
});
