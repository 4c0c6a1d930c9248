/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DeleteScheduledAction.html */
import { autoscaling } from '../autoscaling.ts';
import { validationError } from '../errors.ts';
import { groupCheck } from '../group/group.ts';
import { scheduledActionKey, scheduledActions, scheduledActionsOf } from './scheduled-action.ts';

export default autoscaling.operation('DeleteScheduledAction', {
  checks: async (context, input) => ({
    group: await groupCheck(context, 'DeleteScheduledAction', input.AutoScalingGroupName),
  }),
  async execute({ tx }, input, { group: { record: group } }) {
    const all = await scheduledActionsOf(tx, group);
    const action = all.find(({ name }) => name === input.ScheduledActionName);
    if (!action) throw validationError(`Scheduled action name not found - ${input.ScheduledActionName}`);
    tx.delete(scheduledActions, scheduledActionKey(action));
    return {};
  },
});
