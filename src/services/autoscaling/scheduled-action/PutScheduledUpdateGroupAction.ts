/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutScheduledUpdateGroupAction.html */
import { autoscaling } from '../autoscaling.ts';
import { groupCheck } from '../group/group.ts';
import { putScheduledAction, requestedAction } from './scheduled-action.ts';

export default autoscaling.operation('PutScheduledUpdateGroupAction', {
  checks: async (context, input) => ({
    group: await groupCheck(context, 'PutScheduledUpdateGroupAction', input.AutoScalingGroupName, () => ({
      'autoscaling:MinSize': input.MinSize,
      'autoscaling:MaxSize': input.MaxSize,
    })),
  }),
  async execute(context, input, { group: { record: group } }) {
    // `Time` is the older name of the start.
    const request = { ...input, StartTime: input.StartTime ?? input.Time };
    await putScheduledAction(context, requestedAction(context, group, request));
    return {};
  },
});
