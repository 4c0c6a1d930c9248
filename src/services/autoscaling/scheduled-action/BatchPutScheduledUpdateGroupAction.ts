/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_BatchPutScheduledUpdateGroupAction.html */
import { AwsError } from '../../../aws/aws-error.ts';
import type { FailedScheduledUpdateGroupActionRequest } from '../../../shapes/generated/autoscaling.ts';
import { requireFewActions } from '../account/limits.ts';
import { autoscaling } from '../autoscaling.ts';
import { groupCheck } from '../group/group.ts';
import { putScheduledAction, requestedAction } from './scheduled-action.ts';

export default autoscaling.operation('BatchPutScheduledUpdateGroupAction', {
  checks: async (context, input) => ({
    group: await groupCheck(context, 'BatchPutScheduledUpdateGroupAction', input.AutoScalingGroupName),
  }),
  preconditions: (_context, input) => requireFewActions(input.ScheduledUpdateGroupActions),
  async execute(context, input, { group: { record: group } }) {
    const failed: FailedScheduledUpdateGroupActionRequest[] = [];
    for (const request of input.ScheduledUpdateGroupActions) {
      try {
        await putScheduledAction(context, requestedAction(context, group, request));
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        const { ScheduledActionName } = request;
        failed.push({ ScheduledActionName, ErrorCode: error.code, ErrorMessage: error.message });
      }
    }
    return { FailedScheduledUpdateGroupActions: failed };
  },
});
