/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_BatchDeleteScheduledAction.html */
import { requireFewActions } from '../account/limits.ts';
import { autoscaling } from '../autoscaling.ts';
import { groupCheck } from '../group/group.ts';
import { scheduledActionKey, scheduledActions, scheduledActionsOf } from './scheduled-action.ts';

export default autoscaling.operation('BatchDeleteScheduledAction', {
  checks: async (context, input) => ({
    group: await groupCheck(context, 'BatchDeleteScheduledAction', input.AutoScalingGroupName),
  }),
  preconditions: (_context, input) => requireFewActions(input.ScheduledActionNames),
  async execute({ tx }, input, { group: { record: group } }) {
    const all = new Map((await scheduledActionsOf(tx, group)).map((action) => [action.name, action]));
    const unknown: string[] = [];
    for (const name of new Set(input.ScheduledActionNames)) {
      const action = all.get(name);
      if (action) tx.delete(scheduledActions, scheduledActionKey(action));
      else unknown.push(name);
    }
    return {
      FailedScheduledActions: unknown.map((ScheduledActionName) => ({
        ScheduledActionName,
        ErrorCode: 'ValidationError',
        ErrorMessage: `Scheduled action name not found - ${ScheduledActionName}`,
      })),
    };
  },
});
